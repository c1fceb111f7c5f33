"""Finds the cells of a Word table, with those that they span, and renders its rows in parts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, takewhile
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.office.package import read_attribute
from personal_bot.documents.converters.tables.cells import follow_spans
from personal_bot.documents.converters.tables.layouts import Hints, find_layout
from personal_bot.documents.converters.tables.table import Cell, Row, render_table
from personal_bot.documents.converters.word.structure import (
    is_on,
    iterate,
    read_properties,
    read_style,
)
from personal_bot.documents.converters.word.styles import Styles, is_filled

_WIDEST: Final = 100  # columns; Word allows 63
_REPEATED_ROWS: Final = 5  # of a header, for each part of a table
_SAMPLE_ROWS: Final = 100  # show which rows are the header


@dataclass
class GridCell:
    element: etree._Element
    column: int
    columns: int
    rows: int = 1
    is_strong: bool = False  # according to the style of the table


@dataclass
class GridRow:
    element: etree._Element
    is_header: bool
    cells: list[GridCell] = field(default_factory=list)


def read_grid(table: etree._Element, styles: Styles) -> list[GridRow]:
    """Return the rows that tracked changes leave; a merged cell is in the first of its rows."""
    grid: list[GridRow] = []
    merged: dict[int, GridCell] = {}  # by column: the cell that rows below may continue
    for element in iterate(table, "tr"):
        properties = read_properties(element.find("{*}trPr"))
        if "del" in properties:
            continue
        row = GridRow(element, is_on(properties.get("tblHeader")))
        column = _read_span(properties.get("gridBefore"), default=0)
        for cell in iterate(element, "tc"):
            own = read_properties(cell.find("{*}tcPr"))
            if "cellDel" in own:
                continue
            columns = _read_span(own.get("gridSpan"))
            merge = own.get("vMerge")
            above = merged.get(column)
            if merge is not None and read_attribute(merge, "val") != "restart" and above:
                above.rows += 1
            else:
                found = GridCell(cell, column, columns)
                row.cells.append(found)
                merged.pop(column, None)
                if merge is not None:
                    merged[column] = found
            column += columns
        grid.append(row)
    _mark_strong(grid, table, styles)
    return grid


def count_header_rows(grid: list[GridRow]) -> int | None:
    """Return the number of rows that Word repeats on each page; None if it repeats none."""
    return sum(1 for _ in takewhile(lambda row: row.is_header, grid)) or None


def is_strong(cell: etree._Element, styles: Styles) -> bool:
    """Tell whether a cell is filled, or all of its text is bold."""
    if is_filled(cell.find("{*}tcPr")):
        return True
    bold = [
        _is_bold(run, paragraph, styles)
        for paragraph in iterate(cell, "p")
        for run in iterate(paragraph, "r", {"hyperlink"})
        if run.find("{*}t") is not None
    ]
    return bool(bold) and all(bold)


class TableWriter:
    """Renders a table in parts, because pages and inner tables stand between its rows."""

    def __init__(self, rows: Sequence[Row], title: str, header_rows: int | None) -> None:
        self._rows = rows
        self._title = title
        self._header_rows = header_rows
        self._passed = 0  # rows whose spans are known
        self._spans: dict[int, tuple[int, Cell]] = {}  # by column: the row after a merged cell

    def render(self, start: int, end: int) -> Iterator[Block]:
        """Yield the rows from `start` to `end`, that row excluded, with their column names."""
        if (start, end) == (0, len(self._rows)):
            yield from self._render(self._rows, self._header_rows)
            return
        rows = list(self._rows[start:end])
        if not rows:
            return
        rows[0] = {**self._list_reaching(start), **rows[0]}
        heads, header_columns = self._headers
        if start < heads:
            yield from self._render(rows, heads - start, header_columns)
            return
        blocks = self._render([*self._rows[:heads], *rows], heads, header_columns)
        lines_left = _count_equal(_list_lines(blocks), self._head_lines)
        for block in blocks:
            lines = block.text.split("\n")
            kept = lines[lines_left:]
            lines_left = max(lines_left - len(lines), 0)
            if kept:
                yield block._replace(text="\n".join(kept))

    @cached_property
    def _headers(self) -> tuple[int, int | None]:
        """The header rows and columns of the whole table, because its parts show them less well.

        Titles above the header count as rows of it. Columns are None if they name others.
        """
        if self._header_rows is not None:
            return min(self._header_rows, _REPEATED_ROWS), None
        lines = [line for line in islice(follow_spans(self._rows), _SAMPLE_ROWS) if line.cells]
        titles = sum(1 for _ in takewhile(lambda line: len(line.cells) == 1, lines))
        layout = find_layout(lines[titles:], Hints(is_layout=True))
        heads = min(titles + layout.heads, _REPEATED_ROWS) if layout.heads else 0
        return heads, None if layout.keys else 0

    @cached_property
    def _head_lines(self) -> list[str]:
        heads, header_columns = self._headers
        return _list_lines(self._render(self._rows[:heads], heads, header_columns))

    def _list_reaching(self, start: int) -> dict[int, Cell]:
        """Return the cells that reach a row from above. Rows must be asked for in order."""
        for number in range(self._passed, start):
            for column, cell in self._rows[number].items():
                if cell.rows > 1:
                    self._spans[column] = (number + cell.rows, cell)
        self._passed = start
        return {
            column: cell._replace(rows=end - start)
            for column, (end, cell) in self._spans.items()
            if end > start
        }

    def _render(
        self, rows: Iterable[Row], header_rows: int | None, header_columns: int | None = None
    ) -> list[Block]:
        blocks = render_table(
            rows,
            title=self._title,
            header_rows=header_rows,
            header_columns=header_columns,
            is_layout=True,
        )
        return [*blocks]


def _list_lines(blocks: list[Block]) -> list[str]:
    return [line for block in blocks for line in block.text.split("\n")]


def _count_equal(lines: list[str], others: list[str]) -> int:
    pairs = zip(lines, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _read_span(element: etree._Element | None, default: int = 1) -> int:
    value = read_attribute(element, "val")
    return min(int(value), _WIDEST) if value and value.isdecimal() else default


def _mark_strong(grid: list[GridRow], table: etree._Element, styles: Styles) -> None:
    """Mark the cells that the style of a table sets off in its first row or column."""
    properties = read_properties(table.find("{*}tblPr"))
    style = read_style(properties, "tblStyle")
    look = properties.get("tblLook")
    if style in styles.strong_first_rows and _looks(look, "firstRow", 0x20):
        for cell in grid[0].cells if grid else ():
            cell.is_strong = True
    if style in styles.strong_first_columns and _looks(look, "firstColumn", 0x80):
        for row in grid:
            for cell in row.cells:
                cell.is_strong = cell.is_strong or cell.column == 0


def _looks(look: etree._Element | None, name: str, bit: int) -> bool:
    own = read_attribute(look, name)
    if own is not None:
        return own in {"1", "true", "on"}
    try:
        return bool(int(read_attribute(look, "val") or "0", 16) & bit)
    except ValueError:
        return False


def _is_bold(run: etree._Element, paragraph: etree._Element, styles: Styles) -> bool:
    properties = read_properties(run.find("{*}rPr"))
    if "b" in properties:
        return is_on(properties["b"])
    of_paragraph = read_style(read_properties(paragraph.find("{*}pPr")))
    return read_style(properties, "rStyle") in styles.bold or of_paragraph in styles.bold
