"""Windows: runs of passages that are read with one request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_PASSAGES = 99  # in one window: a citation has at most two digits, see `answers.grammar`
_ASCII_PER_TOKEN = 3.5  # characters; of OpenAI's tokenizers, with the numbers of documents
_OTHER_PER_TOKEN = 2.5
_FRAME = 25  # tokens around a passage in a prompt: tags, number, name of the document


class Place(NamedTuple):
    """A passage: its position in a version of a document."""

    version: str
    position: int


class Span(NamedTuple):
    """The passages of a version from `first` to `last`, both included."""

    version: str
    first: int
    last: int


class Measured(NamedTuple):
    """A passage with its length in a prompt, and its page if there is one."""

    place: Place
    tokens: int
    page: int | None


@dataclass(frozen=True)
class Window:
    """Passages that are read with one request; `pages` are the first and the last one, if known."""

    places: tuple[Place, ...]
    tokens: int
    pages: tuple[int, int] | None

    @property
    def versions(self) -> frozenset[str]:
        return frozenset(place.version for place in self.places)

    def halve(self) -> "tuple[Window, Window]":
        """Return both halves of a window of several passages; their tokens are estimates."""
        middle = len(self.places) // 2
        tokens = self.tokens // 2
        return (
            Window(self.places[:middle], tokens, self.pages),
            Window(self.places[middle:], tokens, self.pages),
        )


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few."""
    others = sum(not character.isascii() for character in text)
    return 1 + int((len(text) - others) / _ASCII_PER_TOKEN + others / _OTHER_PER_TOKEN)


def measure(place: Place, text: str, page: int | None) -> Measured:
    return Measured(place, estimate_tokens(text) + _FRAME, page)


def cut(passages: Iterable[Measured], budget: int) -> list[Window]:
    """Return windows of at most `budget` tokens that hold every passage once, in this order.

    A passage that is longer than that has a window of its own.
    """
    windows: list[Window] = []
    held: list[Measured] = []
    tokens = 0
    for passage in passages:
        if held and (tokens + passage.tokens > budget or len(held) == MOST_PASSAGES):
            windows.append(make_window(held))
            held, tokens = [], 0
        held.append(passage)
        tokens += passage.tokens
    return [*windows, make_window(held)] if held else windows


def make_window(passages: Sequence[Measured]) -> Window:
    pages = [passage.page for passage in passages if passage.page is not None]
    return Window(
        tuple(passage.place for passage in passages),
        sum(passage.tokens for passage in passages),
        (min(pages), max(pages)) if pages else None,
    )


def join(places: Iterable[Place]) -> list[Span]:
    """Return the spans that hold exactly these places, in their order."""
    spans: list[Span] = []
    for version, position in places:
        if spans and (spans[-1].version, spans[-1].last + 1) == (version, position):
            spans[-1] = spans[-1]._replace(last=position)
        else:
            spans.append(Span(version, position, position))
    return spans
