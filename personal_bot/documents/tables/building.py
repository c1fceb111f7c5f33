"""Builds the SQLite files of the tables of an upload, in the worker, which cannot create files.

A database is built in memory and written to a file that the bot has opened.
"""

import sqlite3
import weakref
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import TableData, TableHead
from personal_bot.documents.converters.protocol import Limits
from personal_bot.documents.converters.registry import TableStore
from personal_bot.documents.tables.catalog import (
    SCHEMA,
)
from personal_bot.documents.tables.staging import StagedTable, TooLargeError

_PAGE_BYTES: Final = 1024  # of SQLite; most documents have small tables
_LEAST_BYTES: Final = 32 * 1024  # of a database
_WRITTEN_BYTES: Final = 1024 * 1024  # at once


class TableFiles(TableStore):
    """The tables of an upload, one database for each file in it, one after another in `output`."""

    def __init__(self, output: BinaryIO, limits: Limits) -> None:
        self._output = output
        self._left = limits.table_bytes  # of `output`
        self._cells = limits.table_cells  # left
        self._offset = 0
        self._file: _File | None = None
        self._given_up = 0
        self._last: TableHead | None = None  # of a table that was given up

    def begin_file(self) -> None:
        self._file = None

    def add(self, data: TableData, page: int | None, sheet: str) -> None:
        """Take rows of a table in a page or sheet."""
        if self._left < _LEAST_BYTES:
            self._given_up += data.head is not self._last
            self._last = data.head
            return
        if self._file is None:
            self._file = _File(self._left, self._cells)
        self._file.add(data, page, sheet)

    def close_table(self) -> None:
        """Note that a heading stands below the last table."""
        if self._file is not None:
            self._file.close_table()

    def take_given_up(self) -> int:
        """Return how many tables were given up since the page before, as they are too large."""
        given_up, self._given_up = self._given_up, 0
        return given_up + (self._file.take_given_up() if self._file is not None else 0)

    def finish_file(self) -> tuple[int, int] | None:
        """Write the database of a file; return where it begins, and its size. Raises OSError."""
        content = self._file.finish() if self._file is not None else b""
        if self._file is None or not content:
            return None
        for start in range(0, len(content), _WRITTEN_BYTES):
            self._output.write(content[start : start + _WRITTEN_BYTES])
        self._output.flush()
        place = (self._offset, len(content))
        self._offset += len(content)
        self._left -= len(content)
        self._cells = self._file.cells_left
        return place


class _File:
    def __init__(self, most_bytes: int, cells: int) -> None:
        self.cells_left = cells
        # Each row is inserted as it comes; nothing is committed, because nothing is on disk.
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        weakref.finalize(self, self._database.close)  # a file that is refused is never finished
        self._database.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        self._database.execute(f"PRAGMA max_page_count = {max(1, most_bytes // _PAGE_BYTES)}")
        self._database.executescript(SCHEMA)
        self._database.execute("ATTACH ':memory:' AS stage")
        self._tables = 0
        self._given_up = 0  # of the present page
        self._table: StagedTable | None = None

    def add(self, data: TableData, page: int | None, sheet: str) -> None:
        if self._table is None or not self._table.continues(data.head, page, sheet):
            self._end_table()
            self._table = StagedTable(self._database, data.head, sheet)
        try:
            self.cells_left -= self._table.add(data, page, self.cells_left)
        except (TooLargeError, MemoryError):
            self._table.give_up()
            self._given_up += 1

    def close_table(self) -> None:
        if self._table is not None:
            self._table.is_closed = True

    def take_given_up(self) -> int:
        given_up, self._given_up = self._given_up, 0
        return given_up

    def finish(self) -> bytes:
        self._end_table()
        self._database.execute("DETACH stage")
        content = self._database.serialize() if self._tables else b""
        self._database.close()
        return content

    def _end_table(self) -> None:
        table, self._table = self._table, None
        if table is None or table.is_given_up:
            return
        self._database.execute("SAVEPOINT finishing")
        try:
            self._tables += table.finish(self._tables + 1)
        except (TooLargeError, MemoryError, sqlite3.OperationalError):  # a full database
            self._database.execute("ROLLBACK TO finishing")
            self._given_up += 1
        self._database.execute("RELEASE finishing")
        table.drop()
