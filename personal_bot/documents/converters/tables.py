"""Renders tables as text; each row has the column names, so a passage is clear by itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.converters.protocol import Page

_NUMBER: Final = re.compile(r"[-+−(]?[\d\s.,:/%$€₽'’-]*\d[\d\s.,:/%$€₽'’)-]*")
_SEGMENT_CHARS: Final = 100_000
_HEADER_CHARS: Final = 100  # a longer text is a sentence, not a column name
_LOOKAHEAD_ROWS: Final = 20

Row = Sequence[str]
Cells = dict[int, str]  # by column; only those with text


def render_rows(rows: Iterable[Row], *, only_evident_header: bool = False) -> Iterator[str]:
    """Yield a line for each non-empty row.

    The first row of distinct short texts is the header; rows below it are rendered as
    ``name: value; name: value``. Rows without a header are rendered as ``value | value``. After an
    empty row, a header that uses other columns starts another table. With `only_evident_header`, a
    row is a header only if there are numbers below it, because word processors also use tables for
    layout.
    """
    table = _Table(only_evident_header)
    for row in rows:
        cells = {index: text for index, cell in enumerate(row) if (text := normalize_line(cell))}
        yield from table.add(cells) if cells else table.pause()
    yield from table.end()


def split_lines(lines: Iterable[str], title: str | None) -> Iterator[Page]:
    """Group lines into pages of limited size, so that a long table is never in memory whole."""
    segment: list[str] = []
    size = 0
    for line in lines:
        segment.append(line)
        size += len(line) + 1
        if size >= _SEGMENT_CHARS:
            yield Page(None, "\n".join(segment), title)
            segment, size = [], 0
    if segment:
        yield Page(None, "\n".join(segment), title)


class _Table:
    """Holds back the first rows until it is known which of them, if any, is the header."""

    def __init__(self, only_evident_header: bool) -> None:
        self._only_evident_header = only_evident_header
        self._header: Cells | None = None  # empty if there is none; None if not yet known
        self._pending: list[Cells] = []
        self._paused = False

    def add(self, cells: Cells) -> list[str]:
        if self._header is None:
            self._pending.append(cells)
            return self.end() if len(self._pending) >= _LOOKAHEAD_ROWS else []
        begins = self._paused and self._header and cells.keys() - self._header.keys()
        self._paused = False
        if begins and _is_header(cells):
            self._header = cells
            return [_render(cells, {})]
        return [_render(cells, self._header)]

    def pause(self) -> list[str]:
        """Handle an empty row; return the lines of held rows once a header is found."""
        self._paused = True
        return self.end() if self._find_header() is not None else []

    def end(self) -> list[str]:
        """Return the lines of the rows that were held back."""
        if not self._pending:
            return []
        position = self._find_header()
        rows, self._pending = self._pending, []
        if position is None:
            self._header = {}
            return [_render(row, {}) for row in rows]
        self._header = rows[position]
        return [
            _render(row, self._header if index > position else {}) for index, row in enumerate(rows)
        ]

    def _find_header(self) -> int | None:
        rows = self._pending
        widest = max(map(len, rows), default=0)
        for position, row in enumerate(rows[:-1]):
            if 2 * len(row) > widest and _is_header(row):
                below = (text for later in rows[position + 1 :] for text in later.values())
                evident = not self._only_evident_header or any(map(_NUMBER.fullmatch, below))
                return position if evident else None
        return None


def _is_header(cells: Cells) -> bool:
    names = list(cells.values())
    return (
        len(names) >= 2
        and len(set(names)) == len(names)
        and all(len(name) <= _HEADER_CHARS and not _NUMBER.fullmatch(name) for name in names)
    )


def _render(cells: Cells, header: Cells) -> str:
    if not header:
        return " | ".join(cells.values())
    return "; ".join(
        f"{header[index]}: {text}" if index in header else text for index, text in cells.items()
    )
