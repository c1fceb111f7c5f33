"""Reads ODS sheet by sheet, without keeping a whole sheet in memory."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, Page, Remark, RemarkKind
from personal_bot.documents.converters.opendocument.cells import (
    lacks_value,
    read_kind,
    read_number,
    show_formula,
    show_value,
)
from personal_bot.documents.converters.opendocument.characters import PARAGRAPHS
from personal_bot.documents.converters.opendocument.forms import Controls
from personal_bot.documents.converters.opendocument.names import DRAW, OFFICE, TABLE
from personal_bot.documents.converters.opendocument.package import CONTENT, Document, OpenPackage
from personal_bot.documents.converters.opendocument.story import StoryReader
from personal_bot.documents.converters.opendocument.survey import (
    FORMS,
    SHAPES,
    SHEET,
    Event,
    SheetSurvey,
    is_hidden,
    iterate,
    list_cells,
    survey,
)
from personal_bot.documents.converters.opendocument.tables import ROW, ROWS_REPEATED, read_count
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import Cell
from personal_bot.documents.converters.word.page_breaks import Pages
from personal_bot.documents.converters.workbooks.worksheet_layout import (
    HIDDEN,
    LAST_ROW,
    SheetRow,
    Worksheet,
)

_ANNOTATION: Final = f"{OFFICE}annotation"


def read_pages(package: OpenPackage) -> Iterator[Page]:
    """Yield a page for each sheet, with its name as title. Raises RefusalError."""
    content = package.read(CONTENT)
    sheets = iter(survey(package, content))
    events = iterate(content)
    document = None
    for event, element in events:
        if event == "start" and element.tag == SHEET:
            pages = Pages()
            if document is None:  # all styles precede the first sheet
                document = Document(package, element.getroottree().getroot(), pages.report)
            document.report = pages.report
            sheet = _Sheet(document, next(sheets), pages)
            if not sheet.is_linked:
                yield sheet.read_page(events)


class _Sheet:
    def __init__(self, document: Document, found: SheetSurvey, pages: Pages) -> None:
        self.is_linked = found.is_linked
        self._document = document
        self._found = found
        self._pages = pages  # of its shapes, with the remarks on all of the sheet
        self._controls = Controls()
        self._reader = StoryReader(document, document.styles, document.lists, pages, self._controls)
        self._column_styles = {
            column: style
            for first, last, style in found.column_styles
            for column in range(first, min(last, found.layout.last_column) + 1)
        }

    def read_page(self, events: Iterator[Event]) -> Page:
        style = self._document.styles.find("table", self._found.style)
        title = self._found.name if style.is_displayed else f"{HIDDEN}{self._found.name}"
        remarks: list[Remark] = []
        return Page(
            None, self._read_blocks(events, remarks, int(not style.is_displayed)), title, remarks
        )

    def _read_blocks(
        self, events: Iterator[Event], remarks: list[Remark], hidden: int
    ) -> Iterator[Block]:
        budget = self._document.package.budget
        worksheet = Worksheet(self._read_rows(events), self._found.layout, budget)
        yield from worksheet.render()
        (page,) = self._pages.list_pages(None)
        yield from page.blocks
        hidden += worksheet.hidden
        remarks += [*page.remarks, *([Remark(RemarkKind.HIDDEN, hidden)] if hidden else [])]

    def _read_rows(self, events: Iterator[Event]) -> Iterator[SheetRow]:
        number = 1
        for event, element in events:
            if event == "start":
                continue
            if element.tag == SHEET:
                return
            if element.tag == FORMS:
                self._controls.add(element)
            elif element.tag == SHAPES:
                self._reader.read(element)
            elif element.tag == ROW:
                repeated = read_count(element, ROWS_REPEATED)
                if cells := self._read_cells(element, repeated):
                    if number + repeated - 1 > LAST_ROW:
                        raise RefusalError(RefusalKind.LIMIT, "cells")
                    for offset in range(repeated):
                        yield SheetRow(number + offset, cells, is_hidden(element))
                number += repeated

    def _read_cells(self, row: etree._Element, rows: int) -> dict[int, Cell]:
        """Return the cells of a row. Raises RefusalError for too many, with the repeated ones."""
        cells: dict[int, Cell] = {}
        last = -1
        of_row = row.get(f"{TABLE}default-cell-style-name")
        for column, repeated, element in list_cells(row):
            self._document.package.budget.charge((column - last - 1) + repeated * rows)
            last = column + repeated - 1
            style = element.get(f"{TABLE}style-name") or of_row
            cell = self._read_cell(element, style or self._column_styles.get(column, ""))
            if cell.text:
                cells |= dict.fromkeys(range(column, column + repeated), cell)
        return cells

    def _read_cell(self, element: etree._Element, style_name: str) -> Cell:
        texts: list[str] = []
        comments: list[str] = []
        inline = self._reader.inline
        for child in element:
            if child.tag in PARAGRAPHS:
                texts.append(inline.read_line(child))
            elif child.tag == _ANNOTATION:
                comments.append(inline.read_comment(child))
            elif child.tag.startswith(DRAW):
                self._reader.read([child])
        style = self._document.styles.find("table-cell", style_name)
        text = " ".join(filter(None, texts))
        if lacks_value(element) and not text:
            self._document.report(RemarkKind.FORMULA, "")
            text = show_formula(element)
        is_duration = style.data_style in self._document.durations
        number = read_number(element)
        text = show_value(element, text, is_duration=is_duration)
        return Cell(
            " ".join(filter(None, (text, *comments))),
            read_kind(element),
            is_strong=style.is_filled or bool(style.is_bold),
            value=text if number is None and comments and text else number,
        )
