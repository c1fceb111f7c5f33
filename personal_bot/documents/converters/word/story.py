"""Reads the paragraphs and tables of a DOCX's body, headers and footers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from posixpath import splitext
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind, Remark, RemarkKind
from personal_bot.documents.converters.office.equations import read_equation
from personal_bot.documents.converters.office.package import (
    read_attribute,
    read_relationship_id,
    read_tag,
)
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import Cell
from personal_bot.documents.converters.word.page_breaks import Break, Pages, split_at_breaks
from personal_bot.documents.converters.word.parts import Document
from personal_bot.documents.converters.word.runs import Pieces, RunReader, join
from personal_bot.documents.converters.word.structure import (
    choose,
    is_mark_deleted,
    is_on,
    is_prompt,
    is_unfilled,
    iterate,
    read_properties,
    read_style,
)
from personal_bot.documents.converters.word.tables import (
    GridCell,
    TableWriter,
    count_header_rows,
    is_strong,
    read_grid,
)

_SKIPPED: Final = {"del", "moveFrom", "sdtPr", "sdtEndPr", "sectPr"}
# Captions of what is no table:
_FIGURE: Final = re.compile(
    r"\s*(?:fig|рис|image|chart|diagram|диаграмма|график|фото)", re.IGNORECASE
)
_CHUNKS: Final = {
    ".docx": "word.pages",
    ".htm": "web.pages",
    ".html": "web.pages",
    ".xhtml": "web.pages",
    ".mht": "mail.web_archives",
    ".mhtml": "mail.web_archives",
    ".rtf": "rtf.pages",
    ".txt": "text.pages",
}


class StoryReader:
    """Reads the paragraphs and tables of the body, a header or a footer, in document order."""

    def __init__(
        self,
        document: Document,
        part: str,
        root: etree._Element,
        pages: Pages,
        limits: Limits,
        *,
        is_margin: bool = False,
    ) -> None:
        self.margins: Iterator[list[Block]] = iter(())  # headers and footers of each section
        self._document = document
        self._part = part
        self._pages = pages
        self._limits = limits
        self._is_margin = is_margin
        self._runs = RunReader(document, part, root, is_margin=is_margin)
        self._joined: Pieces = []  # text of paragraphs whose mark was deleted
        self._caption: etree._Element | None = None  # below a table, read with it

    def begin_section(self) -> None:
        self._pages.begin_section(next(self.margins, []))

    def read(self, parent: etree._Element) -> None:
        for element in parent:
            tag = read_tag(element)
            if tag == "p":
                self._read_paragraph(element)
            elif tag == "tbl":
                self._read_table(element)
            elif tag == "AlternateContent":
                self.read(choose(element))
            elif tag in {"oMathPara", "oMath"}:
                self._pages.add(Block(read_equation(element)))
            elif tag == "altChunk":
                self._read_chunk(element)
            elif tag not in _SKIPPED and not (tag == "sdt" and is_unfilled(element)):
                self.read(element)

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        if paragraph is self._caption:
            return
        properties = read_properties(paragraph.find("{*}pPr"))
        style = read_style(properties)
        if is_on(properties.get("pageBreakBefore")):
            self._pages.turn_page(Break.EXPLICIT)
        pieces = [*self._joined, *self._runs.read(paragraph, style)]
        self._joined = []
        after = paragraph.getnext()
        if is_mark_deleted(properties) and after is not None and read_tag(after) == "p":
            self._joined = pieces
        else:
            self._add_paragraph(pieces, style, properties)
        boxes, charts = self._runs.take_drawings()
        for box in boxes:
            self.read(box)
        self._add_blocks(charts)
        if "sectPr" in properties:
            self.begin_section()

    def _add_paragraph(
        self, pieces: Pieces, style: str, properties: dict[str, etree._Element]
    ) -> None:
        """Add a paragraph; its parts before and after a page break are separate blocks."""
        styles = self._document.styles
        number = self._document.numbering.count(style, properties.get("numPr"))
        level = styles.find_level(style, properties.get("outlineLvl"))
        if style in styles.code:
            model = Block("", BlockKind.CODE)
        elif level is not None and not self._is_margin:
            model = Block("", BlockKind.HEADING, level)
        elif number is not None:
            model = Block("", BlockKind.ITEM, number.level)
        else:
            model = Block("")
        label = number.label if number else ""
        for part in split_at_breaks(pieces, keep_blank=model.kind is BlockKind.CODE):
            if isinstance(part, Remark):
                self._document.report(part.kind, part.detail)
            elif isinstance(part, Break):
                self._pages.turn_page(part)
            else:
                is_caption = style in styles.captions and not _FIGURE.match(part)
                self._pages.add(model._replace(text=f"{label}{part}"), is_caption=is_caption)
                label = ""  # a number without text has moved to this page

    def _read_table(self, table: etree._Element) -> None:
        """Read a table; tables in its cells follow their row, and a frame is no table."""
        grid = read_grid(table, self._document.styles)
        if all(len(row.cells) <= 1 for row in grid):
            for row in grid:
                for cell in row.cells:
                    if not is_prompt(cell.element):
                        self.read(cell.element)
            return
        title = self._find_title(table)
        rows = [{cell.column: self._read_cell(cell) for cell in row.cells} for row in grid]
        writer = TableWriter(rows, title, count_header_rows(grid))
        start = 0
        for number, row in enumerate(grid):
            if _begins_page(row.element):
                self._add_blocks(writer.render(start, number))
                self._pages.turn_page(Break.SAVED)
                start = number
            inner = [table for cell in row.cells for table in iterate(cell.element, "tbl")]
            if inner:
                self._add_blocks(writer.render(start, number + 1))
                start = number + 1
            for element in inner:
                self._read_table(element)
        self._add_blocks(writer.render(start, len(grid)))

    def _read_cell(self, cell: GridCell) -> Cell:
        text = "" if is_prompt(cell.element) else self._runs.flatten(cell.element, inside=())
        is_bold = cell.is_strong or (bool(text) and is_strong(cell.element, self._document.styles))
        return Cell(text, is_strong=is_bold, columns=cell.columns, rows=cell.rows)

    def _find_title(self, table: etree._Element) -> str:
        """Return the title of a table: its own, or that of a caption above or else below it."""
        own = read_attribute(table.find("{*}tblPr/{*}tblCaption"), "val")
        above = self._pages.take_caption()
        if above or own:
            return above or own or ""
        below = table.getnext()
        if below is None or read_tag(below) != "p":
            return ""
        style = read_style(read_properties(below.find("{*}pPr")))
        after = below.getnext()
        is_caption = style in self._document.styles.captions
        if not is_caption or _FIGURE.match("".join(map(str, below.itertext()))):
            return ""
        if after is not None and read_tag(after) == "tbl":  # the caption is above that one
            return ""
        self._caption = below
        return join(self._runs.read(below, style)).strip()

    def _read_chunk(self, element: etree._Element) -> None:
        """Read a document of another format that Word shows as a part of this one."""
        name = self._document.find_part(self._part, read_relationship_id(element))
        suffix = splitext(name)[1].lower()
        if suffix not in _CHUNKS:
            self._document.report(RemarkKind.SKIPPED, "object")
            return
        converter = import_module(f"personal_bot.documents.converters.{_CHUNKS[suffix]}")
        # A document in a document in a document …: each may be half as large.
        limits = replace(self._limits, unpacked_bytes=self._limits.unpacked_bytes // 2)
        try:
            content = BytesIO(self._document.package.read(name))
            for page in converter.read_pages(content, limits, Hints(suffix=suffix)):
                self._add_blocks(page.blocks)
                for remark in page.remarks:
                    self._document.report(remark.kind, remark.detail)
        except RefusalError as error:
            if error.kind is RefusalKind.LIMIT:
                raise
            self._document.report(RemarkKind.DAMAGED, "")

    def _add_blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._pages.add(block)


def _begins_page(row: etree._Element) -> bool:
    cell = row.find("{*}tc")
    return cell is not None and cell.find("{*}p/{*}r/{*}lastRenderedPageBreak") is not None
