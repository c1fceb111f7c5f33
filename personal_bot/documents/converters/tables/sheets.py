"""Divides a sheet into regions side by side and passes the rows to them."""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.tables.cells import Line
from personal_bot.documents.converters.tables.columns import measure
from personal_bot.documents.converters.tables.forms import find_keys
from personal_bot.documents.converters.tables.headers import ENOUGH, find_header
from personal_bot.documents.converters.tables.layouts import Hints
from personal_bot.documents.converters.tables.regions import WINDOW_CELLS, WINDOW_ROWS, Region
from personal_bot.documents.converters.tables.shapes import Shape

Span = tuple[int, int]  # the first column, and the one after the last

_MOST_PARTS: Final = 20
_SHARED_ROWS: Final = 0.5  # of the shorter of two parts of one table


class Sheet:
    """The regions of a sheet. Rows without an empty row between them are looked at together."""

    def __init__(self, hints: Hints) -> None:
        self._hints = hints
        self._regions: list[tuple[Span, Region]] = []
        self._lines: list[Line] = []
        self._cells = 0
        self._begins = True  # after an empty row, other regions may begin
        self._titles: list[str] = []  # texts above a table in other columns

    def add(self, line: Line) -> Iterator[Block]:
        self._lines.append(line)
        self._cells += len(line.cells)
        if len(self._lines) >= WINDOW_ROWS or self._cells >= WINDOW_CELLS:
            yield from self._pass_lines()

    def pause(self) -> Iterator[Block]:
        """Handle an empty row."""
        yield from self._pass_lines()
        if not self._begins:
            for _, region in self._regions:
                yield from region.pause()
        self._begins = True

    def end(self) -> Iterator[Block]:
        yield from self._pass_lines()
        yield from self._end_regions()

    def _pass_lines(self) -> Iterator[Block]:
        lines, self._lines, self._cells = self._lines, [], 0
        if not lines:
            return
        if self._begins:
            self._begins = False
            spans = find_spans(lines)
            matching = self._match(spans)
            if matching is None:
                yield from self._end_regions(keep_titles=True)
                lines = self._begin(spans, lines)
            else:
                self._regions = matching
        starts = [0, *(start for (start, _), _ in self._regions[1:]), sys.maxsize]
        for (start, end), (_, region) in zip(pairwise(starts), self._regions, strict=True):
            for line in lines:
                part = line if len(self._regions) == 1 else _select(line, start, end)
                if part.own:
                    yield from region.add(part)
                elif not part.cells:
                    yield from region.pause()

    def _match(self, spans: Sequence[Span]) -> list[tuple[Span, Region]] | None:
        """Return the present regions, extended, if each part lies in one of its own."""
        matching = dict(enumerate(self._regions))
        taken = set()
        for start, end in spans:
            overlapping = [
                index
                for index, (span, _) in enumerate(self._regions)
                if start < span[1] and span[0] < end
            ]
            if len(overlapping) != 1 or overlapping[0] in taken:
                return None
            (index,) = overlapping
            taken.add(index)
            (first, last), region = self._regions[index]
            matching[index] = ((min(first, start), max(last, end)), region)
        return list(matching.values())

    def _begin(self, spans: Sequence[Span], lines: list[Line]) -> list[Line]:
        """Create a region for each part; return the lines without a title that all parts share."""
        titles, self._titles = self._titles, []
        if len(spans) == 1:
            region = Region(self._hints)
            region.add_titles(titles)
            self._regions = [(spans[0], region)]
            return lines
        count = 0
        while count < len(lines) and len(lines[count].cells) == 1:
            count += 1
        rest = lines[count:]
        if rest and all(any(s <= column < e for column in rest[0].cells) for s, e in spans):
            titles.extend(cell.text for line in lines[:count] for cell in line.own.values())
            lines = rest
        self._regions = [(span, Region(self._hints, title=" — ".join(titles))) for span in spans]
        return lines

    def _end_regions(self, *, keep_titles: bool = False) -> Iterator[Block]:
        for _, region in self._regions:
            if keep_titles:
                yield from region.pause()
                self._titles.extend(region.take_titles())
            yield from region.end()
        self._regions = []


def find_spans(lines: Sequence[Line]) -> list[Span]:
    """Return the columns of each of the tables and texts that stand side by side.

    An empty column divides them only if the parts differ in their rows or have headers of their
    own; otherwise it is a gap within one table.
    """
    rows = [line for line in lines if len(line.cells) > 1]
    if not rows:
        columns = [column for line in lines for column in line.cells]
        return [(min(columns), max(columns) + 1)]
    cells = {
        (column, column + cell.columns) for line in rows for column, cell in line.cells.items()
    }
    parts: list[Span] = []
    for start, end in sorted(cells):
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], end))
        else:
            parts.append((start, end))
    if len(parts) > _MOST_PARTS:
        return [(parts[0][0], parts[-1][1])]
    spans = parts[:1]
    for part in parts[1:]:
        if _are_apart(_cut(rows, spans[-1]), _cut(rows, part)):
            spans.append(part)
        else:
            spans[-1] = (spans[-1][0], part[1])
    return spans


def _are_apart(left: dict[int, Line], right: dict[int, Line]) -> bool:
    shared = left.keys() & right.keys()
    if len(shared) < _SHARED_ROWS * min(len(left), len(right)):
        return True
    left_header, right_header = _find_names(left), _find_names(right)
    if not left_header or not right_header:
        return False
    columns = measure([*right.values()][1:])
    first = columns[min(columns)] if columns else None
    if first is None or (first.is_typed and first.shape is not Shape.CODE):
        return False
    if left_header & right_header or (min(left), max(left)) != (min(right), max(right)):
        return True
    return len(first.texts) == first.cells


def _find_names(part: dict[int, Line]) -> set[str]:
    """Return the names that the header or the keys of a part with several columns give."""
    lines = [line for line in part.values() if len(line.own) > 1]
    if not lines:
        return set()
    heads, _ = find_header(lines)
    if heads:
        return {cell.text for line in lines[:heads] for cell in line.own.values()}
    keys, votes = find_keys(lines)
    if votes < ENOUGH:
        return set()
    return {line.own[key].text for line in lines for key in keys if key in line.own}


def _cut(lines: Sequence[Line], span: Span) -> dict[int, Line]:
    """Return the parts of lines in some columns that are not empty, by their position."""
    parts = (_select(line, *span) for line in lines)
    return {position: part for position, part in enumerate(parts) if part.own}


def _select(line: Line, start: int, end: int) -> Line:
    return Line(
        {column: cell for column, cell in line.cells.items() if start <= column < end},
        {column: cell for column, cell in line.own.items() if start <= column < end},
        line.number,
    )
