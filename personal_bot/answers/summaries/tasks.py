"""What to make of which documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from personal_bot.answers.summaries.kinds import Kind


@dataclass(frozen=True)
class Task:
    """What to make of which document versions.

    `question` is what the model is asked; the answer has its language. `phrase` are exact words to
    search for, if any. Several documents of more than `most` tokens are not read whole for a kind
    that can do with what a search finds. With `anew`, the last reply is asked for even if there is
    one from an earlier run.
    """

    kind: Kind
    question: str
    versions: Sequence[str]
    phrase: str = ""
    most: int = 100_000
    anew: bool = False
