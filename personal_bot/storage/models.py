"""What one bot remembers: documents, conversation, pending work and choices of its owner."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from peewee import (
    AutoField,
    BigIntegerField,
    DatabaseError,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    ModelDelete,
    SqliteDatabase,
    TextField,
)
from playhouse.sqlite_ext import AutoIncrementField

logger = logging.getLogger(__name__)

LOSS = "loss"
"""Preference: a database was lost and the owner has not been told yet."""

Result = TypeVar("Result")

proxy = DatabaseProxy()


class Record(Model):
    class Meta:
        database = proxy
        legacy_table_names = False

    if TYPE_CHECKING:
        # types-peewee declares it by a generic attribute, which mypy refuses on a class.
        @classmethod
        def delete(cls) -> ModelDelete: ...


class Document(Record):
    """A file that was indexed. `pages` is 0 where the format has none."""

    document_id = AutoIncrementField()  # never given again: a button may outlive its document
    name = TextField(unique=True)
    sha256 = TextField(index=True)
    size = IntegerField()  # bytes
    pages = IntegerField()
    chunks = IntegerField()
    chat_id = BigIntegerField()
    message_id = BigIntegerField()  # the upload, to reply to when a source is asked for
    indexed_at = FloatField(default=time.time)  # Unix time, seconds


class Job(Record):
    """Work that was received and is not answered yet; it outlives the process.

    `update_id` is unique: an update that Telegram delivers again is not recorded twice.
    """

    job_id = AutoField()
    update_id = BigIntegerField(unique=True)
    kind = TextField()  # JobKind
    chat_id = BigIntegerField()
    message_id = BigIntegerField()
    payload = TextField()  # JSON
    reply_id = BigIntegerField(null=True)  # the message that shows progress or the answer
    attempts = IntegerField(default=0)
    received_at = FloatField(default=time.time)


class Received(Record):
    """An update that was recorded as a job, remembered for a while after the job is done.

    Telegram delivers an update again when the request that acknowledges it is lost.
    """

    update_id = BigIntegerField(primary_key=True)
    received_at = FloatField(default=time.time, index=True)


class Outcome(Record):
    """What became of one file, kept while others of the same progress message are still at work."""

    job_id = IntegerField(primary_key=True)
    chat_id = BigIntegerField()
    reply_id = BigIntegerField(index=True)  # the progress message
    text = TextField()


class Placement(Record):
    """The newest message placed in a chat. `after` is set while another is being sent."""

    chat_id = BigIntegerField(primary_key=True)
    newest = BigIntegerField(default=0)  # message_id
    after = BigIntegerField(null=True)  # message_id: what is being sent gets a higher one


class Exchange(Record):
    """One question with its answer, as remembered for follow-ups."""

    exchange_id = AutoField()
    question = TextField()
    answer = TextField()
    answered_at = FloatField(default=time.time)


class Citation(Record):
    """A numbered passage under an answer, for the button that shows it."""

    exchange = ForeignKeyField(Exchange, backref="citations", null=True, on_delete="SET NULL")
    citation_id = AutoIncrementField()  # nor this one
    number = IntegerField()
    document_name = TextField()
    page = IntegerField(null=True)
    quote = TextField()
    chat_id = BigIntegerField()
    message_id = BigIntegerField()  # the upload


class Preference(Record):
    """A choice of the owner, e.g. the language."""

    name = TextField(primary_key=True)
    value = TextField()


MODELS: list[type[Record]] = [
    Document,
    Job,
    Received,
    Outcome,
    Placement,
    Exchange,
    Citation,
    Preference,
]


@cache
def list_tables() -> tuple[str, ...]:
    """Return the SQL that creates what is missing of tables and indexes.

    peewee writes it once: 0.7 MB of a bot, which shares it if the fork server has written it.
    """
    schemas: list[Any] = [getattr(model, "_schema") for model in MODELS]  # noqa: B009
    contexts = [
        context
        for schema in schemas
        for context in (schema._create_table(safe=True), *schema._create_indexes(safe=True))  # noqa: SLF001
    ]
    return tuple(context.query()[0] for context in contexts)


def is_damage(error: BaseException) -> bool:
    """Tell whether this error says that the database file is damaged, and not that it refuses."""
    return type(error) is DatabaseError


class Database:
    """The bot's SQLite file, used from one thread of its own so that no query blocks the loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = SqliteDatabase(
            str(path),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",  # a recorded job must outlive a power loss
                "foreign_keys": 1,
                "busy_timeout": 5_000,  # milliseconds
            },
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def open(self, traces: Path) -> None:
        """Open the file, or a new one in place of one that is damaged, which is put aside.

        `traces` are there if there was ever something to remember: a new database beside them has
        lost it, and remembers that as the preference LOSS. Raises peewee.OperationalError.
        """
        proxy.initialize(self._database)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._mend)
        await self.run(self._prepare, traces)

    async def run(self, query: Callable[..., Result], *arguments: Any) -> Result:
        """Run a function of queries in one transaction on the database's thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._run, query, arguments
        )

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._database.close)
        self._thread.shutdown()

    def _mend(self) -> None:
        try:
            self._database.connect(reuse_if_open=True)
            (verdict,) = self._database.execute_sql("PRAGMA quick_check(1)").fetchone()  # type: ignore[no-untyped-call]
        except DatabaseError as error:
            if not is_damage(error):
                raise
            verdict = str(error)
        if verdict != "ok":
            logger.error("The database is damaged (%s): put aside, begun anew", verdict)
            self._database.close()
            self._path.replace(self._path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _prepare(self, traces: Path) -> None:
        is_new = not self._database.get_tables()
        connection: Any = self._database.connection()  # type: ignore[no-untyped-call]
        for statement in list_tables():
            connection.execute(statement)
        if is_new and traces.exists():
            logger.error("The database was lost: the documents of this bot must be sent again")
            Preference.create(name=LOSS, value="untold")

    def _run(self, query: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        self._database.connect(reuse_if_open=True)
        with self._database.atomic():
            return query(*arguments)
