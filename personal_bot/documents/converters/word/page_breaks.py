"""Collects the blocks of a DOCX by page.

Word saves the page breaks of its last layout. Pages have numbers only if these breaks match the
page count that Word also saved; otherwise the document is one page without a number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from personal_bot.documents.converters.content import (
    SEGMENT_CHARS,
    Block,
    BlockKind,
    Page,
    Remark,
    RemarkKind,
)


class Break(Enum):
    """A page break: one of Word's last layout, which it saved, or an explicit one."""

    SAVED = "saved"
    EXPLICIT = "explicit"


def split_at_breaks(
    pieces: Iterable[str | Break | Remark], *, keep_blank: bool
) -> Iterator[str | Break | Remark]:
    """Yield the text of a paragraph between its page breaks, each break, and each remark.

    Text without words moves to the next page, unless `keep_blank`.
    """
    texts: list[str] = []
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if isinstance(piece, Remark):
            yield piece
            continue
        text = "".join(texts).strip("\n")
        if text.strip() or keep_blank:
            yield text
            texts = []
        if piece is not None:
            yield piece


@dataclass
class _Part:
    """What is on one page."""

    blocks: list[Block] = field(default_factory=list)
    remarks: Counter[tuple[RemarkKind, str]] = field(default_factory=Counter)


class Pages:
    def __init__(self) -> None:
        self._number = 1
        self._breaks = 0  # saved by Word
        self._is_broken = False  # after an explicit page break, before any text
        self._parts: dict[int, _Part] = {}
        self._pending: list[Block] = []  # headers and footers of a section that has no text yet
        self._has_caption = False

    def add(self, block: Block, *, is_caption: bool = False) -> None:
        self._part.blocks += [*self._pending, block]
        self._pending = []
        self._has_caption = is_caption
        self._is_broken = False

    def take_caption(self) -> str:
        """Remove the last block if it is a caption, and return its text."""
        blocks = self._part.blocks
        return blocks.pop().text if self._has_caption and blocks else ""

    def begin_section(self, margins: list[Block]) -> None:
        """Let the headers and footers of a section precede its first text."""
        self._pending += margins

    def report(self, kind: RemarkKind, detail: str = "") -> None:
        self._part.remarks[kind, detail] += 1

    def turn_page(self, cause: Break) -> None:
        """Count a page break; one that Word saved for an explicit break is not counted again."""
        is_saved = cause is Break.SAVED
        if is_saved:
            self._breaks += 1
        if not (is_saved and self._is_broken):
            self._number += 1
        self._is_broken = not is_saved

    def list_blocks(self) -> list[Block]:
        """Return the blocks of all pages."""
        return [block for part in self._parts.values() for block in part.blocks]

    def list_pages(self, count: int | None) -> Iterator[Page]:
        """Yield the pages, with numbers if their count is that of Word."""
        self._part.blocks += self._pending
        if self._breaks and count == self._number:
            for number in range(1, count + 1):
                yield _make_page(number, [self._parts.get(number, _Part())])
        else:
            yield _make_page(None, [*self._parts.values()])

    @property
    def _part(self) -> _Part:
        return self._parts.setdefault(self._number, _Part())


def _make_page(number: int | None, parts: list[_Part]) -> Page:
    remarks: Counter[tuple[RemarkKind, str]] = Counter()
    for part in parts:
        remarks.update(part.remarks)
    blocks = (block for part in parts for block in part.blocks)
    return Page(
        number,
        _join_code(blocks),
        remarks=[Remark(kind, times, detail) for (kind, detail), times in remarks.items()],
    )


def _join_code(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join the paragraphs of code to blocks of limited size."""
    lines: list[str] = []
    size = 0
    for block in blocks:
        if block.kind is not BlockKind.CODE or size >= SEGMENT_CHARS:
            if lines:
                yield Block("\n".join(lines), BlockKind.CODE)
            lines, size = [], 0
        if block.kind is BlockKind.CODE:
            lines.append(block.text)
            size += len(block.text)
        else:
            yield block
    if lines:
        yield Block("\n".join(lines), BlockKind.CODE)
