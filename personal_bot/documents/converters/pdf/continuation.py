"""Joins what the end of a PDF page cuts: tables, and words hyphenated there."""

from collections.abc import Sequence
from typing import Final

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf.paragraphs import Piece
from personal_bot.documents.converters.pdf.tables import Table
from personal_bot.documents.converters.tables.cells import Row, follow_spans
from personal_bot.documents.converters.tables.headers import find_header

_SAME_EDGE: Final = 5.0  # points, by which the sides of the same column may differ


def join_pages(pieces: Sequence[Piece | Table], following: list[Piece | Table]) -> None:
    """Give a table that continues on the following page its header, and join a cut word."""
    if not pieces or not following:
        return
    last, first = pieces[-1], following[0]
    if isinstance(last, Table) and isinstance(first, Table):
        if _has_same_columns(last, first):
            _continue_table(last, first)
    elif isinstance(last, Piece) and isinstance(first, Piece):
        _join_word(last, first, following)


def _has_same_columns(table: Table, other: Table) -> bool:
    return len(table.edges) == len(other.edges) and all(
        abs(edge - another) <= _SAME_EDGE
        for edge, another in zip(table.edges, other.edges, strict=True)
    )


def _continue_table(table: Table, continued: Table) -> None:
    count = table.header_rows
    if count is None:
        count, _ = find_header(list(follow_spans(table.rows)))
    header = table.rows[:count]
    if count and _list_texts(continued.rows[:count]) != _list_texts(header):
        continued.rows = [*header, *continued.rows]
    continued.header_rows = count


def _list_texts(rows: Sequence[Row]) -> list[list[str]]:
    return [[cell.text for _, cell in sorted(row.items()) if cell.text] for row in rows]


def _join_word(piece: Piece, continued: Piece, following: list[Piece | Table]) -> None:
    """Move the end of a hyphenated word to the page where it begins."""
    line, target = continued.lines[0], piece.lines[-1]
    is_cut = target.text.endswith(("-", "\u2010", "\u00ad")) and target.text[-2:-1].isalpha()
    kinds = {piece.kind, continued.kind}
    if not is_cut or not line.text[:1].islower() or BlockKind.HEADING in kinds:
        return
    end, _, rest = line.text.partition(" ")
    target.text = target.text[:-1] + end
    if rest:
        line.text = rest
    elif len(continued.lines) > 1:
        breaks = frozenset(number - 1 for number in continued.breaks if number)
        following[0] = Piece(continued.lines[1:], continued.kind, continued.level, breaks)
    else:
        del following[0]
