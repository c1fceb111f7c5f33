"""Finds keys of forms: sheets of names and values, such as "Supplier | Alfa", without a header."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.tables.cells import Line
from personal_bot.documents.converters.tables.columns import Column, measure
from personal_bot.documents.converters.tables.headers import CERTAIN
from personal_bot.documents.converters.tables.labels import is_label
from personal_bot.documents.converters.tables.shapes import Shape

_SAMPLE_ROWS: Final = 60
_MOST_COLUMNS: Final = 20  # of a form


def find_keys(
    lines: Sequence[Line], header_columns: int | None = None
) -> tuple[frozenset[int], float]:
    """Return the columns whose cells name the cells to their right, and the votes for that."""
    rows = [line for line in lines[:_SAMPLE_ROWS] if len(line.own) > 1]
    columns = measure(rows)
    if not columns or len(columns) > _MOST_COLUMNS:
        return frozenset(), 0.0
    first = min(columns)
    scores = {number: _score_column(number, rows, columns) for number in columns}
    keys = {first}
    for before, number in pairwise(sorted(columns)):
        if before not in keys and scores[number] >= 2.0 and number != max(columns):
            keys.add(number)
    score = sum(scores[number] for number in keys) / len(keys)
    if header_columns:
        score = max(score, CERTAIN / 2)
    values = [cell.text for number, cell in rows[0].own.items() if number not in keys]
    if values and all(map(is_label, values)) and _count_colons(first, rows) < 0.5:
        score -= 2.0
    if len(columns) == 2 and columns[max(columns)].shape is None and len(rows) > 2:
        score += 1.0
    return frozenset(keys), score


def _score_column(number: int, rows: Sequence[Line], columns: dict[int, Column]) -> float:
    column = columns[number]
    score = 4.0 * _count_colons(number, rows) + 3.0 * column.labels / column.cells
    own = [line.own for line in rows if number in line.own]
    if all(cells[number].is_header for cells in own):
        score += CERTAIN / 2
    values = [cells[number + 1] for cells in own if number + 1 in cells]
    if all(cells[number].is_strong for cells in own) and values:
        score += 3.0 if sum(cell.is_strong for cell in values) <= 0.2 * len(values) else 0.0
    if len(column.texts) < 0.8 * column.cells:
        score -= 2.0
    if column.is_typed and column.shape is not Shape.CODE:
        score -= 3.0
    return score


def _count_colons(number: int, rows: Sequence[Line]) -> float:
    """Return the share of the cells of a column that end with a colon."""
    cells = [line.own[number] for line in rows if number in line.own]
    return sum(cell.text.endswith(":") for cell in cells) / len(cells) if cells else 0.0
