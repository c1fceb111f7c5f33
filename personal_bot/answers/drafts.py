"""An answer that is still being generated, for whoever stops it."""

from collections.abc import Callable
from dataclasses import dataclass

from personal_bot.answers.answer import Answer


def _conclude_nothing() -> Answer | None:
    return None


@dataclass
class Draft:
    """What there is of one answer so far.

    The answerer sets `conclude`. It returns the text that was shown last as an incomplete answer:
    with checked citations, their sources, and the document versions behind it. It returns None if
    there is no text yet, or if the model has dropped it to look something up.
    """

    conclude: Callable[[], Answer | None] = _conclude_nothing
