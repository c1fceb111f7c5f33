"""Arranges the cells of a worksheet in tables: merged, hidden and annotated cells, and headers.

XLSX and XLS share this. Rows count from 1, columns from 0.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import (
    Cell,
    CellKind,
    NumberedRow,
    Row,
    render_sheet,
    render_table,
)

HIDDEN: Final = "[hidden] "
LAST_ROW: Final = 1_048_576  # the maximum of the format
LAST_COLUMN: Final = 16_384
_EMPTY_ROWS: Final = 2  # in succession
_ALPHABET: Final = 26
_REFERENCE: Final = re.compile(
    r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
)


class Area(NamedTuple):
    """A range of cells; the last row and column belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def has(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class TableArea(NamedTuple):
    """A range that the workbook declares to be a table."""

    area: Area
    header_rows: int


class SheetRow(NamedTuple):
    number: int
    cells: dict[int, Cell]
    is_hidden: bool = False


@dataclass
class Layout:
    """What a worksheet says about its cells, apart from the cells themselves."""

    last_row: int = 0  # of the rows in use
    last_column: int = -1
    merged: list[Area] = field(default_factory=list)
    headers: list[Area] = field(default_factory=list)  # by evidence: frozen, repeated, filtered
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    tables: list[TableArea] = field(default_factory=list)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)


class CellBudget:
    """Counts the cells of a workbook towards the limit."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.cells

    def charge(self, cells: int) -> None:
        """Raise RefusalError if there are more cells than the limit."""
        self._left -= cells
        if self._left < 0:
            raise RefusalError(RefusalKind.LIMIT, "cells")


class Worksheet:
    """The blocks of one worksheet.

    Once they were iterated over, `hidden` counts the hidden rows and columns with content.
    """

    def __init__(self, rows: Iterable[SheetRow], layout: Layout, budget: CellBudget) -> None:
        self.hidden = 0
        self._rows = rows
        self._layout = layout
        self._budget = budget
        self._spans = self._measure_spans()
        self._notes = dict(layout.notes)
        self._hidden_columns = {
            column
            for first, last in layout.hidden_columns
            for column in range(first, min(last, layout.last_column) + 1)
        }

    def render(self) -> Iterator[Block]:
        groups = self._group_tables()
        starts = {start for start, _, _ in groups}
        ends = iter(groups)
        group = next(ends, None)

        def find_group(numbered: tuple[int, Row]) -> Sequence[TableArea]:
            nonlocal group
            while group is not None and numbered[0] > group[1]:
                group = next(ends, None)
            return group[2] if group is not None and numbered[0] >= group[0] else ()

        for tables, rows in groupby(self._arrange(starts), find_group):
            if tables:
                yield from _render_tables((row for row in rows), tables)
            else:
                yield from render_sheet(row for _, row in rows)
        for note in self._notes.values():
            yield Block(f"[💬 {note}]")

    def _measure_spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return (rows, columns) of merged cells by their first cell, within the cells in use."""
        layout = self._layout
        spans = {}
        for area in layout.merged:
            rows = min(area.bottom, layout.last_row) - area.top + 1
            columns = min(area.right, layout.last_column) - area.left + 1
            if rows > 0 and columns > 0 and rows * columns > 1:
                self._budget.charge(rows * columns)
                spans[area.top, area.left] = (rows, columns)
        return spans

    def _group_tables(self) -> list[tuple[int, int, Sequence[TableArea]]]:
        """Return (first row, last row, tables) of the tables that share rows, from the top."""
        groups: list[tuple[int, int, list[TableArea]]] = []
        for table in sorted(self._layout.tables):
            if groups and table.area.top <= groups[-1][1]:
                start, end, tables = groups[-1]
                groups[-1] = (start, max(end, table.area.bottom), [*tables, table])
            else:
                groups.append((table.area.top, table.area.bottom, [table]))
        return [*groups]

    def _arrange(self, starts: set[int]) -> Iterator[tuple[int, Row]]:
        """Yield (number, cells) for each row with content, and for empty ones in between.

        The first cell of a hidden row is marked, and so is that of a hidden column in each table.
        """
        number = 0
        spanned = 0  # the last row of the merged cells that have begun
        unmarked = set(self._hidden_columns)
        found: set[int] = set()
        for row in self._rows:
            cells = self._complete(row)
            if not cells:
                continue
            # Further empty rows mean nothing, but there may be a million.
            last = max(spanned, number + _EMPTY_ROWS)
            yield from ((empty, {}) for empty in range(number + 1, min(row.number, last + 1)))
            if row.number > number + 1 or row.number in starts:
                unmarked = set(self._hidden_columns)
            number = row.number
            spanned = max(spanned, *(number + cell.rows - 1 for cell in cells.values()))
            for column in sorted(unmarked.intersection(cells)):
                cells[column] = _mark(cells[column])
                unmarked.remove(column)
                found.add(column)
            if row.is_hidden:
                first = min(cells)
                cells[first] = _mark(cells[first])
                self.hidden += 1
            yield number, NumberedRow(number, cells)
        self.hidden += len(found)

    def _complete(self, row: SheetRow) -> dict[int, Cell]:
        """Return the cells that have text, with what the layout says about each."""
        layout = self._layout
        headers = [area for area in layout.headers if area.top <= row.number <= area.bottom]
        cells = {}
        for column, cell in row.cells.items():
            place = (row.number, column)
            text = cell.text
            link = layout.links.get(place)
            if link and link.removeprefix("mailto:") not in text:
                text = f"{text} ({link})"
            if note := self._notes.pop(place, ""):
                text = f"{text} [💬 {note}]".strip()
            if not text:
                continue
            # A row with a single cell above a table is its title.
            is_header = len(row.cells) > 1 and any(a.left <= column <= a.right for a in headers)
            rows, columns = self._spans.get(place, (1, 1))
            if text is not cell.text or is_header or rows * columns > 1:
                cell = _keep_value(cell)._replace(  # noqa: PLW2901
                    text=text, is_header=is_header, columns=columns, rows=rows
                )
            cells[column] = cell
        return cells


def _render_tables(rows: Iterator[tuple[int, Row]], tables: Sequence[TableArea]) -> Iterator[Block]:
    """Yield the blocks of tables that share rows, then those of the cells beside the tables."""
    first, *others = tables
    aside: dict[TableArea | None, list[Row]] = {table: [] for table in (*others, None)}

    def take() -> Iterator[Row]:
        for number, row in rows:
            parts: dict[TableArea | None, dict[int, Cell]] = {}
            for column, cell in row.items():
                table = next((t for t in tables if t.area.has(number, column)), None)
                parts.setdefault(table, {})[column] = cell
            for table, list_ in aside.items():
                if table is None or table.area.top <= number <= table.area.bottom:
                    list_.append(NumberedRow(number, parts.get(table, {})))
            if number <= first.area.bottom:
                yield NumberedRow(number, parts.get(first, {}))

    yield from render_table(take(), header_rows=first.header_rows)
    for table in others:
        yield from render_table(aside[table], header_rows=table.header_rows)
    yield from render_sheet(aside[None])


def _mark(cell: Cell) -> Cell:
    return _keep_value(cell)._replace(text=f"{HIDDEN}{cell.text}")


def _keep_value(cell: Cell) -> Cell:
    """Return a cell whose text may be added to."""
    is_text = cell.value is None and cell.kind in {CellKind.TEXT, None}
    return cell._replace(value=cell.text) if is_text else cell


def read_area(reference: str) -> Area | None:
    """Return the area of a reference such as B2 or $B$2:D5; None if it is not one."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    first = (int(top), read_column(left))
    last = (int(bottom), read_column(right)) if right else first
    return Area(*map(min, first, last), *map(max, first, last))


def read_column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * _ALPHABET + ord(letter) - ord("A") + 1
    return column - 1
