"""Schema versions, and the migrations from each version to the next."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peewee import Database, OperationalError, PostgresqlDatabase, SqliteDatabase, Table

Migration = Callable[[Any], None]
"""Changes the tables with the given `playhouse.migrate.SchemaMigrator`."""

_LOCK = 7_203_351  # key of the only PostgreSQL advisory lock that this project takes


class SchemaVersionError(Exception):
    """The program cannot work with this schema version; the database was not changed."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(f"schema {version}, but version {known} is needed")
        self.version = version
        self.known = known

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program wrote the database."""
        return self.version > self.known


@dataclass(frozen=True)
class Schema:
    """The current tables, and the migrations that lead to them.

    `create` creates all tables. `migrations[n]` leads from version n + 1 to n + 2. Version 1 is
    that of program 0.1.0, which recorded no version. `marker` is a table that every version has.
    """

    marker: str
    create: Callable[[Database], None]
    migrations: Sequence[Migration] = ()

    @property
    def version(self) -> int:
        return len(self.migrations) + 1

    def apply(self, database: Database, *, migrating: bool = True) -> None:
        """Create the tables, or migrate those of an earlier version, all or nothing.

        Before a migration, a SQLite file is copied to `<name>.v<version>`; the next call that finds
        nothing to migrate removes the copy. Raises SchemaVersionError for a newer version, and for
        an older one unless `migrating`. Raises peewee.PeeweeException.
        """
        version = self.check(database)
        if version == self.version:
            remove_backups(database)
            return
        if version is not None:
            if not migrating:
                raise SchemaVersionError(version, self.version)
            if isinstance(database, SqliteDatabase):
                _back_up(database, version)
        with _locked(database):
            version = self._find_version(database)  # another process may have been faster
            if version is None:
                self.create(database)
            else:
                self._migrate(database, version)
            _write_version(database, self.version)

    def check(self, database: Database) -> int | None:
        """Return the version of the existing tables, or None if there are none.

        Raises SchemaVersionError for a newer version; peewee.PeeweeException.
        """
        version = self._find_version(database)
        if version is not None and version > self.version:
            raise SchemaVersionError(version, self.version)
        return version

    def _find_version(self, database: Database) -> int | None:
        """Return the version of the existing tables, or None if there are none."""
        with database.atomic():  # time limits are kept only in transactions
            if database.table_exists("schema_version"):
                cursor: Any = database.execute_sql("SELECT version FROM schema_version")
                return int(cursor.fetchone()[0])
            return 1 if database.table_exists(self.marker) else None

    def _migrate(self, database: Database, version: int) -> None:
        from playhouse.migrate import SchemaMigrator  # noqa: PLC0415 - rarely needed

        migrator = SchemaMigrator.from_database(database)
        for migrate in self.migrations[version - 1 :]:
            migrate(migrator)


def remove_backups(database: Database) -> None:
    """Remove the copies from before a migration, once the migrated database has proved itself."""
    if isinstance(database, SqliteDatabase):
        path = Path(database.database)
        for copy in path.parent.glob(f"{path.name}.v*"):
            copy.unlink(missing_ok=True)


def _write_version(database: Database, version: int) -> None:
    database.execute_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    table = Table("schema_version", ("version",)).bind(database)
    table.delete().execute()
    table.insert(version=version).execute()


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    """Open a transaction in which no other process can change the tables."""
    if isinstance(database, PostgresqlDatabase):
        with database.atomic():
            database.execute_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield
    else:
        with database.atomic("EXCLUSIVE"):
            yield


def _back_up(database: SqliteDatabase, version: int) -> None:
    """Copy the file atomically, with mode 0600. Raises OperationalError."""
    path = Path(database.database)
    temporary = path.with_name(f".{path.name}.copy")
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        try:
            database.execute_sql("VACUUM INTO ?", (str(temporary),))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path.with_name(f"{path.name}.v{version}"))
    except OSError as error:
        raise OperationalError(f"cannot back up {path}: {error}") from error
