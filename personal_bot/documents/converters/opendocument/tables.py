"""Finds the cells of tables in OpenDocument files: spanned, covered and repeated ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.opendocument.characters import PAGE_BREAK, PARAGRAPHS
from personal_bot.documents.converters.opendocument.names import TABLE, TEXT
from personal_bot.documents.converters.opendocument.styles import Styles
from personal_bot.documents.converters.workbooks.worksheet_layout import CellBudget

ROW: Final = f"{TABLE}table-row"
CELL: Final = f"{TABLE}table-cell"
COVERED: Final = f"{TABLE}covered-table-cell"
HEADER_ROWS: Final = f"{TABLE}table-header-rows"
_GROUPS: Final = {f"{TABLE}table-rows", f"{TABLE}table-row-group", HEADER_ROWS}
COLUMNS_REPEATED: Final = f"{TABLE}number-columns-repeated"
ROWS_REPEATED: Final = f"{TABLE}number-rows-repeated"
_COLUMNS_SPANNED: Final = f"{TABLE}number-columns-spanned"
_ROWS_SPANNED: Final = f"{TABLE}number-rows-spanned"
_HIGHEST: Final = 999_999_999  # larger counts are limited to this
_WIDEST: Final = 1_000  # columns; further ones are left out


class GridCell(NamedTuple):
    element: etree._Element
    column: int
    columns: int
    rows: int


@dataclass
class GridRow:
    element: etree._Element
    is_header: bool
    begins_page: bool
    cells: list[GridCell] = field(default_factory=list)


def read_grid(table: etree._Element, budget: CellBudget) -> list[GridRow]:
    """Return the rows of a table. Raises RefusalError for too many cells."""
    grid: list[GridRow] = []
    begins_page = False
    for element, is_header in _list_rows(table):
        if element.tag == PAGE_BREAK:
            begins_page = True
            continue
        row = GridRow(element, is_header, begins_page)
        begins_page = False
        column = 0
        for cell in element:
            if cell.tag not in {CELL, COVERED}:
                continue
            repeated = read_count(cell, COLUMNS_REPEATED)
            if cell.tag == CELL:
                columns, rows = read_spans(cell)
                filled = range(min(repeated, _WIDEST - column) if len(cell) else 1)
                budget.charge(len(filled))
                row.cells += [GridCell(cell, column + index, columns, rows) for index in filled]
            column += repeated
            if column >= _WIDEST:
                break
        grid.append(row)
    return grid


def count_header_rows(grid: list[GridRow]) -> int | None:
    """Return the number of rows that are repeated on each page; None if none are."""
    return sum(1 for _ in takewhile(lambda row: row.is_header, grid)) or None


def is_strong(cell: etree._Element, styles: Styles) -> bool:
    """Tell whether a cell is filled, or all of its text is bold."""
    style = styles.find("table-cell", cell.get(f"{TABLE}style-name"))
    if style.is_filled:
        return True
    weights = [
        is_bold
        for paragraph in cell
        if paragraph.tag in PARAGRAPHS
        for is_bold in _list_weights(paragraph, styles, is_bold=bool(style.is_bold))
    ]
    return bool(weights) and all(weights)


def _list_weights(element: etree._Element, styles: Styles, *, is_bold: bool) -> Iterator[bool]:
    """Yield for each piece of text whether it is bold."""
    family = "text" if element.tag == f"{TEXT}span" else "paragraph"
    own = styles.find(family, element.get(f"{TEXT}style-name")).is_bold
    is_bold = is_bold if own is None else own
    if (element.text or "").strip():
        yield is_bold
    for child in element:
        if child.tag in {f"{TEXT}span", f"{TEXT}a"}:
            yield from _list_weights(child, styles, is_bold=is_bold)
        if (child.tail or "").strip():
            yield is_bold


def _list_rows(
    parent: etree._Element, *, is_header: bool = False
) -> Iterator[tuple[etree._Element, bool]]:
    """Yield the rows and the page breaks between them, and whether each is in the header."""
    for child in parent:
        if child.tag in {ROW, PAGE_BREAK}:
            yield child, is_header
        elif child.tag in _GROUPS:
            yield from _list_rows(child, is_header=is_header or child.tag == HEADER_ROWS)


def read_spans(cell: etree._Element) -> tuple[int, int]:
    """Return the numbers of columns and rows that a cell spans."""
    return read_count(cell, _COLUMNS_SPANNED), read_count(cell, _ROWS_SPANNED)


def read_count(element: etree._Element, name: str) -> int:
    """Return how often an element is repeated, or what it spans, given the attribute; from 1."""
    value = element.get(name)
    if value is None:
        return 1
    return min(max(int(value[:10]), 1), _HIGHEST) if value.isdecimal() else 1
