"""The tables of one bot: documents, jobs, conversation and preferences."""

import time
from enum import StrEnum
from functools import cache
from typing import Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CompositeKey,
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
    """An indexed file. `pages` is 0 for a format without pages."""

    document_id = AutoIncrementField()  # never reused: a button may outlive its document
    name = TextField(unique=True)
    sha256 = TextField(index=True)
    size = IntegerField()  # bytes
    pages = IntegerField()
    passages = IntegerField()
    chat_id = BigIntegerField()
    message_id = BigIntegerField()  # the upload, for a reply that shows a source
    indexed_at = FloatField(default=time.time)  # Unix time, seconds
    # Defaults of the database, because migrations add these columns to existing rows.
    file_id = TextField(default="", constraints=[SQL("DEFAULT ''")])  # empty if not known
    reading = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])  # documents.reports.READING
    report = TextField(default="", constraints=[SQL("DEFAULT ''")])  # documents.reports.Report
    former = TextField(default="", constraints=[SQL("DEFAULT ''")])  # records.FormerUpload
    pinned_at = FloatField(null=True)  # Unix time, seconds; None unless questions are about it


class Job(Record):
    """Work that was received and is not finished yet; it survives a restart.

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
    """An update that was recorded as a job, kept for a while after the job is done.

    Telegram delivers an update again when the request that acknowledges it is lost.
    """

    update_id = BigIntegerField(primary_key=True)
    received_at = FloatField(default=time.time, index=True)


class Outcome(Record):
    """The outcome of one file, kept while other files of its progress message are in progress."""

    job_id = IntegerField(primary_key=True)
    chat_id = BigIntegerField()
    reply_id = BigIntegerField(index=True)  # the progress message
    text = TextField()
    document_ids = TextField(default="[]", constraints=[SQL("DEFAULT '[]'")])  # JSON


class Placeholder(Record):
    """The newest placeholder message in a chat. `after` is set while another one is being sent."""

    chat_id = BigIntegerField(primary_key=True)
    newest = BigIntegerField(default=0)  # message_id
    after = BigIntegerField(null=True)  # message_id; the one being sent gets a higher id


class UploadProgress(Record):
    """An upload whose progress a message of the bot has shown, for replies to that message."""

    progress_id = BigIntegerField()  # message_id of the bot's message
    upload_id = BigIntegerField()  # Document.message_id

    class Meta:
        primary_key = CompositeKey("progress_id", "upload_id")


class CardMessage(Record):
    """A message that shows the card of a document, for replies to it: its buttons may be gone."""

    message_id = BigIntegerField(primary_key=True)
    document_id = IntegerField()  # no foreign key: a reply to a deleted document's card is told so


class ExchangeStatus(StrEnum):
    """What may be done with an exchange.

    CURRENT belongs to the conversation; PAST belongs to an earlier one, and only a reply to it
    brings it back. REPLACED was rated before another answer took its place; only the export has it.
    WITHDRAWN was made from a document that has been deleted or replaced since: its texts are empty.
    UNANSWERED is a question whose message says why it has no answer.
    """

    CURRENT = "current"
    PAST = "past"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


class Rating(StrEnum):
    """What the owner thinks of an answer."""

    GOOD = "good"
    BAD = "bad"


class Exchange(Record):
    """A question and its answer, kept for follow-up questions, replies, edits and the export."""

    exchange_id = AutoField()
    question = TextField()
    answer = TextField()
    answered_at = FloatField(default=time.time)
    status = TextField(default=ExchangeStatus.CURRENT, constraints=[SQL("DEFAULT 'current'")])
    question_id = BigIntegerField(null=True)  # message_id of the question
    # JSON of answers.references.RepliedMessage; empty if the question replies to nothing
    replied_to = TextField(default="", constraints=[SQL("DEFAULT ''")])
    rating = TextField(default="", constraints=[SQL("DEFAULT ''")])  # Rating, or empty
    rated_at = FloatField(null=True)  # Unix time, seconds


class ExchangeMessage(Record):
    """A message that shows a part of an answer, or one of its sources."""

    message_id = BigIntegerField(primary_key=True)
    exchange = ForeignKeyField(Exchange, backref="messages", on_delete="CASCADE")
    part = IntegerField(null=True)  # from 0; None if the message shows a source


class ExchangeDocument(Record):
    """A document version that the model was given for an answer, itself or through the history."""

    exchange = ForeignKeyField(Exchange, backref="documents", on_delete="CASCADE")
    version = TextField(index=True)  # Document.sha256


class Citation(Record):
    """A numbered passage under an answer, for the button that shows it."""

    exchange = ForeignKeyField(Exchange, backref="citations", null=True, on_delete="SET NULL")
    citation_id = AutoIncrementField()  # never reused either
    number = IntegerField()
    document_name = TextField()
    page = IntegerField(null=True)
    quote = TextField()
    chat_id = BigIntegerField()
    message_id = BigIntegerField()  # the upload
    version = TextField(default="", constraints=[SQL("DEFAULT ''")])  # Document.sha256
    passage = IntegerField(null=True)  # its position in the document, from 0; None if not known


class Calculation(Record):
    """A calculation from tables that an answer was made from."""

    calculation_id = AutoIncrementField()
    exchange = ForeignKeyField(Exchange, backref="calculations", on_delete="CASCADE")
    content = TextField()  # JSON of answers.calculations.Calculation


class Note(Record):
    """A reply of the chat model about a part of a document, kept so that it is paid for once.

    `fingerprint` is the hash of the whole request, `finish_reason` OpenAI's.
    """

    note_id = AutoField()
    fingerprint = TextField(unique=True)
    text = TextField()
    finish_reason = TextField()


class NoteDocument(Record):
    """A document version that a note was made from."""

    note = ForeignKeyField(Note, backref="documents", on_delete="CASCADE")
    version = TextField(index=True)  # Document.sha256


class Preference(Record):
    """A named value, e.g. the language that the owner has chosen."""

    name = TextField(primary_key=True)
    value = TextField()


MODELS: list[type[Record]] = [
    Document,
    Job,
    ReceivedUpdate,
    Outcome,
    Placeholder,
    UploadProgress,
    CardMessage,
    Exchange,
    ExchangeMessage,
    ExchangeDocument,
    Citation,
    Calculation,
    Note,
    NoteDocument,
    Preference,
]


@cache
def list_tables() -> tuple[str, ...]:
    """Return the SQL statements that create the tables and indexes.

    Cached: generating them costs 0.7 MB, which bots share if the fork server has done it.
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


def create_missing_tables(database: Database) -> None:
    """Create the tables that an earlier schema lacks; a step of its migration."""
    database.create_tables([UploadProgress, ExchangeMessage, ExchangeDocument], safe=False)
