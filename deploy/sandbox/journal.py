"""The sandbox's storage: an SQLite table of JSON rows, written in batches by one thread."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.sandbox import records

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
)
"""
#: Maps (kind, key) to JSON, or to None for a row to delete.
_Changes = dict[tuple[str, str], str | None]


class Journal:
    """Keeps changes in memory until `commit`; those made during a commit share the next one."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(_SCHEMA)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._changes: _Changes = {}
        self._lock = asyncio.Lock()

    def load(self) -> Iterator[records.Record]:
        """Load all records, in the order in which they were first saved."""
        rows = self._connection.execute("SELECT kind, value FROM record ORDER BY rowid")
        return (records.restore(kind, json.loads(value)) for kind, value in rows)

    def save(self, record: records.Record) -> None:
        kind, key, value = records.dump(record)
        self._changes[kind, key] = json.dumps(value, ensure_ascii=False)

    def forget(self, record: records.Record) -> None:
        self._changes[type(record).__name__, record.key] = None

    async def commit(self) -> None:
        """Write all changes to disk. Raises sqlite3.Error."""
        if not self._changes and not self._lock.locked():
            return
        async with self._lock:
            if not self._changes:
                return
            changes, self._changes = self._changes, {}
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._write, changes)
            except sqlite3.Error:
                self._changes = {**changes, **self._changes}
                raise

    async def close(self) -> None:
        await self.commit()
        self._thread.shutdown()
        self._connection.close()

    def _write(self, changes: _Changes) -> None:
        with self._connection:  # one transaction
            self._connection.executemany(
                "INSERT INTO record VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",  # keeps the rowid
                [(*row, value) for row, value in changes.items() if value is not None],
            )
            self._connection.executemany(
                "DELETE FROM record WHERE kind = ? AND key = ?",
                [row for row, value in changes.items() if value is None],
            )
