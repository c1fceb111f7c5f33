"""Running headers and footers of a PDF: rows at the edges of pages that recur on pages nearby."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from personal_bot.documents.converters.pdf_lines import Line
from personal_bot.documents.converters.pdf_sheets import Sheet

NEARBY: Final = 4  # pages before and after a page that are compared with it
_ROWS: Final = 4  # at each edge
_MARGIN: Final = 0.15  # of the height of a page
_PAGES: Final = 3  # the fewest with the same row
_NUMBER: Final = re.compile(r"\d{1,5}")


class RunningRows:
    """Drops running rows from each page except the first that has them."""

    def __init__(self) -> None:
        self._keys: dict[int, set[str]] = {}  # by page, of those that may still be compared
        self._seen: set[str] = set()

    def add(self, sheet: Sheet) -> None:
        rows = [*_walk(sheet, top=True), *_walk(sheet, top=False)]
        self._keys[sheet.number] = {key for row in rows for key in _make_keys(row, sheet)}
        self._keys.pop(sheet.number - 2 * NEARBY - 1, None)

    def drop_from(self, sheet: Sheet) -> None:
        """Drop the rows that recur on pages nearby, from the edges inward.

        The pages up to `NEARBY` after this one must have been added.
        """
        counts: Counter[str] = Counter()
        for number in range(sheet.number - NEARBY, sheet.number + NEARBY + 1):
            counts.update(self._keys.get(number, ()))
        known: set[str] = set()
        kept = sheet.rows
        for top in (True, False):
            for row in _walk(sheet, top=top):
                keys = {key for key in _make_keys(row, sheet) if counts[key] >= _PAGES}
                if not keys:
                    break
                if keys & self._seen:
                    kept = [other for other in kept if other is not row]
                known |= keys
        if kept:  # a page that repeats another one as a whole is kept
            sheet.rows = kept
        self._seen |= known


def _walk(sheet: Sheet, *, top: bool) -> Sequence[list[Line]]:
    """Return the rows at the top or bottom of a page, from the edge inward."""
    margin = _MARGIN * (sheet.frame.y1 - sheet.frame.y0)
    if top:
        return [row for row in sheet.rows[:_ROWS] if row[0].y < sheet.frame.y0 + margin]
    return [row for row in sheet.rows[: -_ROWS - 1 : -1] if row[0].y > sheet.frame.y1 - margin]


def _make_keys(row: list[Line], sheet: Sheet) -> Iterator[str]:
    """Yield the text of a row, as it is and with each number relative to that of the page."""
    text = " ".join(part.text for part in row)
    if not text.strip():  # the place of a table
        return
    yield text
    for match in _NUMBER.finditer(text):
        yield f"{text[: match.start()]}\0{int(match[0]) - sheet.number}\0{text[match.end() :]}"
