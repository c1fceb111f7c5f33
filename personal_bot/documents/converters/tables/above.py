"""Finds what is written only above a row of a table, although it probably applies to it, too.

People write a department once and leave the cells below it empty, or put the name of a group in a
row of its own, without merging or formatting anything. Such texts are repeated with an arrow, so
that they are not mistaken for cells of the row.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from personal_bot.documents.converters.tables.cells import Line
from personal_bot.documents.converters.tables.groups import count_labels
from personal_bot.documents.converters.tables.labels import is_total
from personal_bot.documents.converters.tables.layouts import Layout
from personal_bot.documents.converters.tables.rendering import Piece
from personal_bot.documents.converters.tables.shapes import Shape, classify

ABOVE: Final = "↑ "
_QUANTITIES: Final = {Shape.NUMBER, Shape.PERCENT, Shape.MEASURE}
_FEWEST: Final = 2  # labels of groups, or cells that continue below
_FEWEST_COLUMNS: Final = 3  # of a table with groups; a row of two may lack its only value


class Above:
    """The texts above the next row of a table."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._continues = False  # the first column, in the rows below each of its cells
        self.has_labels = False  # of groups, in rows of their own
        self._first = ""
        self._label = ""

    def begin(self, layout: Layout, rows: Sequence[Line]) -> None:
        """Look at the rows below the header of a table."""
        self._layout = layout
        self._first = self._label = ""
        self._continues = bool(layout.names) and _is_continued(layout, rows)
        self.has_labels = (
            bool(layout.names)
            and layout.end - layout.start >= _FEWEST_COLUMNS
            and count_labels(rows) >= _FEWEST
        )

    def forget(self) -> None:
        """Handle an empty row."""
        self._first = self._label = ""

    def is_alone(self, line: Line) -> bool:
        """Tell whether a row has only one text, near its start: a label, a note, or a value."""
        if len(line.own) != 1 or len(line.cells) != 1:
            return False
        ((column, cell),) = line.own.items()
        width = self._layout.end - self._layout.start
        place = column - self._layout.start
        is_second = place == 1 and width >= _FEWEST_COLUMNS and not self._continues
        return ((place == 0 and width > 1) or is_second) and classify(cell) is Shape.TEXT

    def find(self, line: Line) -> Iterator[Piece]:
        """Yield what applies to a row, and note what it says for those below."""
        start = self._layout.start
        texts = [cell.text for cell in line.own.values()]
        if any(map(is_total, texts)):
            self._label = ""
            return
        if self.is_alone(line):
            self._label = texts[0] if self.has_labels else ""
            return
        if self._label:
            yield Piece(f"{ABOVE}{self._label}", is_key=True)
        if start in line.own:
            self._first = texts[0]
        elif self._continues and self._first and start not in line.cells:
            names = self._layout.names
            name = names.find(start, start + 1) if names else ""
            yield Piece(f"{ABOVE}{self._first}", name, is_key=True)


def _is_continued(layout: Layout, rows: Sequence[Line]) -> bool:
    """Tell whether the first column has each text once, and rows below it that are else full."""
    column = layout.body.get(layout.start)
    if (
        column is None
        or column.shape in _QUANTITIES
        or not _FEWEST <= column.cells == len(column.texts)
    ):
        return False
    empty = [line for line in rows if layout.start not in line.cells]
    return (
        bool(empty)
        and layout.start in rows[0].own
        and all(layout.start + 1 in line.cells for line in empty)
    )
