"""Divides an answer into claims, and finds out which passages each of them cites."""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from personal_bot.answers.citations import split_sentences
from personal_bot.answers.grammar import Mark

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_HEADING = re.compile(r"#{1,6}[^\S\n]")
_LETTERS = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Claim:
    """A sentence, an item of a list or a row of a table: `answer[start:end]`.

    `cited` are the indexes of the texts that it has to agree with: those that it cites, or else its
    line, or else its paragraph, and all texts if nothing there is cited.
    """

    start: int
    end: int
    paragraph: int
    cited: tuple[int, ...]
    around: tuple[int, ...]


@dataclass
class _Cited:
    """Which texts the parts of an answer cite, by the position of their beginning."""

    starts: Sequence[int]
    texts: dict[int, set[int]] = field(default_factory=dict)

    def find(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def add(self, position: int, indexes: Collection[int]) -> None:
        self.texts.setdefault(self.find(position), set()).update(indexes)

    def at(self, position: int) -> set[int]:
        return self.texts.get(self.find(position), set())


def split_claims(answer: str, citations: Sequence[Mark], texts: int) -> list[Claim]:
    """Return the claims of an answer, without its headings."""
    sentences = split_sentences(answer)
    lines = [0, *accumulate(len(line) + 1 for line in answer.split("\n"))]
    paragraphs = [0, *(match.end() for match in _BLANK_LINE.finditer(answer))]
    scopes = [_Cited([start for start, _ in sentences]), _Cited(lines), _Cited(paragraphs)]
    for citation in citations:
        indexes = [number - 1 for number in citation.numbers if number <= texts]
        for scope in scopes:
            if indexes:
                scope.add(citation.start, indexes)
    claims = []
    for start, end in sentences:
        if _HEADING.match(answer, start) or not _LETTERS.search(answer, start, end):
            continue
        cited = next(filter(None, (scope.at(start) for scope in scopes)), set(range(texts)))
        around = scopes[2].at(start) or set(range(texts))
        claims.append(
            Claim(start, end, scopes[2].find(start), tuple(sorted(cited)), tuple(sorted(around)))
        )
    return claims
