"""Bands of a PDF page: consecutive rows that the same gutters divide into columns."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Final

from personal_bot.documents.converters.pdf.lines import Line

_GUTTER: Final = 6.0  # points, of the narrowest space between columns
_ENDLESS: Final = 1e6
_HEADS: Final = 4  # rows above columns that may seem to be columns with the first of these
_ALIGNED: Final = 3.0  # points, by which parts below one another may be shifted
_TITLE_CHARS: Final = 60

Rows = Sequence[list[Line]]
Interval = tuple[float, float]


def find_bands(rows: Rows) -> Iterator[tuple[Rows, list[Interval]]]:
    """Yield consecutive rows that the same gutters divide, or single rows without gutters."""
    start = 0
    while start < len(rows):
        end, gutters = _extend(rows, start)
        for later in range(start + 1, min(end, start + _HEADS)):
            further, _ = _extend(rows, later)
            if further > end and further - later > 2 * (end - start):
                end, gutters = later, gutters if later - start > 1 else []
                break
        yield rows[start:end], gutters
        start = end


def _extend(rows: Rows, start: int) -> tuple[int, list[Interval]]:
    free: list[Interval] = [(-_ENDLESS, _ENDLESS)]
    left, right = _ENDLESS, -_ENDLESS
    gutters: list[Interval] = []
    end = start
    while end < len(rows):
        row = rows[end]
        narrowed = _intersect(free, _find_free(row))
        outer = min(left, row[0].x0), max(right, *(part.x1 for part in row))
        inner = [gap for gap in narrowed if gap[0] >= outer[0] and gap[1] <= outer[1]]
        lost = [gutter for gutter in gutters if not _intersect([gutter], inner)]
        above = rows[max(start, end - 3) : end]
        if any(_is_supported(gutter, above) for gutter in lost):
            if not _is_between(rows, end, gutters):
                break
            end += 1
            continue
        if (
            end - start > 1
            and _is_apart(rows, end)
            and not _is_aligned(rows[max(start, end - 3) : end], row)
        ):
            break
        is_far = end > start and row[0].y0 - rows[end - 1][0].y1 > 3 * row[0].size
        if end > start and (not inner or (is_far and lost)):
            break
        free, (left, right), gutters = narrowed, outer, inner
        end += 1
    while end - start > 1 and len(place(rows[end - 1], gutters)) < 2 and _is_apart(rows, end - 1):
        end -= 1
    return (end, gutters) if end - start > 1 else (start + 1, [])


def _is_aligned(rows: Rows, row: list[Line]) -> bool:
    """Tell whether a part of a row, other than the first, stands below one of earlier rows."""
    places = [place for above in rows for part in above[1:] for place in _list_places(part)]
    return len(row) < 2 or any(
        abs(place - other) <= _ALIGNED
        for part in row[1:]
        for place, other in product(_list_places(part), places)
    )


def _list_places(part: Line) -> tuple[float, float, float]:
    return part.x0, part.x1, (part.x0 + part.x1) / 2


def _is_supported(gutter: Interval, rows: Rows) -> bool:
    """Tell whether each of at least three rows has texts on both sides of a gutter."""
    return len(rows) >= 3 and all(
        any(
            before.x1 <= gutter[0] + 0.01 and after.x0 >= gutter[1] - 0.01
            for before, after in pairwise(row)
        )
        for row in rows
    )


def _is_between(rows: Rows, number: int, gutters: Sequence[Interval]) -> bool:
    """Tell whether a row is a title between rows of the same table."""
    row, following = rows[number], rows[number + 1 : number + 2]
    return (
        len(row) == 1
        and len(row[0].text) <= _TITLE_CHARS
        and bool(following)
        and len(following[0]) > 1
        and len(_intersect(gutters, _find_free(following[0]))) == len(gutters)
        and row[0].y0 - rows[number - 1][0].y1 < row[0].size
        and following[0][0].y0 - row[0].y1 < row[0].size
    )


def _is_apart(rows: Rows, number: int) -> bool:
    """Tell whether a row stands apart from the one above, or is printed differently."""
    row, above = rows[number], rows[number - 1]
    gap = row[0].y0 - max(part.y1 for part in above)
    sizes = [part.size for part in above]
    return gap > 0.6 * row[0].size or abs(row[0].size - max(sizes)) > 0.12 * row[0].size


def _find_free(row: list[Line]) -> list[Interval]:
    free = []
    end = -_ENDLESS
    for part in row:
        if part.x0 - end >= _GUTTER:
            free.append((end, part.x0))
        end = max(end, part.x1)
    return [*free, (end, _ENDLESS)]


def _intersect(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    found = []
    first = second = 0
    while first < len(some) and second < len(others):
        start = max(some[first][0], others[second][0])
        end = min(some[first][1], others[second][1])
        if end - start >= _GUTTER:
            found.append((start, end))
        if some[first][1] < others[second][1]:
            first += 1
        else:
            second += 1
    return found


def place(row: list[Line], gutters: Sequence[Interval]) -> dict[int, list[Line]]:
    """Return the parts of a row by column."""
    placed: dict[int, list[Line]] = {}
    ends = [end - 0.01 for _, end in gutters]
    for part in row:
        column = bisect_right(ends, part.x0)
        placed.setdefault(column, []).append(part)
    return placed
