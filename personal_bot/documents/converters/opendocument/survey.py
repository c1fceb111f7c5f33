"""Finds out what an ODS says about its sheets, which stands before, between and after the rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.markup import free, iterate_xml
from personal_bot.documents.converters.opendocument.names import CONFIG, OFFICE, TABLE
from personal_bot.documents.converters.opendocument.package import OpenPackage
from personal_bot.documents.converters.opendocument.tables import (
    CELL,
    COLUMNS_REPEATED,
    COVERED,
    HEADER_ROWS,
    ROW,
    ROWS_REPEATED,
    read_count,
    read_spans,
)
from personal_bot.documents.converters.workbooks.worksheet_layout import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Layout,
    read_area,
)

SHEET: Final = f"{TABLE}table"
SHAPES: Final = f"{TABLE}shapes"
FORMS: Final = f"{OFFICE}forms"
_COLUMN: Final = f"{TABLE}table-column"
_RANGE: Final = f"{TABLE}database-range"
_SOURCE: Final = f"{TABLE}table-source"
_LINK: Final = f"{TABLE}dde-link"
_NAMED: Final = (SHEET, SHAPES, FORMS, ROW, HEADER_ROWS, _COLUMN, _RANGE, _SOURCE)
_TYPE: Final = f"{OFFICE}value-type"
_FORMULA: Final = f"{TABLE}formula"
_HIDDEN: Final = {"collapse", "filter"}
_MOST_HEADERS: Final = 100  # of a sheet; each is compared with each row
_FROZEN: Final = "2"
_ADDRESS: Final = re.compile(r"\$?(?:'((?:[^']|'')*)'|([^.']+))\.([^:]+):(?:[^:]*\.)?([^:.]+)")


class Event(NamedTuple):
    """The start or end of an element; only at its end are its children known."""

    kind: str
    element: etree._Element


@dataclass
class SheetSurvey:
    """What is known about a sheet before its rows are read."""

    name: str
    style: str
    is_linked: bool = False  # a copy of a sheet in another file, which people do not see
    layout: Layout = field(default_factory=Layout)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)  # first, last, name


def iterate(content: bytes) -> Iterator[Event]:
    """Yield `start` and `end` of the elements of sheets, and free rows and shapes afterwards.

    Tables within the cells of a sheet are passed over. Raises RefusalError for damaged XML.
    """
    depth = 0
    for event, element in iterate_xml(content, _NAMED, ("start", "end")):
        depth += (event == "start") * (element.tag == SHEET)
        if depth <= 1:
            yield Event(event, element)
            if event == "end" and element.tag in {SHEET, ROW, SHAPES, _COLUMN, _RANGE}:
                free(element)
        depth -= (event == "end") * (element.tag == SHEET)


def survey(package: OpenPackage, content: bytes) -> list[SheetSurvey]:
    """Return what is known about each sheet. Raises RefusalError."""
    surveyor = _Surveyor()
    for event in iterate(content):
        surveyor.handle(event)
    _read_frozen_rows(surveyor.sheets, package)
    return surveyor.sheets


class _Surveyor:
    """Follows the elements of a spreadsheet, and counts the rows and columns of each sheet."""

    def __init__(self) -> None:
        self.sheets: list[SheetSurvey] = []
        self._row = 1  # the next one
        self._column = 0  # the next one
        self._head = 1  # the first of the header

    def handle(self, event: Event) -> None:
        element = event.element
        if event.kind == "start":
            if element.tag == SHEET:
                self._begin(element)
            elif element.tag == HEADER_ROWS:
                self._head = self._row
        elif element.tag == _RANGE:
            self._read_range(element)
        elif self.sheets:
            self._read_part(self.sheets[-1], element)

    def _begin(self, element: etree._Element) -> None:
        name = element.get(f"{TABLE}name", "")
        style = element.get(f"{TABLE}style-name", "")
        parent = element.getparent()
        is_linked = parent is not None and parent.tag == _LINK
        self.sheets.append(SheetSurvey(name, style, is_linked=is_linked))
        self._row, self._column = 1, 0

    def _read_part(self, sheet: SheetSurvey, element: etree._Element) -> None:
        if element.tag == ROW:
            self._read_row(sheet.layout, element)
        elif element.tag == _COLUMN:
            self._read_column(sheet, element)
        elif element.tag == HEADER_ROWS:
            _add_header(sheet, Area(self._head, 0, self._row - 1, LAST_COLUMN))
        elif element.tag == _SOURCE:
            sheet.is_linked = True

    def _read_row(self, layout: Layout, row: etree._Element) -> None:
        """Note the extent and the merged cells of a row."""
        number = self._row
        self._row += read_count(row, ROWS_REPEATED)
        for column, repeated, cell in list_cells(row):
            layout.last_row = min(self._row - 1, LAST_ROW)
            layout.last_column = max(layout.last_column, column + repeated - 1)
            columns, rows = read_spans(cell)
            if columns > 1 or rows > 1:
                layout.merged.append(Area(number, column, number + rows - 1, column + columns - 1))

    def _read_column(self, sheet: SheetSurvey, element: etree._Element) -> None:
        first = self._column
        self._column = min(first + read_count(element, COLUMNS_REPEATED), LAST_COLUMN)
        last = self._column - 1
        if style := element.get(f"{TABLE}default-cell-style-name"):
            sheet.column_styles.append((first, last, style))
        if is_hidden(element):
            sheet.layout.hidden_columns.append((first, last))

    def _read_range(self, element: etree._Element) -> None:
        """Note the header of a range that people filter or sort; ranges follow the sheets."""
        match = _ADDRESS.fullmatch(element.get(f"{TABLE}target-range-address", ""))
        if match is None or element.get(f"{TABLE}contains-header") == "false":
            return
        name = (match[1] or "").replace("''", "'") or match[2]
        area = read_area(f"{match[3]}:{match[4]}")
        sheet = self._by_name.get(name)
        if sheet is not None and area is not None:
            _add_header(sheet, area._replace(bottom=area.top))

    @cached_property
    def _by_name(self) -> dict[str, SheetSurvey]:
        return {sheet.name: sheet for sheet in self.sheets}


def is_hidden(element: etree._Element) -> bool:
    """Tell whether a row or column is hidden, also by a filter."""
    return element.get(f"{TABLE}visibility") in _HIDDEN


def list_cells(row: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """Yield (column, times repeated, cell) for each cell with content."""
    column = 0
    for cell in row:
        if cell.tag in {CELL, COVERED}:
            repeated = read_count(cell, COLUMNS_REPEATED)
            if cell.tag == CELL and is_filled(cell) and column < LAST_COLUMN:
                yield column, min(repeated, LAST_COLUMN - column), cell
            column += repeated


def is_filled(cell: etree._Element) -> bool:
    return len(cell) > 0 or cell.get(_TYPE) is not None or cell.get(_FORMULA) is not None


def _add_header(sheet: SheetSurvey, area: Area) -> None:
    if len(sheet.layout.headers) < _MOST_HEADERS and area.bottom >= area.top:
        sheet.layout.headers.append(area)


def _read_frozen_rows(sheets: list[SheetSurvey], package: OpenPackage) -> None:
    settings = package.find("settings.xml")
    views = () if settings is None else settings.iter(f"{CONFIG}config-item-map-entry")
    frozen: dict[str, int] = {}
    for view in views:
        items = {
            item.get(f"{CONFIG}name", ""): (item.text or "").strip()
            for item in view.iterchildren(f"{CONFIG}config-item")
        }
        rows = items.get("VerticalSplitPosition", "")
        if items.get("VerticalSplitMode") == _FROZEN and rows.isdecimal() and len(rows) < 7:
            frozen[view.get(f"{CONFIG}name", "")] = int(rows)
    for sheet in sheets:
        if count := frozen.get(sheet.name):
            _add_header(sheet, Area(1, 0, count, LAST_COLUMN))
