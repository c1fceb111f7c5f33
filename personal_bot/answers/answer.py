"""The answer to a question."""

from dataclasses import dataclass

from personal_bot.answers.calculations import Calculation
from personal_bot.answers.sources import Source


@dataclass(frozen=True)
class Answer:
    """An answer; `found` is False if the documents do not contain one.

    `text` is then the model's explanation, or empty if no passage was retrieved. `complete` is
    False if the model stopped early, e.g. at its length limit. `versions` are the document versions
    behind it: those of the passages that the model was given, and those behind earlier exchanges.
    `searched` is what the model searched for beyond the question itself, `calculations` what it
    calculated from tables, and `unsupported` the number of details that are marked because no
    source says so.
    """

    text: str
    sources: list[Source]
    found: bool
    complete: bool = True
    versions: frozenset[str] = frozenset()
    searched: tuple[str, ...] = ()
    unsupported: int = 0
    calculations: tuple[Calculation, ...] = ()
