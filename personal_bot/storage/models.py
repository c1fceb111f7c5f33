"""What one bot remembers: documents, conversation, pending work and choices of its owner."""

import time
from functools import cache
from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    Database,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)
from playhouse.sqlite_ext import AutoIncrementField

from personal_bot.database.connection import Record as BaseRecord

proxy = DatabaseProxy()


class Record(BaseRecord):
    class Meta:
        database = proxy


class Document(Record):
    """A file that was indexed. `pages` is 0 where the format has none."""

    document_id = AutoIncrementField()  # never given again: a button may outlive its document
    name = TextField(unique=True)
    sha256 = TextField(index=True)
    size = IntegerField()  # bytes
    pages = IntegerField()
    passages = IntegerField()
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


class ReceivedUpdate(Record):
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


class Placeholder(Record):
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
    ReceivedUpdate,
    Outcome,
    Placeholder,
    Exchange,
    Citation,
    Preference,
]


@cache
def list_tables() -> tuple[str, ...]:
    """Return the SQL that creates tables and indexes.

    peewee writes it once: 0.7 MB of a bot, which shares it if the fork server has written it.
    """
    schemas: list[Any] = [getattr(model, "_schema") for model in MODELS]  # noqa: B009
    contexts = [
        context
        for schema in schemas
        for context in (schema._create_table(safe=False), *schema._create_indexes(safe=False))  # noqa: SLF001
    ]
    return tuple(context.query()[0] for context in contexts)


def create_tables(database: Database) -> None:
    for statement in list_tables():
        database.execute_sql(statement)
