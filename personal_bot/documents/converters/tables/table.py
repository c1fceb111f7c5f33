"""Renders the tables of all formats.

Each line of the text is a row with the names of its columns, so a passage is clear by itself.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.normalization import normalize
from personal_bot.documents.converters.tables.cells import (
    Cell,
    CellKind,
    NumberedRow,
    Row,
    follow_spans,
    place_rows,
)
from personal_bot.documents.converters.tables.layouts import Hints
from personal_bot.documents.converters.tables.regions import Region
from personal_bot.documents.converters.tables.sheets import Sheet

__all__ = [
    "Cell",
    "CellKind",
    "NumberedRow",
    "Row",
    "place_rows",
    "render_sheet",
    "render_table",
]


def render_table(
    rows: Iterable[Row],
    *,
    title: str = "",
    header_rows: int | None = None,
    header_columns: int | None = None,
    is_layout: bool = False,
) -> Iterator[Block]:
    """Yield the blocks of one table, of limited size; `rows` may be a stream.

    `header_rows` and `header_columns` are the numbers that the format declares, if it does;
    otherwise headers are found by evidence. With `is_layout`, a table without evidence of a header
    may serve the layout only, as in word processors; one of a single cell is a text.
    """
    rows = iter(rows)
    if is_layout:
        first, texts = _read_two_cells(rows)
        if len(texts) == 1:
            yield Block(normalize(texts[0]), lead=title)
            return
        rows = chain(first, rows)
    region = Region(Hints(header_rows, header_columns, is_layout), title)
    for line in follow_spans(rows):
        if line.cells:
            yield from region.add(line)
    yield from region.end()


def render_sheet(rows: Iterable[Row], *, is_data: bool = False) -> Iterator[Block]:
    """Yield the blocks of all tables and texts on a sheet, which are found by evidence.

    With `is_data`, the first row of a table names the columns unless much speaks against it.
    """
    sheet = Sheet(Hints(is_data=is_data))
    for line in follow_spans(rows):
        yield from sheet.add(line) if line.cells else sheet.pause()
    yield from sheet.end()


def _read_two_cells(rows: Iterator[Row]) -> tuple[list[Row], list[str]]:
    """Return the first rows, up to the second cell with text, and the texts of their cells."""
    first: list[Row] = []
    texts: list[str] = []
    for row in rows:
        cells = [cell.text for cell in row.values() if cell.text.strip()]
        if cells:
            first.append(row)
            texts.extend(cells)
        if len(texts) > 1:
            break
    return first, texts
