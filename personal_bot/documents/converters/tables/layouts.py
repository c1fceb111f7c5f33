"""How to read the rows of a table: with names of columns, or columns that name others, or plain."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.columns import Column, measure
from personal_bot.documents.converters.tables.forms import find_keys
from personal_bot.documents.converters.tables.headers import (
    ENOUGH,
    find_header,
    is_numbering,
    may_be_header,
)
from personal_bot.documents.converters.tables.labels import is_total
from personal_bot.documents.converters.tables.shapes import Shape, classify

_CLEARLY: Final = 0.5  # votes by which a header must outweigh a form
_USUAL: Final = 2.0  # votes for the first row of a data file
_NAME_CHARS: Final = 120  # of a name that is repeated in each row
_SAMPLE_ROWS: Final = 60
_QUANTITIES: Final = {Shape.NUMBER, Shape.PERCENT, Shape.MEASURE}
_LEVELS: Final = " › "


class Hints(NamedTuple):
    """What the format declares about a table; None if it declares nothing."""

    header_rows: int | None = None
    header_columns: int | None = None
    is_layout: bool = False
    is_data: bool = False  # of a data file, whose first row usually names the columns


class Names:
    """The names of columns, from header rows of one or more levels."""

    def __init__(self, heads: Sequence[Line]) -> None:
        rows = [head for head in heads if not is_numbering(head)]
        self._levels = [_read_level(row, rows[index:]) for index, row in enumerate(rows, 1)]
        self._names: dict[tuple[int, int], str] = {}
        self.columns = sorted({column for head in heads for column in head.cells})
        self._heads = [_read_texts(head) for head in heads]

    def repeat(self, line: Line) -> bool:
        """Tell whether a line is one of the header rows again, as at the top of a printed page."""
        return any(len(line.own) == len(head) and _read_texts(line) == head for head in self._heads)

    def share(self, line: Line) -> bool:
        """Tell whether a line has a name of the last header row in the same column."""
        return bool(self._heads and _read_texts(line).items() & self._heads[-1].items())

    def find(self, start: int, end: int) -> str:
        """Return the name of the columns from `start` to `end`, that column excluded."""
        name = self._names.get((start, end))
        if name is None:
            after = bisect_right(self.columns, start)
            columns = [start, *self.columns[after : bisect_left(self.columns, end)]]
            names = list(dict.fromkeys(filter(None, map(self.join, columns))))
            name = ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
            if len(name) > _NAME_CHARS:
                name = f"{name[:_NAME_CHARS].rstrip()}…"
            self._names[start, end] = name
        return name

    def join(self, column: int) -> str:
        """Return the names of a column on all levels, of any length."""
        texts: list[str] = []
        for starts, ends, names in self._levels:
            index = bisect_right(starts, column) - 1
            if index >= 0 and column < ends[index] and names[index] not in texts[-1:]:
                texts.append(names[index])
        return _LEVELS.join(texts)


def _read_texts(line: Line) -> dict[int, str]:
    return {column: cell.text for column, cell in line.own.items()}


def _read_level(row: Line, below: Sequence[Line]) -> tuple[list[int], list[int], list[str]]:
    """Return start, end and text of each name.

    A name with gaps on its right that rows below fill extends over them, because CSV knows no
    merged cells.
    """
    filled = {column for line in below for column in line.own}
    starts = list(row.cells)
    ends: list[int] = []
    for start, following in pairwise([*starts, 1 << 30]):
        end = start + row.cells[start].columns
        if end == start + 1 and start in filled:
            while end < following and end in filled:
                end += 1
        ends.append(end)
    return starts, ends, [row.cells[start].text.rstrip(" :") for start in starts]


@dataclass(frozen=True)
class Layout:
    """How to read the rows below `heads` header rows.

    Has `names` of columns, or `keys`, the columns that name the cells to their right, or neither.
    """

    heads: int = 0
    names: Names | None = None
    keys: frozenset[int] = frozenset()
    header_columns: int = 0
    votes: float = 0.0
    start: int = 0
    end: int = 0  # after the last column
    body: Mapping[int, Column] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        return self.names is None and not self.keys

    def stands_out(self, cell: Cell, column: int) -> bool:
        """Tell whether a cell is strong, unlike most cells of its column below the header."""
        others = self.body.get(column)
        return cell.is_strong and (others is None or others.strong <= 0.3 * others.cells)

    def covers(self, cell: Cell, column: int) -> bool:
        """Tell whether a cell spans the whole width, or all of it right of the key column."""
        return cell.columns > 1 and column <= self.start + 1 and column + cell.columns >= self.end

    def fits(self, lines: Sequence[Line]) -> bool | None:
        """Tell whether lines have values of the same types in the same columns; None if unknown."""
        sample = [line for line in lines[:_SAMPLE_ROWS] if line.own]
        known = {*self.body, *(self.names.columns if self.names else ())}
        if not {column for line in sample for column in line.own} <= known:
            return False
        others = [line for line in sample if not is_total(next(iter(line.own.values())).text)]
        columns = measure(others, 1)
        typed = [number for number in columns if number in self.body and self.body[number].is_typed]
        if not all(_is_like(columns[number], self.body[number]) for number in typed):
            return False
        if any(
            number in self.body
            and self.body[number].shape is Shape.TEXT
            and _is_mostly_typed(column)
            for number, column in columns.items()
        ):
            return False
        values = [cell for number, cell in sample[0].own.items() if number in typed]
        if len(sample) > 1 and values and all(classify(cell) is Shape.TEXT for cell in values):
            return False  # a header that is not certain, or a row that is not
        return True if typed or not others else None


def _is_like(column: Column, before: Column) -> bool:
    """Tell whether at least half of the values are of the type of those before."""
    wanted = _QUANTITIES if before.shape in _QUANTITIES else {before.shape}
    like = sum(column.shapes[shape] for shape in wanted if shape is not None)
    return 2 * like >= column.cells - column.shapes[Shape.NONE]


def _is_mostly_typed(column: Column) -> bool:
    words = sum(column.shapes[shape] for shape in (Shape.TEXT, Shape.CODE, Shape.NONE))
    return 2 * words <= column.cells


def find_layout(lines: Sequence[Line], hints: Hints) -> Layout:
    """Weigh the evidence for a header against that for a form.

    Where neither is clear, the layout is plain, which is right under both readings.
    """
    heads, votes = find_header(lines, hints.header_rows, is_layout=hints.is_layout)
    sample = lines[: heads + _SAMPLE_ROWS]
    extents = [
        (column, column + cell.columns) for line in sample for column, cell in line.cells.items()
    ]
    common = Layout(
        header_columns=hints.header_columns or 0,
        start=min((start for start, _ in extents), default=0),
        end=max((end for _, end in extents), default=0),
        body=measure(sample[heads:]),
    )
    keys, key_votes = find_keys(lines, hints.header_columns)
    if hints.is_data and not heads and may_be_header(lines) and votes + _USUAL >= ENOUGH:
        heads, votes = 1, votes + _USUAL
    if heads and votes >= key_votes + _CLEARLY:
        return replace_heads(common, lines, heads, votes)
    if key_votes >= ENOUGH and key_votes > votes:
        return Layout(
            keys=keys, votes=key_votes, start=common.start, end=common.end, body=common.body
        )
    return common if not heads else replace_heads(common, lines, 0, 0.0)


def replace_heads(layout: Layout, lines: Sequence[Line], heads: int, votes: float) -> Layout:
    """Return the layout with another number of header rows."""
    return Layout(
        heads=heads,
        names=Names(lines[:heads]) if heads else None,
        header_columns=layout.header_columns,
        votes=votes,
        start=layout.start,
        end=layout.end,
        body=measure(lines[heads : heads + _SAMPLE_ROWS]),
    )
