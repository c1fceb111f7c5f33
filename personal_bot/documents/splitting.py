"""Splits the pages of a document into passages of about 120 words that can be read alone.

A heading starts a section, which may span pages. Each passage has the path of headings above it,
the offsets at which its pages begin, and again what stands above a table, list or code that was
cut: the title, the line that introduces the list, the fence.
"""

import re
from collections.abc import Iterator, Sequence

from personal_bot.documents.converters.content import (
    Block,
    BlockKind,
    Page,
    close_fence,
    is_continued,
)
from personal_bot.documents.packing import Packer
from personal_bot.documents.units import Cut, Unit, count_words, cut_block
from personal_bot.index.passages import Passages, Section, Span

# Part of every document version: a document split in another way is another version.
SCHEME = "units-120-20"
HEADING = 200  # characters kept: each passage stores and embeds its heading

_HEADING_PART = 80  # characters of one heading in the path
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "»", "”", '"', ")")
_READABLE = re.compile(r"\w")
_LONGEST_LEAD = 200  # characters of a line that introduces a list or table


def split_pages(pages: Sequence[Page], document_name: str, version: str) -> Passages:
    """Split a document into passages. Raises ConversionLimitError if there are too many."""
    passages = Passages(version, document_name)
    for section, spans in _read_sections(pages):
        passages.extend(section, spans)
    return passages


def _read_sections(pages: Sequence[Page]) -> Iterator[tuple[Section, list[Span]]]:
    headings: dict[int, str] = {}  # by level: the current heading and those above it
    title: str | None = None
    section = _SectionBuilder()
    for page in pages:
        if page.title != title:
            yield from section.finish()
            title, headings = page.title, {}
            section = _SectionBuilder(_join_path(title, headings))
        section.turn_page(page.number)
        for block in page.blocks:
            if block.kind is BlockKind.HEADING:
                if section.has_text:
                    yield from section.finish()
                    section = _SectionBuilder()
                    section.turn_page(page.number)
                headings = {above: text for above, text in headings.items() if above < block.level}
                headings[block.level] = " ".join(block.text.split())
                section.heading = _join_path(title, headings)
            section.add(block)
    yield from section.finish()


def _join_path(title: str | None, headings: dict[int, str]) -> str | None:
    names = [title, *headings.values()] if title else [*headings.values()]
    parts: list[str] = []
    for name in names:
        part = name if len(name) <= _HEADING_PART else f"{name[: _HEADING_PART - 1].rstrip()}…"
        if not parts or parts[-1] != part:  # a slide or chapter often begins with its title
            parts.append(part)
    while len(parts) > 1 and len(" › ".join(parts)) > HEADING:
        del parts[1 if len(parts) > 2 else 0]  # the nearest heading says the most
    return " › ".join(parts)[:HEADING] or None


class _SectionBuilder:
    """The text of a section, and the passages in it."""

    def __init__(self, heading: str | None = None) -> None:
        self.heading = heading
        self.has_text = False
        self._texts: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._numbers: list[int | None] = []
        self._packer = Packer()
        self._last = Block("")  # an empty text stands for the beginning
        self._lead = ""  # line that introduces the current list or table
        self._has_turned = False

    def turn_page(self, number: int | None) -> None:
        if self._numbers and self._numbers[-1] == number:
            return
        self._has_turned = bool(self._numbers)
        self._starts.append(self._length)
        self._numbers.append(number)

    def add(self, block: Block) -> None:
        """Add a block below those before it."""
        continues = self._is_continued(block)
        cut = self._rate_cut(block, continues)
        if not continues:
            self._lead = self._find_lead(block)
        lead = block.lead or self._lead
        self._separate(block, continues)
        if block.lead and not continues:
            cut = self._write_line(block.lead, cut)
        offset = self._write(block.text)
        for number, unit in enumerate(cut_block(block, offset, cut, lead)):
            if continues or number > 1:
                self._packer.add(unit)
            elif number == 1:  # the first row may be the header
                is_table = block.kind is BlockKind.TABLE
                self._packer.add(unit._replace(cut=Cut.NEVER) if is_table else unit)
            else:  # stands right below the lead
                self._packer.add(unit._replace(lead=""))
        if block.kind is BlockKind.CODE and block.lead:
            self._write(f"\n{close_fence(block.lead)}")
            self._packer.close_code(self._length)
        self.has_text = self.has_text or block.kind is not BlockKind.HEADING
        self._last = block
        self._has_turned = False

    def finish(self) -> Iterator[tuple[Section, list[Span]]]:
        """Yield the section and its passages, unless it is empty."""
        spans = self._packer.finish()
        if spans:
            text = "".join(self._texts)
            spans = [span for span in spans if _READABLE.search(text, span.start, span.end)]
            yield Section(self.heading, text, self._starts, self._numbers), spans

    def _is_continued(self, block: Block) -> bool:
        """Tell whether a block belongs to the same table or list as the one before it."""
        if is_continued(self._last, block):
            return True
        return block.kind is BlockKind.ITEM and self._last.kind is BlockKind.ITEM

    def _rate_cut(self, block: Block, continues: bool) -> Cut:
        last = self._last
        if last.kind is BlockKind.HEADING or (not continues and self._introduces(last)):
            return Cut.NEVER
        if self._has_turned and _is_broken(last, block):
            return Cut.NEVER
        if continues or block.kind is last.kind is BlockKind.PARAGRAPH:
            return Cut.PARAGRAPH
        return Cut.BLOCK

    def _find_lead(self, block: Block) -> str:
        if block.kind in {BlockKind.ITEM, BlockKind.TABLE} and self._introduces(self._last):
            return self._last.text.rpartition("\n")[2].strip()
        return ""

    def _introduces(self, block: Block) -> bool:
        return (
            block.kind is BlockKind.PARAGRAPH
            and block.text.endswith(":")
            and len(block.text) <= _LONGEST_LEAD
        )

    def _separate(self, block: Block, continues: bool) -> None:
        if self._length:
            near = continues or (self._has_turned and _is_broken(self._last, block))
            self._write("\n" if near else "\n\n")

    def _write_line(self, line: str, cut: Cut) -> Cut:
        """Write the lead of a block; return how well a passage can begin right below it."""
        start = self._write(line)
        self._packer.add(Unit(start, self._length, count_words(line), cut))
        self._write("\n")
        return Cut.NEVER

    def _write(self, text: str) -> int:
        """Append text; return where it begins."""
        start = self._length
        self._texts.append(text)
        self._length += len(text)
        return start


def _is_broken(last: Block, block: Block) -> bool:
    """Tell whether a sentence continues on the next page."""
    return (
        block.kind is BlockKind.PARAGRAPH
        and last.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}
        and not last.text.endswith(_SENTENCE_END)
        and block.text[:1].islower()
    )
