"""The master's database: SQLite in the state folder, or PostgreSQL by URL."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from peewee import Database as PeeweeDatabase
from peewee import ImproperlyConfigured, OperationalError, ProgrammingError, SqliteDatabase

from master.accounts.migrations import SCHEMA
from master.accounts.models import proxy
from master.accounts.postgresql import LimitedPostgresqlDatabase, describe
from master.errors import DatabaseRefusedError, DatabaseUnavailableError, SettingsError
from master.installation.database_url import DatabaseUrl
from master.settings import SQLITE
from personal_bot.database.connection import ThreadedDatabase
from personal_bot.database.schema import SchemaVersionError

Result = TypeVar("Result")

_INSUFFICIENT_PRIVILEGE = "42501"  # SQLSTATE
_GRANT = "Make its user the owner of the database, or GRANT CREATE ON SCHEMA public TO that user"


class Database(ThreadedDatabase):
    """The database at a URL. The constructor raises SettingsError for an unusable URL."""

    def __init__(self, url: str) -> None:
        database = _make_database(url)
        super().__init__(database, proxy)
        self._limit: Callable[[], AbstractContextManager[None]] = nullcontext
        self._name = f"SQLite in {database.database}"
        if isinstance(database, LimitedPostgresqlDatabase):
            self._limit, self._name = database.limit, str(database.url)

    async def open(self, *, migrating: bool = True) -> None:
        """Connect, create missing tables, and migrate those of an earlier version.

        Raises SettingsError, also for tables of a later version, or of an earlier one unless
        `migrating`; DatabaseUnavailableError and other kinds of peewee.PeeweeException.
        """
        self._bind()
        await self._prepare(self._open, migrating)

    async def check(self) -> None:
        """Connect, and see that `open` could work, without changing anything.

        Raises SettingsError, also for tables of a later version; DatabaseUnavailableError.
        """
        await self._prepare(self._check)

    async def _prepare(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            await self._call(function, *arguments)
        except ImproperlyConfigured:
            reason = "needs the PostgreSQL driver: pip install 'tg-bot-rag[postgresql]'"
            raise SettingsError("DATABASE_URL", reason) from None
        except SchemaVersionError as error:
            raise SettingsError("DATABASE_URL", _explain(error)) from None
        except DatabaseRefusedError as error:
            raise SettingsError("DATABASE_URL", str(error)) from None

    def _open(self, migrating: bool) -> None:
        with self._explaining():
            with self._limit():  # of no migration, but of the wait for a pooler
                self._connect()
                SCHEMA.check(self._database)
            SCHEMA.apply(self._database, migrating=migrating)

    def _check(self) -> None:
        with self._explaining(), self._limit():
            self._connect()
            with self._database.atomic():
                is_new = SCHEMA.check(self._database) is None
                if is_new and not _may_create_tables(self._database):
                    raise DatabaseRefusedError(f"{self._name}: no table may be created. {_GRANT}")

    def _run(self, query: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        with self._explaining(), self._limit():
            return super()._run(query, arguments)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Name the database in its errors. Raises DatabaseUnavailableError instead of peewee's."""
        try:
            yield
        except DatabaseUnavailableError:
            raise
        except OperationalError as error:
            raise DatabaseUnavailableError(f"{self._name}: {describe(error)}") from error
        except ProgrammingError as error:
            original = getattr(error, "orig", None)
            if getattr(original, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
                raise
            raise DatabaseRefusedError(f"{self._name}: {describe(error)}. {_GRANT}") from error


def _make_database(url: str) -> SqliteDatabase | LimitedPostgresqlDatabase:
    if url.startswith(SQLITE):
        return SqliteDatabase(
            url.removeprefix(SQLITE),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "busy_timeout": 20_000,  # milliseconds; long, as requests are not retried
            },
        )
    try:
        return LimitedPostgresqlDatabase(DatabaseUrl.parse(url))
    except ValueError as error:
        raise SettingsError("DATABASE_URL", str(error)) from None


def _may_create_tables(database: PeeweeDatabase) -> bool:
    if not isinstance(database, LimitedPostgresqlDatabase):
        return True  # what opens a file may write it
    query = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    execute: Any = database.execute_sql
    return bool(execute(query).fetchone()[0])


def _explain(error: SchemaVersionError) -> str:
    if error.is_newer:
        return (
            f"a newer version of this program wrote the database ({error}): update the program, "
            "or restore a backup"
        )
    return f"an earlier version of this program wrote the database ({error}): run deploy/up"
