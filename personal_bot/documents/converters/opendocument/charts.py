"""Reads the charts of OpenDocument files as tables, from the values stored with them."""

import math
from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.opendocument.names import CHART, OFFICE, TABLE, TEXT
from personal_bot.documents.converters.opendocument.styles import read_plain_text
from personal_bot.documents.converters.opendocument.tables import read_grid
from personal_bot.documents.converters.tables.table import Cell, Row, render_table
from personal_bot.documents.converters.values.number_formats import GENERAL, show_number
from personal_bot.documents.converters.workbooks.worksheet_layout import CellBudget

_X: Final = "x"


def read_chart(chart: etree._Element, budget: CellBudget) -> Iterator[Block]:
    """Yield the table of a chart, with the chart's title above it."""
    title = _read_text(chart.find(f"{CHART}title"))
    table = chart.find(f"{TABLE}table")
    rows = [*_list_rows(table, budget)] if table is not None else []
    if not any(rows):
        if title:
            yield Block(title)
        return
    if rows and 0 not in rows[0] and (name := _name_categories(chart)):
        rows[0] = {0: Cell(name, is_header=True), **rows[0]}
    yield from render_table(rows, title=title, header_rows=1, header_columns=1)


def _list_rows(table: etree._Element, budget: CellBudget) -> Iterator[Row]:
    for row in read_grid(table, budget):
        cells = {
            cell.column: _read_cell(cell.element, is_header=row.is_header) for cell in row.cells
        }
        yield {column: cell for column, cell in cells.items() if cell.text}


def _read_cell(element: etree._Element, *, is_header: bool) -> Cell:
    text = _read_text(element)
    try:
        value = float(element.get(f"{OFFICE}value", ""))
    except ValueError:
        return Cell(text, is_header=is_header)
    return Cell(*show_number(value, GENERAL)) if math.isfinite(value) else Cell("")


def _name_categories(chart: etree._Element) -> str:
    for axis in chart.iterfind(f"{CHART}plot-area/{CHART}axis"):
        if axis.get(f"{CHART}dimension") == _X:
            return _read_text(axis.find(f"{CHART}title"))
    return ""


def _read_text(element: etree._Element | None) -> str:
    paragraphs = () if element is None else element.iter(f"{TEXT}p")
    return " ".join(map(read_plain_text, paragraphs)).strip()
