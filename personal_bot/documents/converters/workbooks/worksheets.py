"""Reads the XML of XLSX worksheets and shared texts as a stream, so that no tree is in memory."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.markup import free, iterate_xml
from personal_bot.documents.converters.office.package import read_relationship_id, read_tag
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.workbooks.worksheet_layout import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    CellBudget,
    Layout,
    read_area,
    read_column,
)

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_LETTERS: Final = 3  # of the name of a column
_FROZEN: Final = {"frozen", "frozenSplit"}
_TRUE: Final = {"1", "true"}
_NAMED: Final = ("row", "mergeCell", "col", "pane", "autoFilter", "hyperlink", "drawing")


class StoredCell(NamedTuple):
    """A cell as it is stored. `value` is None if there is none, although there may be a formula."""

    column: int
    type: str
    style: int
    value: str | None
    formula: str | None = None  # empty if it is shared with another cell


class StoredRow(NamedTuple):
    number: int
    cells: list[StoredCell]
    is_hidden: bool


class Survey(NamedTuple):
    """What a worksheet says outside of its cells. Links and drawings are relationship ids."""

    layout: Layout
    links: list[tuple[Area, str]]
    drawings: list[str]


def read_texts(content: bytes) -> list[str]:
    """Return the texts that cells refer to by index."""
    return [read_rich_text(element) for element in _iterate(content, "si")]


def read_rich_text(element: etree._Element) -> str:
    """Return the text of an element without the reading aids of East Asian texts."""
    parts = []
    for child in element:
        tag = read_tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(text.text or "" for text in child.iterfind("{*}t"))
    return unescape("".join(parts))


def unescape(text: str) -> str:
    """Decode characters that XML does not allow, such as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def survey(content: bytes) -> Survey:
    """Read what a worksheet says outside of its cells, much of which follows after them."""
    found = Survey(Layout(), [], [])
    layout = found.layout
    number = 0
    for element in _iterate(content, *_NAMED):
        match read_tag(element):
            case "row":
                number = max(number + 1, _read_number(element.get("r")))
                if len(element):
                    layout.last_row = min(number, LAST_ROW)
                    last = read_area(element[-1].get("r", ""))
                    column = last.right if last else len(element) - 1
                    layout.last_column = min(max(layout.last_column, column), LAST_COLUMN - 1)
            case "mergeCell" if area := read_area(element.get("ref", "")):
                layout.merged.append(area)
            case "col" if element.get("hidden") in _TRUE:
                first, last_ = (_read_number(element.get(name)) for name in ("min", "max"))
                layout.hidden_columns.append((first - 1, last_ - 1))
            case "pane" if frozen := _read_frozen_rows(element):
                layout.headers.append(frozen)
            case "autoFilter" if area := read_area(element.get("ref", "")):
                layout.headers.append(area._replace(bottom=area.top))
            case "hyperlink" if area := read_area(element.get("ref", "")):
                found.links.append((area, read_relationship_id(element)))
            case "drawing":
                found.drawings.append(read_relationship_id(element))
    return found


def _read_frozen_rows(pane: etree._Element) -> Area | None:
    view = pane.getparent()
    top = None if view is None else read_area(view.get("topLeftCell") or "A1")
    count = _read_number((pane.get("ySplit") or "").partition(".")[0])
    if top is None or not count or pane.get("state") not in _FROZEN:
        return None
    return Area(top.top, 0, top.top + count - 1, LAST_COLUMN)


def read_rows(content: bytes, budget: CellBudget) -> Iterator[StoredRow]:
    """Yield the rows of a worksheet. Raises RefusalError, also for too many cells."""
    number = 0
    for element in _iterate(content, "row"):
        number = max(number + 1, _read_number(element.get("r")))
        if number > LAST_ROW:
            raise RefusalError(RefusalKind.LIMIT, "cells")
        cells = []
        column = -1
        for child in element:
            if read_tag(child) == "c":
                cell = _read_cell(child, column + 1)
                budget.charge(max(1, cell.column - column))
                column = max(column, cell.column)
                cells.append(cell)
        yield StoredRow(number, cells, element.get("hidden") in _TRUE)


def _read_cell(element: etree._Element, column: int) -> StoredCell:
    get = element.get
    if reference := get("r"):
        column = read_column(reference.rstrip("0123456789")[:_LETTERS])
        if not 0 <= column < LAST_COLUMN:
            raise RefusalError(RefusalKind.DAMAGED, "cell reference")
    type_ = get("t", "n")
    value = formula = None
    for child in element:
        tag = read_tag(child)
        if tag == "v":
            value = child.text if child.text or type_ != "str" else ""
        elif tag == "f":
            formula = child.text or ""
        elif tag == "is":
            value = read_rich_text(child)
    return StoredCell(column, type_, _read_number(get("s")), value, formula)


def _iterate(content: bytes, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names, and free each and its siblings before it afterwards."""
    for _, element in iterate_xml(content, [f"{{*}}{name}" for name in names]):
        yield element
        free(element)


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0
