"""The model of a table for all formats, and the placing of cells that span rows or columns."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from personal_bot.documents.converters.normalization import normalize_line

_SPANNED_COLUMNS: Final = 1_000  # limits the time for tables that only pretend to be large
_SPANNED_ROWS: Final = 65_534  # the limit of HTML
_REPEATED_CHARS: Final = 200  # of a cell that is repeated in each row that it spans


class CellKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"  # also money, percentages and durations
    DATE = "date"


class Cell(NamedTuple):
    """A cell as people see it. Formats that know its type give `kind`; others leave it None.

    `columns` and `rows` are those that it spans. `value` is what a spreadsheet calculates with: a
    number, of days for a time or a duration, or the text without what was added to it.
    """

    text: str
    kind: CellKind | None = None
    is_header: bool = False  # declared by the format, such as <th>
    is_strong: bool = False  # bold or filled, unlike ordinary cells
    columns: int = 1
    rows: int = 1
    value: float | str | None = None


Row = Mapping[int, Cell]
"""The cells of a row by column, from 0; spanned and empty columns may be missing."""


class NumberedRow(dict[int, Cell]):
    """A row that has a number, from 1, in its sheet or file."""

    __slots__ = ("number",)

    def __init__(self, number: int, cells: Row) -> None:
        super().__init__(cells)
        self.number = number


class Line(NamedTuple):
    """The cells of a row that have text, on one line each, in the order of their columns.

    `own` are those that begin in this row, `cells` also those that reach it from above. `number` is
    that of the row in its sheet or file, if it has one.
    """

    cells: dict[int, Cell]
    own: dict[int, Cell]
    number: int | None = None


def place_rows(rows: Iterable[Iterable[Cell]]) -> Iterator[Row]:
    """Assign columns to rows that list their cells one after another, as HTML and Word do.

    Each row passes over the columns that cells of earlier rows span.
    """
    ends: dict[int, int] = {}  # by column: the row before which a cell from above ends
    for number, cells in enumerate(rows):
        row: dict[int, Cell] = {}
        column = 0
        for cell in cells:
            while ends.get(column, 0) > number:
                column += 1
            row[column] = cell
            after = column + min(max(cell.columns, 1), _SPANNED_COLUMNS)
            if cell.rows > 1:
                end = number + min(cell.rows, _SPANNED_ROWS)
                ends.update(dict.fromkeys(range(column, min(after, _SPANNED_COLUMNS)), end))
            column = after
        yield row


def follow_spans(rows: Iterable[Row]) -> Iterator[Line]:
    """Yield the lines of a table, each with the cells that reach it from above.

    An empty row is yielded as a line without cells, unless a cell from above reaches it.
    """
    spans: dict[int, tuple[int, Cell]] = {}  # by column: the row before which the cell ends
    latest = 0
    for number, row in enumerate(rows):
        own: dict[int, Cell] = {}
        for column, cell in sorted(row.items()):
            text = join_lines(cell.text)
            if text:
                own[column] = cell if text == cell.text else cell._replace(text=text)
        if not own:
            if number >= latest:
                yield Line({}, {})
            continue
        cells = own
        if spans:
            spans = {column: span for column, span in spans.items() if span[0] > number}
            above = {column: cell for column, (_, cell) in spans.items() if column not in own}
            cells = dict(sorted((above | own).items())) if above else own
        yield Line(cells, own, row.number if isinstance(row, NumberedRow) else None)
        for column, cell in own.items():
            if cell.rows > 1:
                end = number + cell.rows
                latest = max(latest, end)
                spans[column] = (end, cell._replace(text=_shorten(cell.text)))


def join_lines(text: str) -> str:
    """Return the text of a cell on one line."""
    # Printable text has neither control characters nor odd spaces.
    return " ".join(text.split()) if text.isprintable() else normalize_line(text)


def _shorten(text: str) -> str:
    if len(text) <= _REPEATED_CHARS:
        return text
    return f"{text[:_REPEATED_CHARS].rpartition(' ')[0] or text[:_REPEATED_CHARS]}…"
