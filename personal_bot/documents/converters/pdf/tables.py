"""Ruled tables of a PDF page: the words in the cells that lines enclose."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.pdf.boxes import Box
from personal_bot.documents.converters.pdf.grids import Grid, find_grids, find_root, merge_cells
from personal_bot.documents.converters.pdf.lines import Line, find_rows, has_letters, join_lines
from personal_bot.documents.converters.pdf.shapes import Shapes
from personal_bot.documents.converters.pdf.words import Word
from personal_bot.documents.converters.tables.cells import Cell, Row

_GRIDS: Final = 300  # of a page
_LAYOUT_WORDS: Final = 120  # a cell with so many and half of all words frames text
_COMB_CELLS: Final = 4  # boxes for one letter each, as in forms
_COMB_WIDTH: Final = 25.0  # points, of such a box


@dataclass(slots=True)
class Table:
    """Rows of cells with their place; `edges` are the sides of its columns.

    `header_rows` is known if the table continues one on the page before.
    """

    rows: list[Row]
    box: Box
    edges: list[float]
    header_rows: int | None = None

    @property
    def y0(self) -> float:
        return self.box.y0

    @property
    def y1(self) -> float:
        return self.box.y1


def take_tables(words: list[Word], shapes: Shapes) -> tuple[list[Table], list[Word]]:
    """Return the ruled tables from top to bottom, and the words outside of them."""
    grids = [*find_grids(shapes.across, shapes.down)]
    if not grids and shapes.edges:
        grids = [
            *find_grids(
                [edge for edge in shapes.edges if edge.y1 - edge.y0 < 1 < edge.x1 - edge.x0],
                [edge for edge in shapes.edges if edge.x1 - edge.x0 < 1 < edge.y1 - edge.y0],
            )
        ]
    tables = []
    for grid in sorted(grids, key=lambda grid: grid.box.area)[-_GRIDS:]:
        inside = [word for word in words if grid.box.holds(word.x, word.y)]
        rows = _fill(grid, inside)
        if rows:
            tables.append(Table(rows, grid.box, grid.xs))
            taken = set(map(id, inside))
            words = [word for word in words if id(word) not in taken]
    return sorted(tables, key=lambda table: table.y0), words


def find_lines(words: Iterable[Word]) -> list[Line]:
    """Return the lines of words that stand in one cell."""
    return [Line([word for part in row for word in part.words]) for row in find_rows(words)]


def make_cell(lines: Sequence[Line], columns: int = 1, rows: int = 1) -> Cell:
    is_strong = any(has_letters(line.text) for line in lines) and all(
        line.is_bold for line in lines
    )
    text = join_lines(line.text for line in lines)
    return Cell(text, is_strong=is_strong, columns=columns, rows=rows)


def _fill(grid: Grid, words: list[Word]) -> list[Row]:
    """Return the rows of a grid with their texts; none if it is no table."""
    width, height = len(grid.xs) - 1, len(grid.ys) - 1
    parents = merge_cells(grid)
    contents: dict[int, list[Word]] = {}
    for word in words:
        column = min(max(bisect_right(grid.xs, word.x) - 1, 0), width - 1)
        row = min(max(bisect_right(grid.ys, word.y) - 1, 0), height - 1)
        contents.setdefault(find_root(parents, row * width + column), []).append(word)
    if len(contents) < 2 or _frames_text(contents.values(), len(words)):
        return []
    spans: dict[int, list[int]] = {}
    for number in range(width * height):
        spans.setdefault(find_root(parents, number), []).append(number)
    rows: list[dict[int, Cell]] = [{} for _ in range(height)]
    found: list[list[Word]] = [[] for _ in range(height)]  # by the first row of the cell
    for root, numbers in spans.items():
        columns = [number % width for number in numbers]
        first, last = min(numbers) // width, max(numbers) // width
        inside = contents.get(root, [])
        found[first].extend(inside)
        rows[first][min(columns)] = make_cell(
            find_lines(inside), max(columns) - min(columns) + 1, last - first + 1
        )
    combs = _find_combs(grid, rows)
    return [
        dict(sorted(part.items()))
        for row, inside in zip(rows, found, strict=True)
        for part in _split_row(row, grid, inside) or [_join_combs(row, combs)]
        if any(cell.text for cell in part.values())
    ]


def _frames_text(contents: Iterable[list[Word]], total: int) -> bool:
    """Tell whether most words stand in cells that hold whole texts or tables without lines."""
    framed = 0
    for words in contents:
        if len(words) < _LAYOUT_WORDS // 4:
            continue
        rows = find_rows(words)
        is_tabular = len(rows) > 5 and 2 * sum(len(row) > 1 for row in rows) > len(rows)
        if len(words) >= _LAYOUT_WORDS or is_tabular:
            framed += len(words)
    return 2 * framed >= total


def _split_row(row: dict[int, Cell], grid: Grid, words: list[Word]) -> list[dict[int, Cell]]:
    """Split a row whose lines of text are rows themselves, without lines between them."""
    filled = {column: cell for column, cell in row.items() if cell.text}
    if len(filled) < 2 or any(cell.rows > 1 for cell in filled.values()):
        return []
    lines = find_rows(words)
    parts: list[dict[int, list[Word]]] = []
    columns = sorted(filled)
    starts = [grid.xs[column] for column in columns]
    for line in lines:
        part: dict[int, list[Word]] = {}
        for word in (word for piece in line for word in piece.words):
            column = columns[max(bisect_right(starts, word.x) - 1, 0)]
            part.setdefault(column, []).append(word)
        parts.append(part)
    full = sum(3 * len(part) >= 2 * len(filled) for part in parts)
    if len(parts) < 2 or full < (0.7 if len(parts) > 2 else 1.0) * len(parts):
        return []
    if len(parts) == 2 and not all(_has_digits(line) for line in lines):
        return []
    shortest = min(
        sum(len(part.get(column, ())) for part in parts) / len(parts) for column in filled
    )
    if shortest > 2:  # columns of prose
        return []
    return [
        {
            column: make_cell([Line(sorted(found, key=lambda word: word.x0))], row[column].columns)
            for column, found in part.items()
        }
        for part in parts
    ]


def _has_digits(row: Sequence[Line]) -> bool:
    """Tell whether most parts of a row are numbers."""
    return 2 * sum(any(map(str.isdecimal, part.text)) for part in row) > len(row)


def _find_combs(grid: Grid, rows: Sequence[dict[int, Cell]]) -> set[int]:
    """Return the narrow columns in which no cell has more than one letter."""
    narrow = {column for column, (a, b) in enumerate(pairwise(grid.xs)) if b - a <= _COMB_WIDTH}
    return narrow - {column for row in rows for column, cell in row.items() if len(cell.text) > 1}


def _join_combs(row: dict[int, Cell], combs: set[int]) -> dict[int, Cell]:
    """Join the cells of boxes that hold one letter or digit each, in these columns."""
    joined: dict[int, Cell] = {}
    run: list[int] = []
    for column, cell in [*sorted(row.items()), (-1, Cell(""))]:
        if column in combs and cell.text.isalnum():
            run.append(column)
            continue
        if len(run) >= _COMB_CELLS:
            text = "".join(row[number].text for number in run)
            joined[run[0]] = Cell(text, columns=len(run))
        else:
            joined.update((number, row[number]) for number in run)
        run = []
        if column >= 0:
            joined[column] = cell
    return joined
