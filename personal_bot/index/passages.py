"""The passages of a document, and their positions in it."""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, overload

from haystack import Document

from personal_bot.errors import ConversionLimitError

PASSAGES = 60_000  # per document; 20 million characters of ordinary text give 36,000

_IDS = uuid.UUID("7c0f1b5e-6a55-4a63-9b7e-2f6f8e0a9d11")


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading; its pages begin at the offsets `starts` and have `numbers`."""

    heading: str | None
    text: str
    starts: Sequence[int]
    numbers: Sequence[int | None]

    def cut(self, start: int, end: int, shift: int = 0) -> list[list[int | None]]:
        """Return [offset in the passage, page number] for each page within `start`…`end`.

        The text at `start` has the offset `shift` in the passage.
        """
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)
        return [
            [
                shift + self.starts[index] - start if self.starts[index] > start else 0,
                self.numbers[index],
            ]
            for index in range(first, last)
        ]


class Span(NamedTuple):
    """A passage of a section: `text[start:end]` between two lines that stand elsewhere in it."""

    start: int
    end: int
    lead: str = ""  # such as the title of a table
    tail: str = ""  # such as the fence that closes code


class Passages(Sequence[Document]):
    """The passages of a document, each created on access.

    `meta` of a passage: `version`, `document_name`, `heading` (or None), `index` (its position in
    the document, from 0) and `pages` ([[offset, number], …], see `find_page`). The same position in
    the same version always has the same id.

    Passages are not kept, because each is a dozen objects: tens of thousands would make every
    garbage collection pause the process for more than 0.1 s.
    """

    def __init__(self, version: str, document_name: str) -> None:
        self._version = version
        self._document_name = document_name
        self._sections: list[Section] = []
        # (section index, span); the garbage collector does not track tuples of numbers and texts.
        self._places: list[tuple[int, Span]] = []

    def extend(self, section: Section, spans: Iterable[Span]) -> None:
        """Add the passages of a section. Raises ConversionLimitError above `PASSAGES`."""
        for span in spans:
            if len(self._places) == PASSAGES:
                raise ConversionLimitError(self._document_name, "passages")
            self._places.append((len(self._sections), span))
        self._sections.append(section)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        places = range(len(self._places))[index]
        return self._make(places) if isinstance(places, int) else [*map(self._make, places)]

    def _make(self, index: int) -> Document:
        number, (start, end, lead, tail) = self._places[index]
        section = self._sections[number]
        head = f"{lead}\n" if lead else ""
        end_line = f"\n{tail}" if tail else ""
        return _Passage(
            id=passage_id(self._version, index),
            content=f"{head}{section.text[start:end]}{end_line}",
            meta={
                "version": self._version,
                "document_name": self._document_name,
                "heading": section.heading,
                "index": index,
                "pages": section.cut(start, end, len(head)),
            },
        )


def passage_id(version: str, index: int, last: int | None = None) -> str:
    """Return the id of the passage at a position, from 0, in a document version.

    With `last`, that of the passages from `index` to `last`, joined.
    """
    place = f"{version}/{index}" if last is None else f"{version}/{index}-{last}"
    return str(uuid.uuid5(_IDS, place))


def find_page(pages: Sequence[Sequence[int | None]], offset: int) -> int | None:
    """Return the page number of the character at `offset` in a passage; None without pages."""
    number: int | None = None
    for start, page in pages:
        if start is not None and start <= offset:
            number = page
    return number


def find_position(meta: Mapping[str, Any], offset: int) -> int:
    """Return the position in its document of the passage at `offset` in one that was retrieved.

    `meta` is that of the retrieved one, which may be several passages, joined.
    """
    position: int = meta["index"]
    for start, index in meta.get("parts", ()):
        if start <= offset:
            position = index
    return position


class _Passage(Document):
    """A passage that is replaced, never changed, so a deep copy returns the passage itself.

    Otherwise a pipeline copies it for each component, including every number of its embedding, on
    the event loop: 0.1 s per batch (haystack 3.4, `Pipeline.run_async`).
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
