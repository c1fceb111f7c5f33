"""The master's tables: users, bots, notices, operators' actions, conversations, updates."""

import time

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    DatabaseProxy,
    DoubleField,
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
    """A user of the master. `language` is the one they chose, None until they choose."""

    user_id = BigIntegerField(primary_key=True)
    language = TextField(null=True)
    telegram_language = TextField(null=True)
    created_at = DoubleField(default=time.time)  # Unix time, seconds

    class Meta:
        table_name = "users"  # "user" is a reserved word in PostgreSQL


class Bot(Record):
    """A user's bot. `active` is whether it should run, regardless of its present state."""

    user = ForeignKeyField(User, primary_key=True, backref="bots", on_delete="RESTRICT")
    user_id: int  # from peewee: the foreign key's value, without a query
    bot_id = BigIntegerField(unique=True)
    username = TextField()
    name = TextField()
    token = TextField()  # encrypted
    openai_key = TextField()  # encrypted
    host = TextField()  # the host on which it runs
    active = BooleanField(default=True)
    deleting = BooleanField(default=False)  # a deletion was started and must be finished
    created_at = DoubleField(default=time.time)


class Notice(Record):
    """A condition that the master reported to a bot's owner since the bot last ran well."""

    bot = ForeignKeyField(Bot, on_delete="CASCADE")
    bot_id: int
    condition = TextField()
    told_at = DoubleField(default=time.time)

    class Meta:
        primary_key = CompositeKey("bot", "condition")


class OperatorAction(Record):
    """What an operator last did to a user's bot, until the owner acts on it.

    `username` is the bot's, whose row a deletion removes. `told`: whether the owner knows.
    """

    user = ForeignKeyField(User, primary_key=True, on_delete="CASCADE")
    user_id: int
    kind = TextField()
    username = TextField()
    at = DoubleField()
    told = BooleanField(default=False)


class FsmState(Record):
    """The state of a user's conversation with the master. `data` is encrypted JSON."""

    key = TextField(primary_key=True)
    state = TextField(null=True)
    data = TextField(null=True)


class ReceivedUpdate(Record):
    """An update from Telegram. `text` is encrypted JSON until it has been handled, then None."""

    update_id = BigIntegerField(primary_key=True)
    text = TextField(null=True)
    reply_id = BigIntegerField(null=True)  # the message that answers the update
    attempts = IntegerField(default=0)  # how often a restarted master tried to handle it


MODELS: list[type[Record]] = [User, Bot, Notice, OperatorAction, FsmState, ReceivedUpdate]
