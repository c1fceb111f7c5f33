"""The order in which the rows of a PDF page are read: columns of text and tables without lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from personal_bot.documents.converters.pdf.bands import Interval, Rows, find_bands, place
from personal_bot.documents.converters.pdf.boxes import Box
from personal_bot.documents.converters.pdf.lines import Line
from personal_bot.documents.converters.pdf.tables import Table, make_cell
from personal_bot.documents.converters.tables.cells import Row

_PROSE_ROWS: Final = 4
_TABLE_ROWS: Final = 3
_MARK: Final = re.compile(r"[^\w\s]|\(?\w{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}")  # of list items
_DEPTH: Final = 4  # of columns within columns


def read_rows(rows: Rows, depth: int = 0) -> Iterator[tuple[list[Line] | Table, bool]]:
    """Yield tables, and lines that are read one after another, in the order of reading.

    Each comes with whether it may use the whole width of the page, unlike a column.
    """
    flow: list[Line] = []
    for band, gutters in find_bands(rows):
        columns = _divide(band, gutters)
        kind = _classify(band, columns) if gutters else "rows"
        if kind == "rows":
            flow.extend(Line([word for part in row for word in part.words]) for row in band)
            continue
        if kind == "table":
            while sum(map(bool, columns[0])) < 2:  # texts above the table
                above = columns.pop(0)
                flow.append(
                    Line([word for parts in above for part in parts for word in part.words])
                )
        if flow:
            yield flow, depth == 0
            flow = []
        if kind == "table":
            yield _make_table(columns), depth == 0
            continue
        for column in zip(*columns, strict=True):
            inner = [parts for parts in column if parts]
            if depth < _DEPTH:
                yield from read_rows(inner, depth + 1)
            else:
                yield (
                    [Line([word for part in parts for word in part.words]) for parts in inner],
                    False,
                )
    if flow:
        yield flow, depth == 0


def _divide(band: Rows, gutters: Sequence[Interval]) -> list[list[list[Line]]]:
    """Return the parts of each row by column; a column may have none."""
    width = len(gutters) + 1
    return [
        [placed.get(column, []) for column in range(width)]
        for placed in (place(row, gutters) for row in band)
    ]


def _classify(band: Rows, divided: list[list[list[Line]]]) -> str:
    """Tell whether a band is read as "columns", a "table" or "rows"."""
    columns = [[parts for parts in column if parts] for column in zip(*divided, strict=True)]
    shared = [row for row in divided if sum(map(bool, row)) > 1]
    if all(_MARK.fullmatch(_join(parts)) for parts in columns[0]):
        return "rows"
    if sum(map(_is_prose, columns)) >= 2:
        return "columns"
    if 2 * len(shared) < len(band):
        # Each line of a column of labels stands beside its text.
        beside = [sum(map(bool, column)) for column in zip(*shared, strict=True)]
        alone = [len(parts) - count for parts, count in zip(columns, beside, strict=False)]
        return "columns" if len(beside) == len(columns) and min(alone) > 0 else "rows"
    has_table = any(not part.text for row in band for part in row)
    return "table" if len(shared) >= _TABLE_ROWS and not has_table else "rows"


def _join(parts: Iterable[Line]) -> str:
    return " ".join(part.text for part in parts)


def _is_prose(column: list[list[Line]]) -> bool:
    """Tell whether most lines of a column are parts of sentences that fill its width."""
    if len(column) < _PROSE_ROWS:
        return False
    lines = [(parts[0].x0, parts[-1].x1, _join(parts)) for parts in column]
    width = max(end for _, end, _ in lines) - min(start for start, _, _ in lines)
    words = median(len(text.split()) for _, _, text in lines)
    fill = sum(end - start >= 0.7 * width for start, end, _ in lines) / len(lines)
    within = sum(text[0].isalpha() and not text[0].isupper() for _, _, text in lines if text)
    return words >= 3 and fill >= 0.5 and 5 * within >= len(lines) and width > 8 * _size(column)


def _size(column: list[list[Line]]) -> float:
    return median(parts[0].size for parts in column)


def _make_table(divided: list[list[list[Line]]]) -> Table:
    """Return the table of a band; a line that continues the cells above belongs to their row."""
    rows: list[dict[int, list[Line]]] = []
    width = len(divided[0])
    parts_of = [[part for parts in row for part in parts] for row in divided]
    tops = [min(part.y0 for part in parts) for parts in parts_of]
    pitch = median(after - before for before, after in pairwise(tops))
    for number, row in enumerate(divided):
        filled = {
            column: Line([word for part in parts for word in part.words])
            for column, parts in enumerate(row)
            if parts
        }
        is_close = number > 0 and tops[number] - tops[number - 1] <= 1.05 * pitch
        if is_close and 0 not in filled and 2 * len(filled) <= width and rows:
            for column, line in filled.items():
                rows[-1].setdefault(column, []).append(line)
        else:
            rows.append({column: [line] for column, line in filled.items()})
    cells: list[Row] = [{column: make_cell(lines) for column, lines in row.items()} for row in rows]
    everything = [part for parts in parts_of for part in parts]
    box = Box(
        min(part.x0 for part in everything),
        min(tops),
        max(part.x1 for part in everything),
        max(part.y1 for part in everything),
    )
    starts = [
        min((line.x0 for row in rows for line in row.get(column, ())), default=box.x0)
        for column in range(width)
    ]
    return Table(cells, box, [*starts, box.x1])
