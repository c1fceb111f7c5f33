"""Labels of groups amid the rows of a table, such as "North region", apply to each row below."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.labels import is_grand_total, is_total
from personal_bot.documents.converters.tables.layouts import Layout


class _Look(NamedTuple):
    """What labels of the same level have in common."""

    column: int
    is_strong: bool
    is_merged: bool


class Groups:
    """The labels that apply to the next row, from the outermost to the innermost."""

    def __init__(self) -> None:
        self._labels: list[tuple[_Look, str]] = []
        self._has_rows = False  # below the innermost label
        self._is_closed = False  # by a total of the group
        self._groups = 0
        self._totals = 0  # rows of totals at the end of groups
        self._unused: list[str] = []  # labels without rows

    def clear(self) -> list[str]:
        """Forget all labels; return those that no row has had."""
        unused = self._unused
        self.__init__()  # type: ignore[misc]
        return unused

    def add(self, column: int, cell: Cell) -> None:
        """Begin a group within the last one if that has no rows, or next to one of its look."""
        look = _Look(column, cell.is_strong, cell.columns > 1)
        looks = [known for known, _ in self._labels]
        if self._has_rows:
            del self._labels[looks.index(look) if look in looks else 0 :]
        self._labels.append((look, cell.text.rstrip(" :")))
        self._unused.append(cell.text)
        self._has_rows = self._is_closed = False
        self._groups += 1

    def names_group(self, column: int, cell: Cell, layout: Layout, below: Iterable[Line]) -> bool:
        """Tell whether the only cell of a row names the rows below, by its look."""
        if column > layout.start + 1 or not any(len(line.own) > 1 for line in below):
            return False
        look = _Look(column, cell.is_strong, cell.columns > 1)
        return (
            layout.covers(cell, column)
            or layout.stands_out(cell, column)
            or cell.text.endswith(":")
            or any(look == known for known, _ in self._labels)
        )

    def find_labels(self, line: Line) -> Sequence[str]:
        """Return the labels for a row; a total after the last of several groups has none."""
        labels = [text for _, text in self._labels]
        first = next(iter(line.own.values())).text
        if labels and is_total(first) and self._has_rows:
            if self._is_closed or is_grand_total(first) or (self._groups > 1 and not self._totals):
                self.clear()
                return []
            self._totals += 1
            self._is_closed = True
        self._has_rows = True
        self._unused = []
        return labels


def count_labels(lines: Sequence[Line]) -> int:
    """Return the number of rows of one cell in the first column that have rows of more below."""
    return sum(
        len(line.own) == len(line.cells) == 1 and len(below.own) > 1
        for line, below in pairwise(lines)
    )
