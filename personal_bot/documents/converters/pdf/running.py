"""Running headers and footers of a PDF: rows at the edges of pages that recur on pages nearby."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf.lines import Line
from personal_bot.documents.converters.pdf.paragraphs import Piece
from personal_bot.documents.converters.pdf.sheets import Sheet
from personal_bot.documents.converters.pdf.tables import Table

NEARBY: Final = 4  # pages before and after a page that are compared with it
_MARKS: Final = 10_000  # of a document
_ROWS: Final = 4  # at each edge
_MARGIN: Final = 0.15  # of the height of a page
_PAGES: Final = 3  # the fewest with the same row
_APART: Final = 0.8  # of the font size: the least space between running rows and the text
_TABULAR: Final = 3  # parts of a row that may be the header of a table
_SENTENCE_WORDS: Final = 4  # of a row in lower case that may belong to a sentence
_PAGE: Final = (
    r"(?:page|pg|pp?|стр|страница|с|лист|л|seite|s|blatt|página|pagina|pág|pag|strona|str|第)"
)
_LABELLED: Final = re.compile(rf"\b{_PAGE}\b\.?[\s№#]*(\d{{1,5}})\b", re.IGNORECASE)
_ALONE: Final = re.compile(
    r"[\W_]*(\d{1,5})(?:[\W_]+(?:(?:of|из|von|de|sur|di|z)\s+)?\d{1,5})?[\W_]*"
)
_NAMES_NUMBER: Final = re.compile(r"(?:№|#|\bno\.?|\bnr\.?|:)\s*$", re.IGNORECASE)


class RunningRows:
    """Takes running rows off each page, and keeps them on the first that has them.

    Two rows are the same if their texts and sizes are, apart from the number of the page itself.
    """

    def __init__(self) -> None:
        self._keys: dict[int, set[str]] = {}  # by page, of those that may still be compared
        self._seen: set[str] = set()
        self._marks: set[tuple[str, int, int]] = set()

    def add(self, sheet: Sheet) -> None:
        rows = [*_walk(sheet, top=True), *_walk(sheet, top=False)]
        self._keys[sheet.number] = {key for row in rows for key in _make_keys(row, sheet)}
        self._keys.pop(sheet.number - 2 * NEARBY - 1, None)

    def drop_from(self, sheet: Sheet) -> None:
        """Take the rows that recur on pages nearby off the page, from the edges inward.

        The pages up to `NEARBY` after this one must have been added.
        """
        counts: Counter[str] = Counter()
        for number in range(sheet.number - NEARBY, sheet.number + NEARBY + 1):
            counts.update(self._keys.get(number, ()))
        known: set[str] = set()
        running: list[list[Line]] = []
        kept: list[list[Line]] = []
        for top in (True, False):
            for row in _take_running(sheet, counts, top=top):
                keys = {key for key in _make_keys(row, sheet) if counts[key] > 1}
                running.append(row)
                if not any(counts[key] >= _PAGES and key in self._seen for key in keys):
                    kept.append(row)
                known |= keys
        taken = set(map(id, running))
        rows = [row for row in sheet.rows if id(row) not in taken]
        texts = [part.text for row in rows for part in row if part.text]
        sheet.is_blank = not sheet.tables and all(map(_ALONE.fullmatch, texts))
        if rows:  # a page that repeats another one as a whole is kept
            sheet.rows = rows
            kept.sort(key=lambda row: row[0].y)
            sheet.running = [Line([word for part in row for word in part.words]) for row in kept]
        self._seen |= known
        self._drop_marks(sheet)

    def _drop_marks(self, sheet: Sheet) -> None:
        """Drop texts at other angles, such as watermarks, that stand in the same place before."""
        marks = [(line.text, round(line.x0), round(line.y0)) for line in sheet.others]
        sheet.others = [
            line for line, mark in zip(sheet.others, marks, strict=True) if mark not in self._marks
        ]
        if len(self._marks) < _MARKS:
            self._marks.update(marks)


def insert_running(pieces: list[Piece | Table], sheet: Sheet) -> None:
    """Put running rows, and texts at other angles, where they do not divide a sentence.

    It may go on over pages.
    """
    position = 1 if sheet.number > 1 and pieces and _continues(pieces[0]) else 0
    pieces[position:position] = [Piece([line]) for line in [*sheet.running, *sheet.others]]


def _continues(piece: Piece | Table) -> bool:
    return (
        isinstance(piece, Piece) and piece.kind is BlockKind.PARAGRAPH and piece.text[:1].islower()
    )


def _walk(sheet: Sheet, *, top: bool) -> Sequence[list[Line]]:
    """Return the rows at the top or bottom of a page, from the edge inward."""
    margin = _MARGIN * (sheet.frame.y1 - sheet.frame.y0)
    if top:
        return [row for row in sheet.rows[:_ROWS] if row[0].y < sheet.frame.y0 + margin]
    return [row for row in sheet.rows[: -_ROWS - 1 : -1] if row[0].y > sheet.frame.y1 - margin]


def _take_running(sheet: Sheet, counts: Mapping[str, int], *, top: bool) -> Sequence[list[Line]]:
    """Return the rows that recur, if those apart from the text do."""
    rows = sheet.rows if top else sheet.rows[::-1]
    found = 0
    for number, row in enumerate(_walk(sheet, top=top), start=1):
        if not any(counts[key] > 1 for key in _make_keys(row, sheet)):
            break
        if _is_apart(rows[number - 1 : number + 2]):
            found = number
    return rows[:found]


def _is_apart(rows: Sequence[list[Line]]) -> bool:
    """Tell whether the first row stands apart from the following ones, unlike a table's header."""
    gaps = [_measure_gap(row, other) for row, other in pairwise(rows)]
    if not gaps:
        return True
    is_tabular = len(rows[0]) >= _TABULAR and len(gaps) > 1 and gaps[0] < 1.5 * gaps[1]
    return gaps[0] > _APART * max(part.size for part in rows[0]) and not is_tabular


def _measure_gap(row: list[Line], other: list[Line]) -> float:
    upper, lower = sorted((row, other), key=lambda row: row[0].y)
    return min(part.y0 for part in lower) - max(part.y1 for part in upper)


def _make_keys(row: list[Line], sheet: Sheet) -> Iterator[str]:
    """Yield the text of a row, as it is and with the number of the page relative to it."""
    texts = [part.text for part in row]
    text = "\t".join(texts)
    words = text.split()
    if not words or (text[:1].islower() and len(words) >= _SENTENCE_WORDS):
        return
    size = round(row[0].size)
    yield f"{size}\t{text}"
    for start, end in _find_numbers(texts, text):
        yield f"{size}\t{text[:start]}\0{int(text[start:end]) - sheet.number}\0{text[end:]}"


def _find_numbers(texts: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where the number of the page may stand: after such a word, or apart."""
    for match in _LABELLED.finditer(text):
        yield match.span(1)
    start = 0
    for part in texts:
        alone = _ALONE.fullmatch(part)
        if alone and not _NAMES_NUMBER.search(text[:start]):
            yield start + alone.start(1), start + alone.end(1)
        start += len(part) + 1
