"""Runs queries over the tables of documents: only SELECT, within limits."""

import sqlite3
import time
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from personal_bot.documents.converters.protocol import MIB
from personal_bot.documents.tables.catalog import PAGE, ROW, TOTALS, TableCard, read_cards
from personal_bot.documents.tables.functions import ALLOWED, add_functions
from personal_bot.documents.tables.statements import find_selection


@dataclass(frozen=True)
class QueryLimits:
    """The limits of one query."""

    seconds: float = 5.0  # of CPU time
    memory_bytes: int = 512 * MIB  # address space of the process
    heap_bytes: int = 192 * MIB  # of SQLite
    rows: int = 200  # returned; more are counted
    counted_rows: int = 100_000
    cell_chars: int = 500  # returned of a text
    value_bytes: int = 1_000_000  # of a text within a query
    sql_chars: int = 5_000
    tables: int = 300  # of all documents together
    documents: int = 10  # that SQLite can attach
    answer_chars: int = 60_000


OPCODES: Final = 20_000  # of SQLite between two looks at the clock: about 1 ms
_RANGES: Final = 8  # of rows that are named one by one
_ALLOWED_ACTIONS: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_COLUMN: 1_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class Session:
    """A connection to the tables of some documents, named t1, t2, … in their order."""

    def __init__(self, paths: Sequence[str], limits: QueryLimits) -> None:
        self.tables: list[tuple[str, int, TableCard]] = []
        self._limits = limits
        self._views: set[str] = set()
        self._read: set[str] = set()  # tables of the query
        self._deadline = 0.0
        connection = sqlite3.connect(":memory:", uri=True, isolation_level=None)
        self._connection = connection
        weakref.finalize(self, connection.close)
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute(f"PRAGMA hard_heap_limit = {limits.heap_bytes}")
        for index, path in enumerate(paths):
            uri = f"file:{quote(path)}?mode=ro&immutable=1"
            connection.execute(f"ATTACH ? AS d{index}", (uri,))
            self._name_tables(index)
        self._modules = {name for (name,) in connection.execute("PRAGMA module_list")}
        add_functions(connection)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.value_bytes)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 4 * limits.sql_chars)
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)

    def _name_tables(self, index: int) -> None:
        for card in read_cards(self._connection, f"d{index}"):
            if len(self.tables) == self._limits.tables:
                return
            name = f"t{len(self.tables) + 1}"
            number = int(card.number)
            suffixes = ("", TOTALS) if card.totals else ("",)
            for suffix in suffixes:
                self._connection.execute(
                    f"CREATE TEMP VIEW {name}{suffix} AS SELECT * FROM d{index}.t{number}{suffix}"  # noqa: S608 - own names
                )
                self._views.add(f"{name}{suffix}")
            self.tables.append((name, index, card))

    def query(self, sql: str) -> dict[str, Any]:
        """Return the result of a query, or why there is none."""
        self._deadline = time.process_time() + self._limits.seconds
        self._connection.set_authorizer(self._authorize)
        self._connection.set_progress_handler(self._is_late, OPCODES)
        try:
            cursor = self._connection.execute(sql)
            if cursor.description is None:
                return {"refusal": "empty", "detail": ""}
            columns = [str(name) for name, *_ in cursor.description]
            rows, total, is_more = self._fetch(cursor)
        except (sqlite3.Error, sqlite3.Warning) as error:
            return self._refuse(error)
        used = [*self._list_used(sql)]
        return {"columns": columns, "rows": rows, "total": total, "is_more": is_more, "used": used}

    def _authorize(
        self, action: int, first: str | None, second: str | None, database: str | None, view: object
    ) -> int:
        if action in _ALLOWED_ACTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in ALLOWED:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and self._is_readable(
            str(first).lower(), second, database, str(view).lower()
        ):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    def _is_readable(self, table: str, column: str | None, database: str | None, view: str) -> bool:
        if database == "temp":
            return table in self._views
        if database is None:  # a query that has this name
            is_own = table.startswith(("sqlite_", "pragma_")) or table in self._modules
            return not column and not is_own
        if view in self._views:
            self._read.add(view)
            return True
        return not column and database.startswith("d") and table.startswith("t")

    def _is_late(self) -> bool:
        return time.process_time() > self._deadline

    def _fetch(self, cursor: sqlite3.Cursor) -> tuple[list[list[Any]], int, bool]:
        rows: list[list[Any]] = []
        left = self._limits.answer_chars
        total = 0
        for row in cursor:
            total += 1
            if len(rows) < self._limits.rows and left > 0:
                shown = [self._show(value) for value in row]
                left -= sum(len(str(value)) + 2 for value in shown)
                rows.append(shown)
            if total == self._limits.counted_rows or self._is_late():
                return rows, total, True
        return rows, total, False

    def _show(self, value: object) -> object:
        if isinstance(value, bytes):
            return f"{len(value)} bytes"
        if isinstance(value, float) and value != value:  # noqa: PLR0124 - not a number
            return None
        if isinstance(value, str) and len(value) > self._limits.cell_chars:
            return f"{value[: self._limits.cell_chars]}…"
        return value

    def _refuse(self, error: Exception) -> dict[str, Any]:
        text = str(error)
        if "interrupted" in text:
            return {"refusal": "time", "detail": ""}
        if isinstance(error, MemoryError) or "out of memory" in text:
            return {"refusal": "memory", "detail": ""}
        if any(mark in text for mark in ("not authorized", "prohibited", "authorization denied")):
            return {"refusal": "forbidden", "detail": text}
        if "one statement" in text:
            return {"refusal": "several", "detail": ""}
        return {"refusal": "wrong", "detail": text[:300]}

    def _list_used(self, sql: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of each table that the query looks at."""
        cards = {name: (index, card) for name, index, card in self.tables}
        selection = find_selection(sql, self._views)
        for view in sorted(self._read, key=lambda name: int(name[1:].removesuffix(TOTALS))):
            table = view.removesuffix(TOTALS)
            index, card = cards[table]
            found = None
            if selection is not None and view in selection.names:
                found = self._select_rows(selection.condition, selection.names[view], card)
            yield {
                "table": view,
                "document": index,
                "sheet": card.sheet,
                "title": card.title,
                **(found or _list_all_rows(card, is_totals=view != table)),
            }

    def _select_rows(self, condition: str, name: str, card: TableCard) -> dict[str, Any] | None:
        """Return ranges, number and pages of the selected rows; None if they cannot be selected."""
        quoted = name.replace('"', '""')
        page = f'"{quoted}".{PAGE}' if card.first_page is not None else "NULL"
        try:
            found = self._connection.execute(
                f'SELECT DISTINCT "{quoted}".{ROW}, {page} {condition} ORDER BY 1'
            ).fetchmany(self._limits.counted_rows)
        except (sqlite3.Error, sqlite3.Warning):
            return None
        if len(found) == self._limits.counted_rows:
            return None
        rows = [number for number, _ in found if isinstance(number, int)]
        pages = [number for _, number in found if isinstance(number, int)]
        return {
            "rows": len(rows),
            "ranges": join_ranges(rows),
            "pages": [min(pages), max(pages)] if pages else [],
        }


def _list_all_rows(card: TableCard, *, is_totals: bool) -> dict[str, Any]:
    pages = [] if card.first_page is None else [card.first_page, card.last_page]
    if is_totals:
        return {"rows": len(card.totals), "ranges": join_ranges(card.totals), "pages": pages}
    return {"rows": card.rows, "ranges": [[card.first_row, card.last_row]], "pages": pages}


def join_ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Return [first, last] of consecutive numbers; only one range if there would be too many."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number <= ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges if len(ranges) <= _RANGES else [[numbers[0], numbers[-1]]]
