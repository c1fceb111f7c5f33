"""One model of a table for all formats, and its rendering.

Each line of the rendered text is a row with its column names, so a passage is clear by itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from personal_bot.documents.converters.content import SEGMENT_CHARS, Block, BlockKind
from personal_bot.documents.converters.normalization import normalize_line

_NUMBER: Final = re.compile(r"[-+−(]?[\d\s.,:/%$€₽'’-]*\d[\d\s.,:/%$€₽'’)-]*")
_HEADER_CHARS: Final = 100  # a longer text is a sentence, not a column name
_LOOKAHEAD_ROWS: Final = 20


class CellKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"  # also money, percentages and durations
    DATE = "date"


class Cell(NamedTuple):
    """A cell as people see it. Formats that know its type give `kind`; others leave it None.

    `columns` and `rows` are those that it spans.
    """

    text: str
    kind: CellKind | None = None
    is_header: bool = False  # declared by the format, such as <th>
    is_strong: bool = False  # bold or filled, unlike ordinary cells
    columns: int = 1
    rows: int = 1


Row = Mapping[int, Cell]
"""The cells of a row by column, from 0; spanned and empty columns may be missing."""


def place_rows(rows: Iterable[Iterable[Cell]]) -> Iterator[Row]:
    """Assign columns to rows that list their cells one after another, as HTML and Word do.

    Each row passes over the columns that cells of earlier rows span.
    """
    taken: dict[int, int] = {}  # by column: rows that a cell above still covers
    for cells in rows:
        row: dict[int, Cell] = {}
        free = {column: left for column, left in taken.items() if left > 0}
        column = 0
        for cell in cells:
            while free.get(column, 0) > 0:
                column += 1
            row[column] = cell
            for covered in range(column, column + cell.columns):
                taken[covered] = cell.rows
                free[covered] = 1
            column += cell.columns
        taken = {column: left - 1 for column, left in taken.items() if left > 1}
        yield row


def render_table(
    rows: Iterable[Row],
    *,
    title: str = "",
    header_rows: int | None = None,
    header_columns: int | None = None,
    is_layout: bool = False,
) -> Iterator[Block]:
    """Yield the blocks of one table, of limited size; `rows` may be a stream.

    `header_rows` and `header_columns` are the numbers that the format declares, if it does;
    otherwise headers are found by evidence. With `is_layout`, a table without evidence of a header
    may serve the layout only, as in word processors.
    """
    texts = (
        [row[column].text if column in row else "" for column in range(max(row, default=-1) + 1)]
        for row in rows
    )
    yield from _split_lines(_render_rows(texts, only_evident_header=is_layout), title)


def render_sheet(rows: Iterable[Row]) -> Iterator[Block]:
    """Yield the blocks of all tables and texts on a sheet, which are found by evidence."""
    yield from render_table(rows)


def _render_rows(
    rows: Iterable[Sequence[str]], *, only_evident_header: bool = False
) -> Iterator[str]:
    table = _Table(only_evident_header)
    for row in rows:
        cells = {index: text for index, cell in enumerate(row) if (text := normalize_line(cell))}
        yield from table.add(cells) if cells else table.pause()
    yield from table.end()


def _split_lines(lines: Iterable[str], title: str) -> Iterator[Block]:
    """Group lines into blocks of limited size, so that a long table is never in memory whole."""
    segment: list[str] = []
    size = 0
    for line in lines:
        segment.append(line)
        size += len(line) + 1
        if size >= SEGMENT_CHARS:
            yield Block("\n".join(segment), BlockKind.TABLE, lead=title)
            segment, size = [], 0
    if segment:
        yield Block("\n".join(segment), BlockKind.TABLE, lead=title)


Cells = dict[int, str]  # by column; only those with text


class _Table:
    """Holds back the first rows until it is known which of them, if any, is the header."""

    def __init__(self, only_evident_header: bool) -> None:
        self._only_evident_header = only_evident_header
        self._header: Cells | None = None  # empty if there is none; None if not yet known
        self._pending: list[Cells] = []
        self._paused = False

    def add(self, cells: Cells) -> list[str]:
        if self._header is None:
            self._pending.append(cells)
            return self.end() if len(self._pending) >= _LOOKAHEAD_ROWS else []
        begins = self._paused and self._header and cells.keys() - self._header.keys()
        self._paused = False
        if begins and _is_header(cells):
            self._header = cells
            return [_render(cells, {})]
        return [_render(cells, self._header)]

    def pause(self) -> list[str]:
        """Handle an empty row; return the lines of held rows once a header is found."""
        self._paused = True
        return self.end() if self._find_header() is not None else []

    def end(self) -> list[str]:
        """Return the lines of the rows that were held back."""
        if not self._pending:
            return []
        position = self._find_header()
        rows, self._pending = self._pending, []
        if position is None:
            self._header = {}
            return [_render(row, {}) for row in rows]
        self._header = rows[position]
        return [
            _render(row, self._header if index > position else {}) for index, row in enumerate(rows)
        ]

    def _find_header(self) -> int | None:
        rows = self._pending
        widest = max(map(len, rows), default=0)
        for position, row in enumerate(rows[:-1]):
            if 2 * len(row) > widest and _is_header(row):
                below = (text for later in rows[position + 1 :] for text in later.values())
                evident = not self._only_evident_header or any(map(_NUMBER.fullmatch, below))
                return position if evident else None
        return None


def _is_header(cells: Cells) -> bool:
    names = list(cells.values())
    return (
        len(names) >= 2
        and len(set(names)) == len(names)
        and all(len(name) <= _HEADER_CHARS and not _NUMBER.fullmatch(name) for name in names)
    )


def _render(cells: Cells, header: Cells) -> str:
    if not header:
        return " | ".join(cells.values())
    return "; ".join(
        f"{header[index]}: {text}" if index in header else text for index, text in cells.items()
    )
