"""Finds names of columns that go on from one to the next, such as years, months or "Week 1"."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.tables.cells import Cell
from personal_bot.documents.converters.tables.columns import Column
from personal_bot.documents.converters.tables.labels import is_label
from personal_bot.documents.converters.tables.shapes import Shape, classify, is_period, is_year

LONG_PROGRESSION: Final = 4  # names; their numbers may be values as well
_COUNTED: Final = re.compile(
    r"(?P<before>(?:[^\W\d][^\d,;]{0,20})?)(?P<number>\d{1,4})(?P<after>(?:\.(?:0[1-9]|1[0-2]))?)"
)


def find_progression(cells: Mapping[int, Cell]) -> frozenset[int]:
    """Return the columns of years, months, quarters or dates in order, or of regular numbers.

    The numbers may be part of the same words, such as "Week 1", or of days, such as "01.03".
    """
    periods = {number: cell.text for number, cell in cells.items() if is_period(cell.text)}
    years = [int(text[:4]) for text in periods.values() if is_year(text)]
    if len(periods) >= 2 and len(set(periods.values())) == len(periods):
        steps = {after - before for before, after in pairwise(years)}
        if len(steps) <= 1 or all(step > 0 for step in steps) or all(step < 0 for step in steps):
            return frozenset(periods)
    dates = [number for number, cell in cells.items() if classify(cell) is Shape.DATE]
    if len(dates) >= 2 and len({cells[number].text for number in dates}) == len(dates):
        return frozenset(dates)
    series: dict[str, dict[int, int]] = {}
    for number, cell in cells.items():
        template, count = _split_number(cell.text)
        if template:
            series.setdefault(template, {})[number] = count
    numbers = max(series.values(), key=len, default={})
    steps = {after - before for before, after in pairwise(numbers.values())}
    if len(numbers) >= 3 and len(steps) == 1 and steps != {0}:
        return frozenset(numbers)
    return frozenset()


def weigh_progression(
    names: Mapping[int, Cell],
    body: Mapping[int, Column],
    progression: frozenset[int],
    first: int,
) -> float:
    """Return the votes of a progression for a header, which values of the same kind below deny."""
    below = [text for number in progression if number in body for text in body[number].texts]
    if not below or first in progression:
        return 0.0
    cells = [names[number] for number in sorted(progression)]
    if any(is_period(cell.text) or classify(cell) is Shape.DATE for cell in cells):
        dates = sum(body[number].shape is Shape.DATE for number in progression if number in body)
        alike = dates > 0.3 * len(progression) or sum(map(is_period, below)) > 0.3 * len(below)
        return -1.0 if alike else 3.0
    is_corner = first not in names or is_label(names[first].text)
    templates = {_split_number(cell.text)[0] for cell in cells}
    counted = [text for text in below if _split_number(text)[0] in templates]
    # Consecutive numbers may name columns of numbers, others are more like a row of them.
    if len(counted) > 0.3 * len(below) and (
        templates != {"#"} or not (_is_consecutive(cells) or is_corner)
    ):
        return -1.0
    return 2.0 if body[first].shape in {Shape.TEXT, Shape.CODE, None} else 0.0


def _is_consecutive(cells: Sequence[Cell]) -> bool:
    numbers = [_split_number(cell.text)[1] for cell in cells]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) >= LONG_PROGRESSION and steps == {1}


def _split_number(text: str) -> tuple[str, int]:
    """Return "Week #" and 1 for "Week 1"; an empty text if there is no such number."""
    match = _COUNTED.fullmatch(text)
    return (f"{match['before']}#{match['after']}", int(match["number"])) if match else ("", 0)
