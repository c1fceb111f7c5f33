"""Sets of questions about libraries: what is asked, and where the answer stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from personal_bot.index.sparse import fold
from tests.benchmarks.retrieval import errors

ENGLISH, RUSSIAN = 0, 1
LANGUAGES = ("en", "ru")

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True)
class Gold:
    """Where an answer stands: in the file `name`, where one of `texts` is; on `page` if known."""

    name: str
    texts: tuple[str, ...]
    page: int | None = None

    def find(self, text: str) -> int:
        """Return the offset of the answer in a text, or -1."""
        return max(text.find(one) for one in self.texts)


@dataclass(frozen=True)
class Question:
    """`wordings` are what is searched for; all of `gold` is needed for the answer."""

    wordings: tuple[str, ...]
    gold: tuple[Gold, ...]


@dataclass(frozen=True)
class Set:
    """Questions about one library."""

    name: str
    library: str
    questions: list[Question]


@dataclass
class Collection:
    """Libraries by name, and the sets about them."""

    libraries: dict[str, list[File]]
    sets: list[Set]


def normalize(text: str) -> str:
    """Return a text as answers are looked for in it."""
    return _SPACE.sub(" ", fold(text))


def mistype(question: Question) -> Question:
    return Question(tuple(map(errors.mistype, question.wordings)), question.gold)


def transliterate(question: Question) -> Question:
    return Question(tuple(map(errors.transliterate, question.wordings)), question.gold)


def ask_across(
    name: str, library: str, pairs: Sequence[tuple[Question, Question]]
) -> Iterator[Set]:
    """Yield the set of questions in another language than the answer, and that with translations."""
    yield Set(name, library, [Question(asked.wordings, there.gold) for asked, there in pairs])
    yield Set(
        f"{name}, translated",
        library,
        [Question(asked.wordings + there.wordings, there.gold) for asked, there in pairs],
    )
