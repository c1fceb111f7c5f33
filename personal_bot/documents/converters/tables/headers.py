"""Finds the header rows of a table by evidence, never by the looks of the first row alone.

Votes for a header: formatting that only the first rows have, types that begin below it,
progressions such as years, spans and gaps that a further row names, words that usually name
columns. Votes against it: a value that recurs below, values of the same type, names of persons and
companies, and words down the first column that name fields.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.columns import Column, measure
from personal_bot.documents.converters.tables.labels import (
    LABEL_CHARS,
    is_general_label,
    is_label,
    is_named_value,
)
from personal_bot.documents.converters.tables.progressions import (
    LONG_PROGRESSION,
    find_progression,
    weigh_progression,
)
from personal_bot.documents.converters.tables.shapes import Shape, classify, is_period, is_year

CERTAIN: Final = 100.0  # the format declares the header
ENOUGH: Final = 2.0  # votes
_CLOSE: Final = 2.0  # votes by which more rows may have fewer
_MOST_ROWS: Final = 3  # of a header that is not declared
_SAMPLE_ROWS: Final = 60


def find_header(
    lines: Sequence[Line], declared: int | None = None, *, is_layout: bool = False
) -> tuple[int, float]:
    """Return how many of the first lines are a header, and the votes for it.

    The number is 0 if there are too few votes, unless it is `declared`.
    """
    if declared is not None:
        return min(declared, len(lines)), CERTAIN if declared else 0.0
    marked = 0
    while marked < len(lines) and all(cell.is_header for cell in lines[marked].own.values()):
        marked += 1
    if 0 < marked < len(lines):
        return marked, CERTAIN
    sample = lines[: _SAMPLE_ROWS + _MOST_ROWS]
    if len(sample) < 2:
        return 0, 0.0
    count = 1
    while count < min(_MOST_ROWS, len(sample) - 1) and _continues(sample, count):
        count += 1
    scores = [
        _score(sample[:rows], sample[rows:], is_layout=is_layout) for rows in range(1, count + 1)
    ]
    count = max(rows for rows, score in enumerate(scores, 1) if score >= max(scores) - _CLOSE)
    score = scores[count - 1]
    return (count if score >= ENOUGH else 0), score


def may_be_header(lines: Sequence[Line]) -> bool:
    """Tell whether nothing speaks against the first line as a header but want of evidence."""
    first, rows = lines[0].own, lines[1:_SAMPLE_ROWS]
    return len(first) > 1 and all(
        len(cell.text) <= LABEL_CHARS
        and classify(cell) is Shape.TEXT
        and not is_named_value(cell.text)
        and all(line.own[number].text != cell.text for line in rows if number in line.own)
        for number, cell in first.items()
    )


def is_numbering(line: Line) -> bool:
    """Tell whether a line numbers the columns, as the forms of authorities do below the names."""
    texts = [cell.text for cell in line.own.values()]
    return len(texts) >= 3 and texts == [str(number + 1) for number in range(len(texts))]


def _continues(lines: Sequence[Line], count: int) -> bool:
    """Tell whether the line below `count` header rows belongs to the header, too."""
    above, line, below = lines[count - 1], lines[count], lines[count + 1 :]
    if is_numbering(line):
        return count > 0 and not is_numbering(above)
    body = measure(below)
    progression = find_progression(line.own)
    if any(_is_value(cell, body.get(c)) for c, cell in line.own.items() if c not in progression):
        return False
    typed = sum(number in body and body[number].is_typed for number in line.own)
    if _is_strong(above) and _is_strong(line) and not any(map(_is_strong, below)):
        return len(line.own) > 1
    first = min(*above.cells, *line.cells, *body)
    names_first = first in line.own and first in above.own
    spanned = sum(
        start < number < start + cell.columns
        for start, cell in above.cells.items()
        if cell.columns > 1
        for number in line.own
    )
    if spanned:
        return typed >= 2 or (not names_first and (bool(progression) or len(line.own) > 1))
    texts = {cell.text for cell in line.own.values()}
    # A gap above the first column alone may be the empty corner of a table.
    has_gaps = not line.own.keys() <= {first, *above.cells}
    has_corner = not has_gaps and first not in above.cells
    is_fuller = (has_gaps and (typed or progression or len(texts) < len(line.own))) or (
        has_corner and (typed >= 2 or len(texts) < len(line.own))
    )
    has_units = first not in line.own and typed >= 2
    return not names_first and len(line.own) > 1 and bool(is_fuller or has_units)


def _is_value(cell: Cell, column: Column | None) -> bool:
    """Tell whether a cell is more like the cells of its column than like their name."""
    if len(cell.text) > LABEL_CHARS:
        return True
    if column is None:
        return False
    return cell.text in column.texts or (column.is_typed and classify(cell) is not Shape.TEXT)


def _is_strong(line: Line) -> bool:
    return bool(line.own) and all(cell.is_strong for cell in line.own.values())


def _score(heads: Sequence[Line], rows: Sequence[Line], *, is_layout: bool) -> float:
    names = {
        number: cell
        for head in heads
        if not is_numbering(head)
        for number, cell in head.cells.items()
    }
    body = measure(rows) or measure(rows, 1)
    if len(names) < 2 or not body:
        return 0.0
    first = min(body)
    strong = _weigh_formatting(names, body, first)
    if not strong and any(len(cell.text) > LABEL_CHARS for cell in names.values()):
        return -CERTAIN
    progression = find_progression(names)
    types = _weigh_types(names, body, progression)
    hard = strong + types
    hard += weigh_progression(names, body, progression, first)
    if first not in names and body[first].cells >= 0.8 * len(rows):
        hard += 2.0
    if first in names and body[first].is_typed and body[first].shape is not Shape.CODE:
        hard += 2.0 if classify(names[first]) is Shape.TEXT else 0.0
    hard += 3.0 if _is_matrix(names, body, first) else 0.0
    certain = progression if len(progression) >= LONG_PROGRESSION else frozenset()
    recurring = any(
        number in body and number not in certain and cell.text in body[number].texts
        for number, cell in names.items()
    )
    hard -= 3.0 if recurring else 0.0
    hard -= 1.5 if any(is_named_value(cell.text) for cell in names.values()) else 0.0
    soft = _weigh_words(names, body) + (2.0 if len(heads) > 1 else 0.0)
    soft += 1.0 if any(cell.columns > 1 for cell in heads[-1].own.values()) else 0.0
    if _names_fields(names, first):
        soft += 1.5
    elif (len(names) == 2 and first in names) or (hard < ENOUGH and len(heads) == 1):
        hard -= 2.0 * body[first].labels / body[first].cells
    return hard if is_layout and hard <= 0 else hard + soft


def _is_matrix(names: Mapping[int, Cell], body: Mapping[int, Column], first: int) -> bool:
    """Tell whether the names across are those down the first column."""
    across = {cell.text for number, cell in names.items() if number != first}
    return len(across) >= 3 and across <= body[first].texts


def _names_fields(names: Mapping[int, Cell], first: int) -> bool:
    """Tell whether the first column has a name for names of fields, such as "Parameter"."""
    if first not in names or not is_general_label(names[first].text):
        return False
    return len(names) > 2 or all(is_label(cell.text) for cell in names.values())


def _weigh_formatting(names: Mapping[int, Cell], body: Mapping[int, Column], first: int) -> float:
    others = [number for number in names if number != first]
    if not all(names[number].is_strong for number in others):
        return 0.0
    columns = [column for number, column in body.items() if number != first]
    cells = sum(column.cells for column in columns)
    return 3.0 if sum(column.strong for column in columns) <= 0.2 * cells else 0.0


def _weigh_types(
    names: Mapping[int, Cell], body: Mapping[int, Column], progression: frozenset[int]
) -> float:
    score = 0.0
    # Of two columns, the first may name the values of the second.
    step = 0.5 if len(body) > 2 else 0.25
    for number, cell in names.items():
        column = body.get(number)
        if column is None or column.shape is None:
            continue
        weight = min(2.5, step * column.cells)
        shape = classify(cell)
        if not column.is_typed:
            score -= 0.0 if shape is Shape.TEXT or number in progression else 0.5
        elif shape is Shape.TEXT:
            score += weight / 2 if column.shape is Shape.CODE else weight
        elif shape is column.shape and number not in progression and not is_year(cell.text):
            score -= 2 * weight
    return max(-5.0, min(4.0, score))


def _weigh_words(names: Mapping[int, Cell], body: Mapping[int, Column]) -> float:
    texts = [cell.text for cell in names.values()]
    score = 2.0 * sum(map(is_label, texts)) / len(texts)
    are_names = all(classify(cell) is Shape.TEXT or is_period(cell.text) for cell in names.values())
    if len(texts) >= 3 and are_names and len(set(texts)) == len(texts):
        score += 1.0 if len(texts) > 0.6 * len(body) else 0.0
    if any(
        body[number].chars >= max(30, 2 * len(cell.text)) * body[number].cells
        for number, cell in names.items()
        if number in body
    ):
        score += 1.0
    return score
