"""Builds the rows of an RTF table, whose cells are described apart from their text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.tables.table import Cell, place_rows, render_table

_TOLERANCE: Final = 60  # twips, about 1 mm: edges of one column in different rows differ by less
_MOST_CELLS: Final = 1_000  # of a row; Word allows 63


@dataclass
class CellDefinition:
    edge: int = 0  # right, in twips
    begins_rows: bool = False
    continues_row: bool = False  # continues the cell above
    continues_column: bool = False  # continues the cell on the left


@dataclass
class RowDefinition:
    """The cells of the following rows, until another definition."""

    cells: list[CellDefinition] = field(default_factory=list)
    is_header: bool = False
    next_cell: CellDefinition = field(default_factory=CellDefinition)

    def handle(self, word: str, number: int | None) -> None:
        """Handle a control word of a definition."""
        if word == "trhdr":
            self.is_header = True
        elif word == "clvmgf":
            self.next_cell.begins_rows = True
        elif word == "clvmrg":
            self.next_cell.continues_row = True
        elif word == "clmrg":
            self.next_cell.continues_column = True
        elif word == "cellx" and len(self.cells) < _MOST_CELLS:
            self.next_cell.edge = number or 0
            self.cells.append(self.next_cell)
            self.next_cell = CellDefinition()


ROW_WORDS: Final = frozenset({"trhdr", "clvmgf", "clvmrg", "clmrg", "cellx"})


@dataclass
class _Placed:
    """A cell with its place, which cells of later rows may continue."""

    text: str
    is_strong: bool
    column: int
    columns: int
    rows: int = 1


class Table:
    def __init__(self) -> None:
        self._rows: list[tuple[RowDefinition, list[tuple[str, bool]]]] = []

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, definition: RowDefinition, cells: list[tuple[str, bool]]) -> None:
        """Add a row of (text, whether it is bold)."""
        self._rows.append((definition, cells))

    def render(self) -> Iterator[Block]:
        """Yield the blocks of the table; a table of one column only frames its text."""
        if all(len(cells) <= 1 for _, cells in self._rows):
            yield from (Block(text) for _, cells in self._rows for text, _ in cells if text)
            return
        headers = takewhile(lambda row: row[0].is_header, self._rows)
        rows = place_rows(
            [
                Cell(cell.text, is_strong=cell.is_strong, columns=cell.columns, rows=cell.rows)
                for cell in row
            ]
            for row in self._place()
        )
        header_rows = sum(1 for _ in headers) or None
        yield from render_table(rows, header_rows=header_rows, is_layout=True)

    def _place(self) -> list[list[_Placed]]:
        """Return the cells that begin in each row."""
        columns = self._number_columns()
        merged: dict[int, _Placed] = {}
        placed: list[list[_Placed]] = []
        for definition, cells in self._rows:
            row: list[_Placed] = []
            column = 0
            for index, (text, is_strong) in enumerate(cells):
                known = index < len(definition.cells)
                own = definition.cells[index] if known else CellDefinition()
                end = max(columns.get(own.edge, column + 1) if known else column + 1, column + 1)
                above = merged.get(column)
                if own.continues_column and row:
                    row[-1].columns += end - column
                elif own.continues_row and above is not None:
                    above.rows += 1
                else:
                    row.append(_Placed(text, is_strong, column, end - column))
                    merged.pop(column, None)
                    if own.begins_rows:
                        merged[column] = row[-1]
                column = end
            placed.append(row)
        return placed

    def _number_columns(self) -> dict[int, int]:
        """Return the number of the column that begins at each edge; nothing for equal rows."""
        if len({len(cells) for _, cells in self._rows}) == 1:
            return {}
        edges = sorted({cell.edge for definition, _ in self._rows for cell in definition.cells})
        columns: dict[int, int] = {}
        column, last = 0, None
        for edge in edges[: 10 * _MOST_CELLS]:
            if last is None or edge - last > _TOLERANCE:
                column += 1
            columns[edge], last = column, edge
        return columns
