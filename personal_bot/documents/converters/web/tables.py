"""Reads tables of HTML, and tells them from tables that only serve the layout of a page."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.tables.table import Cell, place_rows, render_table
from personal_bot.documents.converters.web.inline import is_hidden, name_tag, read_inline

_MOST_SPANNED: Final = 1_000
_REST_OF_TABLE: Final = 65_534  # rows; stands for rowspan="0"
_GROUPS: Final = {"thead": 0, "tbody": 1, "tfoot": 2}
_STRONG: Final = {"b", "strong"}


def is_layout(table: etree._Element) -> bool:
    """Tell whether a table only arranges parts of a page: it contains others, or says so."""
    if table.get("role") in {"presentation", "none"}:
        return True
    has_own_names = any(True for row in _list_rows(table) for cell in row if name_tag(cell) == "th")
    return not has_own_names and table.find(".//{*}table") is not None


def read_table(table: etree._Element) -> Iterator[Block]:
    rows = [row for row in _list_rows(table) if not is_hidden(row)]
    caption = table.find("{*}caption")
    title = "" if caption is None else read_inline(caption).replace("\n", " ")
    header_rows = _count_header_rows(rows)
    header_columns = _count_header_columns(rows[header_rows:])
    yield from render_table(
        place_rows(map(_list_cells, rows)),
        title=title,
        header_rows=header_rows or None,
        header_columns=header_columns or None,
        is_layout=not (title or header_rows or header_columns),
    )


def _list_rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows of a table itself, the header first and the footer last."""
    rows: list[tuple[int, etree._Element]] = []
    for child in table:
        tag = name_tag(child)
        if tag == "tr":
            rows.append((_GROUPS["tbody"], child))
        elif tag in {"td", "th"}:  # without a row of their own
            rows.append((_GROUPS["tbody"], table))
            break
        elif tag in _GROUPS:
            rows += [(_GROUPS[tag], row) for row in child if name_tag(row) == "tr"]
    return [row for _, row in sorted(rows, key=lambda found: found[0])]


def _list_cells(row: etree._Element) -> Iterator[Cell]:
    for cell in row:
        tag = name_tag(cell)
        if tag in {"td", "th"}:
            rows = _read_span(cell.get("rowspan"))
            yield Cell(
                read_inline(cell),
                is_header=tag == "th",
                is_strong=tag == "th" or _is_strong(cell),
                columns=_read_span(cell.get("colspan")) or 1,
                rows=_REST_OF_TABLE if rows == 0 else rows,
            )


def _is_strong(cell: etree._Element) -> bool:
    """Tell whether all text of a cell is bold."""
    [*children] = cell
    return (
        len(children) == 1
        and name_tag(children[0]) in _STRONG
        and not (cell.text or "").strip()
        and not (children[0].tail or "").strip()
    )


def _count_header_rows(rows: list[etree._Element]) -> int:
    count = 0
    for row in rows:
        tags = [name_tag(cell) for cell in row if name_tag(cell) in {"td", "th"}]
        parent = row.getparent()
        in_head = parent is not None and name_tag(parent) == "thead"
        if not (in_head or (tags and all(tag == "th" for tag in tags))):
            break
        count += 1
    return count if count < len(rows) else 0


def _count_header_columns(rows: list[etree._Element]) -> int:
    """Return 1 if every row begins with a name."""
    firsts = [next((name_tag(cell) for cell in row), "") for row in rows]
    return int(bool(firsts) and all(tag == "th" for tag in firsts))


def _read_span(value: str | None) -> int:
    value = (value or "1").strip()
    return min(int(value), _MOST_SPANNED) if value.isdecimal() and len(value) < 8 else 1
