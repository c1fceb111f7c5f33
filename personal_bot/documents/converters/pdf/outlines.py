"""The outline of a PDF: bookmarks become headings where they point to."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf.boxes import Box, turn
from personal_bot.documents.converters.pdf.lines import Line
from personal_bot.documents.converters.pdf.paragraphs import Piece
from personal_bot.documents.converters.pdf.tables import Table
from personal_bot.documents.converters.pdf.words import Word

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_BOOKMARKS: Final = 20_000
_SEARCHED: Final = 200  # bookmarks to one page; more of them are not searched in its text
_DEPTH: Final = 10
_LINES: Final = 4  # over which a title may run
_PREFIX_CHARS: Final = 12  # such as "Chapter 10", which a bookmark may omit
_SYMBOLS: Final = re.compile(r"[\W_]+")


class Bookmark(NamedTuple):
    """`y` is the height that it points to, in PDF coordinates; None for a page as a whole."""

    title: str
    level: int
    y: float | None


def read_outline(document: "PdfDocument") -> dict[int, list[Bookmark]]:
    """Return the bookmarks by page, counted from 0."""
    from pypdfium2 import raw  # noqa: PLC0415 - loads the library

    places = {raw.PDFDEST_VIEW_XYZ: 1, raw.PDFDEST_VIEW_FITH: 0, raw.PDFDEST_VIEW_FITBH: 0}
    outline: dict[int, list[Bookmark]] = {}
    for item in islice(document.get_toc(max_depth=_DEPTH), _BOOKMARKS):
        target = item.get_dest()
        title = " ".join(item.get_title().split())
        index = target.get_index() if target else None
        if target is None or index is None or not title:
            continue
        mode, place = target.get_view()
        position = places.get(mode, len(place))
        y = place[position] if position < len(place) else None
        outline.setdefault(index, []).append(Bookmark(title, item.level + 1, y))
    return outline


def apply_outline(
    pieces: list[Piece | Table], bookmarks: Sequence[Bookmark], angle: int, frame: Box
) -> None:
    """Turn the lines that bookmarks name into headings, and insert headings for other bookmarks."""
    start = 0
    for bookmark in bookmarks:
        y = frame.y0
        if bookmark.y is not None and angle == 0:
            y = min(max(turn(Box(0.0, bookmark.y, 0.0, bookmark.y), angle).y0, frame.y0), frame.y1)
        found = _find_title(pieces, bookmark, y) if len(bookmarks) <= _SEARCHED else None
        if found:
            start = _split(pieces, *found, bookmark.level) + 1
            continue
        position = next(
            (
                number
                for number, piece in enumerate(pieces)
                if number >= start and piece.y1 >= y and piece.y0 >= y - 20
            ),
            start if bookmark.y is None else len(pieces),
        )
        word = Word(bookmark.title, frame.x0, y, frame.x1, y, 1.0, is_placed=True)
        pieces.insert(position, Piece([Line([word])], BlockKind.HEADING, bookmark.level))
        start = position + 1


def _find_title(
    pieces: Sequence[Piece | Table], bookmark: Bookmark, y: float
) -> tuple[int, int, int] | None:
    """Return the number of the piece with the title, and its first line and the one after it."""
    title = _simplify(bookmark.title)
    found = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Table) or not title:
            continue
        if piece.kind is BlockKind.HEADING and piece.lines[0].words[0].is_placed:
            continue
        for first in range(len(piece.lines)):
            text = ""
            for after in range(first, min(first + _LINES, len(piece.lines))):
                text += _simplify(piece.lines[after].text)
                prefix = text[: -len(title)]
                if text.endswith(title) and _is_number(prefix):
                    distance = abs(piece.lines[first].y0 - y) if bookmark.y is not None else 0.0
                    found.append((distance, number, first, after + 1))
                if len(text) > len(title) + _PREFIX_CHARS:
                    break
    return min(found)[1:] if found else None


def _split(pieces: list[Piece | Table], number: int, first: int, after: int, level: int) -> int:
    """Make lines of a piece a heading of its own; return its number."""
    piece = pieces[number]
    if isinstance(piece, Table):
        return number
    parts: list[Piece] = []
    for start, end in ((0, first), (first, after), (after, len(piece.lines))):
        if start == end:
            continue
        breaks = frozenset(line - start for line in piece.breaks if start <= line < end - 1)
        parts.append(Piece(piece.lines[start:end], piece.kind, piece.level, breaks))
    heading = parts[1 if first else 0]
    heading.kind, heading.level = BlockKind.HEADING, level
    pieces[number : number + 1] = parts
    return number + (1 if first else 0)


def _is_number(prefix: str) -> bool:
    """Tell whether a bookmark may omit what is printed before its title, such as Chapter 10."""
    return not prefix or (len(prefix) <= _PREFIX_CHARS and any(map(str.isdecimal, prefix)))


def _simplify(text: str) -> str:
    return _SYMBOLS.sub("", text).casefold()
