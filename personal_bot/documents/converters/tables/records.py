"""Reads the rows of a table as data: a value for each column, also where only the eye fills it in.

A cell that spans rows, a text that is written once above empty cells and the label of a group apply
to each row; an amount that spans rows counts once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from personal_bot.documents.converters.content import TableHead, TableRow
from personal_bot.documents.converters.tables.above import ABOVE
from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.headers import may_be_header
from personal_bot.documents.converters.tables.labels import is_sum
from personal_bot.documents.converters.tables.layouts import Layout
from personal_bot.documents.converters.tables.rendering import Piece, find_last_key
from personal_bot.documents.converters.tables.shapes import Shape, classify

FIELD_NAMES: Final = {0: "name", 1: "value"}
"""The columns of a form, each field of which is a row."""

_LEVELS: Final = " › "


class Records:
    """The rows of the tables of a region."""

    def __init__(self) -> None:
        self._layout = Layout()

    def begin(self, layout: Layout, title: str, rows: Sequence[Line]) -> TableHead | None:
        """Return the head of a table; None if it is a list of texts."""
        self._layout = layout
        if layout.keys:
            return TableHead(title, FIELD_NAMES)
        if layout.names:
            names = {column: layout.names.join(column) for column in layout.names.columns}
            return TableHead(title, {column: name for column, name in names.items() if name})
        if layout.end - layout.start < 2:
            return None
        return TableHead(title, {}, may_have_header=bool(rows) and may_be_header(rows))

    def read(self, line: Line, labels: Sequence[str], above: Iterable[Piece]) -> Iterator[TableRow]:
        """Yield the row of a line, or those of its fields, with what applies to it from above."""
        if self._layout.keys:
            yield from self._read_fields(line)
            return
        last_key = find_last_key(line, self._layout)
        cells = {
            column: cell
            for column, cell in line.cells.items()
            if column in line.own or column <= last_key or classify(cell) is Shape.TEXT
        }
        groups = [*labels]
        for piece in above:
            text = piece.text.removeprefix(ABOVE)
            if piece.name:
                cells.setdefault(self._layout.start, Cell(text))
            else:
                groups.append(text)
        first = next(iter(line.own.values()))
        yield TableRow(line.number, cells, _LEVELS.join(groups), is_sum(first.text))

    def _read_fields(self, line: Line) -> Iterator[TableRow]:
        name: Cell | None = None
        for column, cell in line.cells.items():
            if column in self._layout.keys:
                name = cell._replace(text=cell.text.rstrip(" :") or cell.text)
            elif name is not None:
                yield TableRow(line.number, {0: name, 1: cell}, "", is_sum(name.text))
