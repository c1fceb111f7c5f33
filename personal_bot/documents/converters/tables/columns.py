"""Measures what the cells of each column have in common, as evidence for and against headers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from personal_bot.documents.converters.tables.cells import Line
from personal_bot.documents.converters.tables.labels import is_label
from personal_bot.documents.converters.tables.shapes import Shape, classify, is_period

_DOMINANT: Final = 0.7  # share of the cells of a column


@dataclass(slots=True)
class Column:
    """What is known about the cells of a column below a header."""

    shapes: Counter[Shape] = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)
    cells: int = 0
    strong: int = 0
    labels: int = 0
    chars: int = 0

    @property
    def shape(self) -> Shape | None:
        """The shape of most cells, or None if they differ."""
        known = self.shapes.total() - self.shapes[Shape.NONE]
        if not known:
            return None
        shape, count = max(
            (item for item in self.shapes.items() if item[0] is not Shape.NONE),
            key=lambda item: item[1],
        )
        return shape if count >= _DOMINANT * known else None

    @property
    def is_typed(self) -> bool:
        return self.shape not in {None, Shape.TEXT}


def measure(lines: Iterable[Line], fewest_cells: int = 2) -> dict[int, Column]:
    """Return the columns of the lines that have enough cells."""
    columns: dict[int, Column] = {}
    for line in lines:
        if len(line.cells) < fewest_cells:
            continue
        for number, cell in line.own.items():
            column = columns.setdefault(number, Column())
            column.shapes[classify(cell)] += 1
            column.texts.add(cell.text)
            column.cells += 1
            column.strong += cell.is_strong
            column.labels += is_label(cell.text) and not is_period(cell.text)
            column.chars += len(cell.text)
    return columns
