"""The master's database: SQLite in the state folder, or PostgreSQL by URL."""

from peewee import Database as PeeweeDatabase
from peewee import ImproperlyConfigured, PostgresqlDatabase, SqliteDatabase
from playhouse.db_url import connect

from master.accounts.migrations import SCHEMA
from master.accounts.models import proxy
from master.errors import SettingsError
from personal_bot.database.connection import ThreadedDatabase
from personal_bot.database.schema import SchemaVersionError

# PostgreSQL only: seconds to connect; milliseconds per query, and for TCP data left unacknowledged.
_TIMEOUTS = {
    "connect_timeout": 10,
    "options": "-c statement_timeout=20000",
    "tcp_user_timeout": 20_000,
}


class Database(ThreadedDatabase):
    """The database at a URL. The constructor raises SettingsError for an unusable URL."""

    def __init__(self, url: str) -> None:
        super().__init__(_connect(url), proxy)

    async def open(self, *, migrating: bool = True) -> None:
        """Connect, create missing tables, and migrate those of an earlier version.

        Raises SettingsError, also for tables of a later version, or of an earlier one unless
        `migrating`; peewee.PeeweeException.
        """
        self._bind()
        try:
            await self._call(self._open, migrating)
        except ImproperlyConfigured:
            reason = "needs the PostgreSQL driver: pip install 'tg-bot-rag[postgresql]'"
            raise SettingsError("DATABASE_URL", reason) from None
        except SchemaVersionError as error:
            raise SettingsError("DATABASE_URL", _explain(error)) from None

    def _open(self, migrating: bool) -> None:
        self._connect()
        SCHEMA.apply(self._database, migrating=migrating)


def _explain(error: SchemaVersionError) -> str:
    if error.is_newer:
        return (
            f"a newer version of this program wrote the database ({error}): update the program, "
            "or restore a backup"
        )
    return f"an earlier version of this program wrote the database ({error}): run deploy/up"


def _connect(url: str) -> PeeweeDatabase:
    scheme, _, path = url.partition("://")
    if scheme == "sqlite":
        return SqliteDatabase(
            path.removeprefix("/"),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "busy_timeout": 20_000,  # milliseconds; long, as requests are not retried
            },
        )
    try:
        database = connect(
            url, unquote_password=True, unquote_user=True, prefer_psycopg3=True, **_TIMEOUTS
        )
    except (RuntimeError, ValueError, TypeError):
        # Their messages quote the URL, including the password.
        raise SettingsError("DATABASE_URL", "is not the address of a database") from None
    if not isinstance(database, PostgresqlDatabase):
        raise SettingsError("DATABASE_URL", "must be SQLite's or PostgreSQL's")
    return database
