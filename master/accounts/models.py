"""The tables of the master: people, their bots, and what they have said so far."""

import time

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from personal_bot.database.connection import Record as BaseRecord

proxy = DatabaseProxy()


class Record(BaseRecord):
    class Meta:
        database = proxy


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


class FsmState(Record):
    """Where a person stands in their dialogue with the master. `data` is encrypted JSON."""

    key = TextField(primary_key=True)
    state = TextField(null=True)
    data = TextField(null=True)


class ReceivedUpdate(Record):
    """An update of Telegram. `text` is encrypted JSON until it is handled, then None."""

    update_id = BigIntegerField(primary_key=True)
    text = TextField(null=True)
    reply_id = BigIntegerField(null=True)  # the message that answers it
    attempts = IntegerField(default=0)  # by masters that were started after it came


MODELS: list[type[Record]] = [User, Bot, Notice, FsmState, ReceivedUpdate]
