"""The grids that lines on a PDF page form, and which of their cells are merged."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from personal_bot.documents.converters.pdf.boxes import Box

_NEAR: Final = 3.0  # points between lines that meet or continue each other
_CROSSINGS: Final = 1_000_000  # pairs of lines that are compared on a page
_CELLS: Final = 5_000  # of a table on a page


class Grid(NamedTuple):
    xs: list[float]
    ys: list[float]
    across: list[Box]
    down: list[Box]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def find_grids(across: list[Box], down: list[Box]) -> Iterator[Grid]:
    """Yield the grids of lines that meet, with a frame around each."""
    across = [*_merge(across)]
    down = [
        Box(y, x, y1, x1) for x, y, x1, y1 in _merge(Box(y, x, y1, x1) for x, y, x1, y1 in down)
    ]
    if len(across) * len(down) > _CROSSINGS:
        return
    parents = list(range(len(across) + len(down)))
    for row, line in enumerate(across):
        for column, other in enumerate(down):
            if (
                line.x0 - _NEAR <= other.x0 <= line.x1 + _NEAR
                and other.y0 - _NEAR <= line.y0 <= other.y1 + _NEAR
            ):
                parents[find_root(parents, row)] = find_root(parents, len(across) + column)
    groups: dict[int, tuple[list[Box], list[Box]]] = {}
    for number in range(len(parents)):
        group = groups.setdefault(find_root(parents, number), ([], []))
        if number < len(across):
            group[0].append(across[number])
        else:
            group[1].append(down[number - len(across)])
    for rows, columns in groups.values():
        if not rows or not columns:
            continue
        lines = rows + columns
        xs = _snap([x for line in lines for x in (line.x0, line.x1)], [c.x0 for c in columns])
        ys = _snap([y for line in lines for y in (line.y0, line.y1)], [r.y0 for r in rows])
        if 2 <= (len(xs) - 1) * (len(ys) - 1) <= _CELLS:
            yield Grid(xs, ys, rows, columns)


def _merge(lines: Iterable[Box]) -> Iterator[Box]:
    """Yield horizontal lines, those joined that continue each other."""
    current: Box | None = None
    for line in sorted(lines, key=lambda line: (round(line.y0 / 2), line.x0)):
        if current and abs(line.y0 - current.y0) < 2 and line.x0 <= current.x1 + _NEAR:
            current = current._replace(x1=max(current.x1, line.x1))
            continue
        if current:
            yield current
        current = line
    if current:
        yield current


def _snap(ends: Sequence[float], places: Sequence[float]) -> list[float]:
    """Return the different places in order, the outermost ends included."""
    snapped: list[float] = []
    for place in sorted([min(ends), *places, max(ends)]):
        if not snapped or place - snapped[-1] > _NEAR:
            snapped.append(place)
    return snapped


def find_root(parents: list[int], number: int) -> int:
    """Return the number that stands for all that are merged with this one."""
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def merge_cells(grid: Grid) -> list[int]:
    """Return for each cell the one that it is merged with, since no line divides them."""
    width, height = len(grid.xs) - 1, len(grid.ys) - 1
    parents = list(range(width * height))
    down = _collect(grid.xs, ((line.x0, (line.y0, line.y1)) for line in grid.down))
    for column in range(width - 1):
        for row, (start, end) in enumerate(pairwise(grid.ys)):
            if not _covers(down[column + 1], start, end):
                number = row * width + column
                parents[find_root(parents, number + 1)] = find_root(parents, number)
    across = _collect(grid.ys, ((line.y0, (line.x0, line.x1)) for line in grid.across))
    for row in range(height - 1):
        for column, (start, end) in enumerate(pairwise(grid.xs)):
            if not _covers(across[row + 1], start, end):
                number = row * width + column
                parents[find_root(parents, number + width)] = find_root(parents, number)
    return parents


def _collect(
    places: Sequence[float], lines: Iterable[tuple[float, tuple[float, float]]]
) -> list[list[tuple[float, float]]]:
    """Return the extents of the lines at each place of a grid."""
    collected: list[list[tuple[float, float]]] = [[] for _ in places]
    for place, extent in lines:
        number = max(bisect_right(places, place + _NEAR) - 1, 0)
        collected[number].append(extent)
    return collected


def _covers(lines: Iterable[tuple[float, float]], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(end, b) - max(start, a)) for a, b in lines)
    return 2 * covered >= end - start
