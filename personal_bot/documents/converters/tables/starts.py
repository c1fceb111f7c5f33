"""Finds where another table begins directly below the rows of one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from personal_bot.documents.converters.tables.cells import Line
from personal_bot.documents.converters.tables.columns import Column, measure
from personal_bot.documents.converters.tables.headers import find_header
from personal_bot.documents.converters.tables.labels import LABEL_CHARS, is_label, is_note, is_total
from personal_bot.documents.converters.tables.layouts import Layout, Names
from personal_bot.documents.converters.tables.progressions import find_progression
from personal_bot.documents.converters.tables.shapes import Shape, classify

_SEEN_ROWS: Final = 20  # above and below
_TITLE_LINES: Final = 3
_MOST_COLUMNS: Final = 500  # of a table that begins directly below another
_MOST_FIELDS: Final = 0.3  # share of rows above whose first cell could name a field, too


def find_starts(
    lines: Sequence[Line], layout: Layout | None, *, is_layout: bool = False
) -> Iterator[int]:
    """Yield the positions of lines, with titles, at which the header of another table begins.

    `layout` is that of the table to which the first line belongs, if it continues one.
    """
    begin = 0
    after = 0 if layout else _count_heads(lines, 0)
    for position, line in enumerate(lines):
        if position < after or not 2 <= len(line.own) <= _MOST_COLUMNS or not _may_name(line):
            continue
        if _begins_table(lines, begin, position, layout, is_layout=is_layout):
            start = position
            while start > max(begin, position - _TITLE_LINES) and _is_title(lines[start - 1]):
                start -= 1
            begin, layout = position, None
            after = position + _count_heads(lines, position)
            yield start


def _count_heads(lines: Sequence[Line], position: int) -> int:
    """Return the number of lines from `position` on that cannot begin another table."""
    start = position
    while start < len(lines) and len(lines[start].own) < 2:
        start += 1
    heads, _ = find_header(lines[start : start + _SEEN_ROWS])
    return start - position + max(1, heads)


def _may_name(line: Line) -> bool:
    first = next(iter(line.own.values()))
    if not (first.is_strong or first.is_header or is_label(first.text)) or is_total(first.text):
        return False
    values = [number for number, cell in line.own.items() if classify(cell) is not Shape.TEXT]
    if len(values) > 1:
        return find_progression(line.own).issuperset(values)
    return not values and all(len(cell.text) <= LABEL_CHARS for cell in line.own.values())


def _is_title(line: Line) -> bool:
    return len(line.own) == len(line.cells) == 1 and not any(
        is_note(cell.text) for cell in line.own.values()
    )


def _begins_table(
    lines: Sequence[Line], begin: int, position: int, layout: Layout | None, *, is_layout: bool
) -> bool:
    line = lines[position]
    above = lines[max(begin, position - _SEEN_ROWS) : position]
    rows = [row for row in above if len(row.own) > 1]
    below = [row for row in lines[position + 1 : position + 1 + _SEEN_ROWS] if len(row.own) > 1]
    following = measure(below)
    if 2 * len(line.own) < len(following) or not below:
        return False
    wider = any(
        number in following and not any(number in row.own for row in rows) for number in line.own
    )
    if layout is None and len(rows) < (1 if wider else 2):
        return False
    body = measure(rows[1:] if layout is None else rows) or dict(layout.body if layout else {})
    if any(number in body and cell.text in body[number].texts for number, cell in line.own.items()):
        return False
    if layout is not None:
        heads = layout.names
    else:
        count, _ = find_header(lines[begin:position][:_SEEN_ROWS], is_layout=is_layout)
        heads = Names(lines[begin : begin + count]) if count else None
    return (
        (heads is not None and heads.share(line))
        or _stands_out(rows, line, below)
        or (
            _differs(line, body, wider=wider)
            and find_header([line, *below], is_layout=is_layout)[0] > 0
        )
    )


def _differs(line: Line, body: Mapping[int, Column], *, wider: bool) -> bool:
    """Tell whether the words of a line are names rather than values of the columns above."""
    labels = sum(is_label(cell.text) for cell in line.own.values())
    first = body[min(body)] if body else Column()
    if 2 * labels < len(line.own):
        return False
    if wider:
        return True
    if first.labels > _MOST_FIELDS * first.cells:
        return False
    typed = any(number in body and body[number].is_typed for number in line.own)
    return typed or labels == len(line.own)


def _stands_out(above: Sequence[Line], line: Line, below: Sequence[Line]) -> bool:
    """Tell whether a line is strong or declared a header, unlike those around it."""
    return _is_marked(line) and not _is_marked(below[-1]) and not any(map(_is_marked, above[-1:]))


def _is_marked(line: Line) -> bool:
    cells = line.own.values()
    return all(cell.is_header for cell in cells) or all(cell.is_strong for cell in cells)
