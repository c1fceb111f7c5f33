"""The bot's SQLite file: opening, repair and migration."""

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

from peewee import Database as PeeweeDatabase
from peewee import DatabaseError, SqliteDatabase

from personal_bot.contract import Condition, ExitCode
from personal_bot.database.connection import ThreadedDatabase
from personal_bot.database.schema import SchemaVersionError, remove_backups
from personal_bot.errors import StartError
from personal_bot.storage.migrations import SCHEMA
from personal_bot.storage.models import Preference, create_tables, proxy

logger = logging.getLogger(__name__)

DATA_LOSS = "loss"
"""Name of the preference that is set after data loss, until the owner has been told."""


def is_damage(error: BaseException) -> bool:
    """Tell whether an error means a damaged database file, and not just a failed operation."""
    return type(error) is DatabaseError


class Database(ThreadedDatabase):
    def __init__(self, path: Path) -> None:
        self._path = path
        database = SqliteDatabase(
            str(path),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",  # a recorded job must survive a power loss
                "foreign_keys": 1,
                "busy_timeout": 5_000,  # milliseconds
            },
        )
        super().__init__(database, proxy)

    async def open(self, traces: Path) -> None:
        """Open the file. A damaged one is moved aside and replaced by a new one.

        `traces` is a path that exists if the bot has had documents. A new database beside it means
        that data was lost, which is recorded as the preference DATA_LOSS.

        Raises peewee.OperationalError, and StartError for a file from a newer program version.
        """
        self._bind()
        await self._call(self._open, traces)

    async def remove_backups(self) -> None:
        """Remove an upgrade's copies, which contain what the owner has deleted since."""
        await self._call(remove_backups, self._database)

    def _open(self, traces: Path) -> None:
        self._recover()
        self._connect()
        try:
            replace(SCHEMA, create=partial(_create, traces)).apply(self._database)
        except SchemaVersionError as error:
            detail = (
                f"{self._path}: a newer version of this program wrote it ({error}); update this one"
            )
            raise StartError(Condition.MISCONFIGURED, ExitCode.MISCONFIGURED, detail) from None

    def _recover(self) -> None:
        try:
            self._connect()
            (verdict,) = self._database.execute_sql("PRAGMA quick_check(1)").fetchone()
        except DatabaseError as error:
            if not is_damage(error):
                raise
            verdict = str(error)
        if verdict != "ok":
            logger.error(
                "The database is damaged (%s): moved it aside and created a new one", verdict
            )
            self._database.close()
            self._path.replace(self._path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _create(traces: Path, database: PeeweeDatabase) -> None:
    create_tables(database)
    if traces.exists():
        logger.error("The database was lost: the owner must send the documents again")
        Preference.create(name=DATA_LOSS, value="untold")
