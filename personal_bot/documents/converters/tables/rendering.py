"""Renders rows of a table as lines that can each be read alone and are shorter than a passage."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from personal_bot.documents.converters.content import (
    PASSAGE_CHARS,
    PASSAGE_WORDS,
    SEGMENT_CHARS,
    Block,
    BlockKind,
    TableData,
    TableHead,
    TableRow,
)
from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.headers import is_numbering
from personal_bot.documents.converters.tables.labels import is_label
from personal_bot.documents.converters.tables.layouts import Layout, Names

_FEWEST_WORDS: Final = 40  # of a line, however long the text above it is
_FEWEST_CHARS: Final = 500
_KEY_CHARS: Final = 80  # of a key column that is repeated in each line of its row
_MOST_KEYS: Final = 4
_MOST_GAPS: Final = 10  # more of them cannot be counted by a reader
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…;])\s+")


class Piece(NamedTuple):
    """A value with the name of its column; `is_key` if it tells which row this is."""

    text: str
    name: str = ""
    is_key: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.text}" if self.name else self.text


class Room(NamedTuple):
    """The most words and characters of a line."""

    words: int = PASSAGE_WORDS
    chars: int = PASSAGE_CHARS

    def take(self, text: str, *, words: int = _FEWEST_WORDS, chars: int = _FEWEST_CHARS) -> "Room":
        """Return what is left beside a text, at least the given numbers."""
        return Room(
            max(words, self.words - len(text.split())), max(chars, self.chars - len(text) - 2)
        )

    def holds(self, text: str) -> bool:
        if len(text) > self.chars:
            return False
        return len(text) < 2 * self.words or len(text.split()) <= self.words


def read_pieces(line: Line, layout: Layout) -> Iterator[Piece]:
    """Yield the values of a row with their names, from left to right."""
    if layout.keys:
        yield from _read_fields(line, layout.keys)
        return
    last_key = find_last_key(line, layout)
    end = layout.start
    for column, cell in line.cells.items():
        if layout.is_plain and end < column:  # gaps tell which column a value stands in
            gaps = sum(end <= number < column for number in layout.body)
            yield from [Piece("")] * (gaps if gaps <= _MOST_GAPS else 0)
        end = column + cell.columns
        name = layout.names.find(column, column + cell.columns) if layout.names else ""
        yield Piece(cell.text, name, is_key=column <= last_key)


def read_header(names: Names, heads: Sequence[Line]) -> Iterator[list[Piece]]:
    """Yield the rows that show the names of columns once, at the top of the table."""
    rows = [head for head in heads if not is_numbering(head)]
    if len(rows) > 1:
        yield [Piece(name) for name in map(names.join, names.columns) if name]
    elif rows:
        yield [Piece(cell.text) for cell in rows[0].own.values()]
    for head in heads:
        if head not in rows:
            yield [Piece(cell.text) for cell in head.own.values()]


def render_pieces(pieces: Sequence[Piece], room: Room) -> Iterator[str]:
    """Yield a row as one line, or as several that begin with its keys if it is too long.

    It is cut between cells, or in a cell that is too long by itself between sentences.
    """
    separator = "; " if any(piece.name for piece in pieces) else " | "
    line = separator.join(map(str, pieces))
    if room.holds(line):
        yield line
        return
    keys = [piece for piece in pieces if piece.is_key][:_MOST_KEYS]
    while keys and not Room(room.words // 2, room.chars // 2).holds(_join_keys(keys, separator)):
        keys.pop()
    start = _join_keys(keys, separator)
    left = room.take(start) if start else room
    repeated = {piece for piece in keys if len(piece.text) <= _KEY_CHARS}
    line, words = "", 0
    for piece in pieces:
        for part in () if piece in repeated else _cut(piece, left):
            size = len(part.split())
            if line and (len(line) + len(part) > left.chars or words + size > left.words):
                yield f"{start}{separator}{line}" if start else line
                line, words = "", 0
            line = f"{line}{separator}{part}" if line else part
            words += size
    if line or start:
        yield separator.join(filter(None, (start, line)))


class Writer:
    """Joins lines of the same kind and title to blocks of limited size, with rows as data."""

    def __init__(self) -> None:
        self._kind = BlockKind.TABLE
        self._lead = ""
        self._lines: list[str] = []
        self._size = 0
        self._head: TableHead | None = None
        self._rows: list[TableRow] = []

    def begin_table(self, head: TableHead | None) -> None:
        """Set the head of the rows that follow; there must be none of another table."""
        self._head = head

    def note(self, rows: Iterable[TableRow]) -> None:
        """Note rows as data of the present block."""
        if self._head is not None:
            self._rows.extend(rows)

    def add(self, kind: BlockKind, line: str, lead: str) -> Iterator[Block]:
        if (kind, lead) != (self._kind, self._lead) or self._size >= SEGMENT_CHARS:
            yield from self.flush()
            self._kind, self._lead = kind, lead
        self._lines.append(line)
        self._size += len(line) + 1

    def flush(self) -> Iterator[Block]:
        if self._lines:
            data = TableData(self._head, self._rows) if self._head and self._rows else None
            yield Block("\n".join(self._lines), self._kind, lead=self._lead, data=data)
            self._rows = []
        self._lines, self._size = [], 0


def _read_fields(line: Line, keys: frozenset[int]) -> Iterator[Piece]:
    """Yield the fields of a form; a key without a value is a text of its own."""
    name: str | None = None
    values: list[str] = []
    for column, cell in line.cells.items():
        if column not in keys or (name is not None and not values and not _is_key(cell)):
            values.append(cell.text)
            continue
        if name is not None or values:
            yield _join_field(name, values)
        name, values = cell.text, []
    if name is not None or values:
        yield _join_field(name, values)


def _join_field(name: str | None, values: list[str]) -> Piece:
    if name is None or not values:
        return Piece(" | ".join(values) or name or "")
    return Piece(" | ".join(values), name.rstrip(" :") or name)


def _is_key(cell: Cell) -> bool:
    return cell.text.endswith(":") or cell.is_header or cell.is_strong or is_label(cell.text)


def find_last_key(line: Line, layout: Layout) -> int:
    """Return the last column that tells which row this is: of those that span rows, the next."""
    columns = iter(line.cells)
    if layout.header_columns:
        declared = [column for column in columns if column < layout.start + layout.header_columns]
        return max(declared, default=-1)
    return next(
        (
            column
            for column in columns
            if (column in line.own and line.own[column].rows == 1)
            or column > layout.start + _MOST_KEYS
        ),
        -1,
    )


def _join_keys(keys: Sequence[Piece], separator: str) -> str:
    return separator.join(str(piece._replace(text=_shorten(piece.text))) for piece in keys)


def _shorten(text: str) -> str:
    return text if len(text) <= _KEY_CHARS else f"{text[:_KEY_CHARS].rstrip()}…"


def _cut(piece: Piece, room: Room) -> Iterator[str]:
    """Yield a piece in parts that have room; each begins with the name of its column."""
    if room.holds(str(piece)):
        yield str(piece)
        return
    left = room.take(piece.name)
    part, words = "", 0
    for text in _split(piece.text, left):
        size = len(text.split())
        if part and (len(part) + len(text) >= left.chars or words + size > left.words):
            yield str(piece._replace(text=part))
            part, words = "", 0
        part = f"{part} {text}" if part else text
        words += size
    yield str(piece._replace(text=part))


def _split(text: str, room: Room) -> Iterator[str]:
    """Yield sentences, words of sentences that have no room, and slices of such words."""
    for sentence in _SENTENCE_END.split(text):
        if room.holds(sentence):
            yield sentence
            continue
        for word in sentence.split():
            yield from (word[at : at + room.chars] for at in range(0, len(word), room.chars))
