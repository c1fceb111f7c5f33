"""What the master remembers: people, their bots, and where each conversation stands."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    ImproperlyConfigured,
    IntegerField,
    Model,
    ModelDelete,
    PostgresqlDatabase,
    SqliteDatabase,
    TextField,
)
from peewee import Database as PeeweeDatabase
from playhouse.db_url import connect

from master.errors import SettingsError

Result = TypeVar("Result")

# Of a server: seconds to connect; milliseconds for a query, and for a network that swallows it.
_TIMEOUTS = {
    "connect_timeout": 10,
    "options": "-c statement_timeout=20000",
    "tcp_user_timeout": 20_000,
}

proxy = DatabaseProxy()


class Record(Model):
    class Meta:
        database = proxy
        legacy_table_names = False

    if TYPE_CHECKING:
        # types-peewee declares it by a generic attribute, which mypy refuses on a class.
        @classmethod
        def delete(cls) -> ModelDelete: ...


class User(Record):
    """A person at the master. `language` is their choice, None until they choose."""

    user_id = BigIntegerField(primary_key=True)
    language = TextField(null=True)
    telegram_language = TextField(null=True)
    created_at = FloatField(default=time.time)  # Unix time, seconds

    class Meta:
        table_name = "users"  # "user" is a reserved word of PostgreSQL


class Bot(Record):
    """A person's bot. `active` is its owner's wish that it runs, whatever it does at the moment."""

    user = ForeignKeyField(User, primary_key=True, backref="bots", on_delete="RESTRICT")
    user_id: int  # peewee's own: the same without a query for the user
    bot_id = BigIntegerField(unique=True)
    username = TextField()
    name = TextField()
    token = TextField()  # encrypted
    openai_key = TextField()  # encrypted
    host = TextField()  # the machine that runs it
    active = BooleanField(default=True)
    deleting = BooleanField(default=False)  # the deletion began and must be finished
    created_at = FloatField(default=time.time)


class Notice(Record):
    """What a bot's owner was told of it by the master since it last ran well: a condition."""

    bot = ForeignKeyField(Bot, on_delete="CASCADE")
    bot_id: int
    condition = TextField()
    told_at = FloatField(default=time.time)

    class Meta:
        primary_key = CompositeKey("bot", "condition")


class Conversation(Record):
    """Where a person stands in a conversation with the master. `data` is encrypted JSON."""

    key = TextField(primary_key=True)
    state = TextField(null=True)
    data = TextField(null=True)


class Incoming(Record):
    """An update of Telegram. `text` is encrypted JSON until it was handled, then None."""

    update_id = BigIntegerField(primary_key=True)
    text = TextField(null=True)
    screen_id = BigIntegerField(null=True)  # the message that answers it
    attempts = IntegerField(default=0)  # by masters that were started after it came


MODELS: list[type[Record]] = [User, Bot, Notice, Conversation, Incoming]


class Database:
    """SQLite or PostgreSQL by URL, used from one thread of its own: no query blocks the loop.

    The constructor raises SettingsError for a URL that names no database it can use.
    """

    def __init__(self, url: str) -> None:
        self._database = _connect(url)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def open(self) -> None:
        """Make the tables that are missing. Raises SettingsError, peewee.PeeweeException."""
        proxy.initialize(self._database)
        try:
            await self.run(self._database.create_tables, MODELS)
        except ImproperlyConfigured:
            reason = "needs PostgreSQL's driver: pip install 'tg-bot-rag[postgresql]'"
            raise SettingsError("DATABASE_URL", reason) from None

    async def run(self, query: Callable[..., Result], *arguments: Any) -> Result:
        """Run a function of queries in one transaction on the database's thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._run, query, arguments
        )

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._database.close)
        self._thread.shutdown()

    def _run(self, query: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        if self._database.is_connection_usable():
            return self._run_connected(query, arguments)
        # A server that went away left a connection that is broken for good.
        self._database.close()
        self._database.connect()
        return self._run_connected(query, arguments)

    def _run_connected(self, query: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        with self._database.atomic():
            return query(*arguments)


def _connect(url: str) -> PeeweeDatabase:
    scheme, _, path = url.partition("://")
    if scheme == "sqlite":
        return SqliteDatabase(
            path.removeprefix("/"),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "busy_timeout": 20_000,  # milliseconds; who waits for an answer has no other try
            },
        )
    try:
        database = connect(  # type: ignore[no-untyped-call]
            url, unquote_password=True, unquote_user=True, prefer_psycopg3=True, **_TIMEOUTS
        )
    except (RuntimeError, ValueError, TypeError):
        # Their words quote the URL, password included.
        raise SettingsError("DATABASE_URL", "is not the address of a database") from None
    if not isinstance(database, PostgresqlDatabase):
        raise SettingsError("DATABASE_URL", "must be SQLite's or PostgreSQL's")
    return database
