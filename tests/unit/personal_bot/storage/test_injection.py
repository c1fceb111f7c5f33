"""Text from people and services is never part of an SQL query or of a host name."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from aiogram.client.telegram import TelegramAPIServer
from hypothesis import example, given
from hypothesis import strategies as st
from peewee import SqliteDatabase

from personal_bot.documents import quotas
from personal_bot.jobs import queue as jobs
from personal_bot.storage.models import MODELS, Document, Job, list_tables, proxy

TOKEN = "1000000001:" + "x" * 35
# Some SQLite functions end a text at NUL; names contain none, see normalize_name.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@pytest.fixture(scope="module")
def database() -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(":memory:")
    proxy.initialize(database)
    database.connect()
    for statement in list_tables():
        database.execute_sql(statement)
    yield database
    database.close()


def add(name: str, version: str) -> None:
    Document.create(name=name, sha256=version, size=1, pages=0, passages=1, chat_id=1, message_id=1)


@example(name="%", other="anything")
@example(name="_", other="x")
@example(name="'; DROP TABLE document; --", other="a.pdf")
@given(name=NAMES, other=NAMES)
def test_a_name_finds_the_file_of_that_name_and_no_other(database, name, other):
    with database.atomic() as transaction:
        add(name, "1")
        if other != name:
            add(other, "2")
        assert [found.sha256 for found in Document.select().where(Document.name == name)] == ["1"]
        beside = quotas._measure_usage(quotas._is_beside(name))
        assert beside.documents == (other != name and not other.startswith(f"{name}/"))
        transaction.rollback()
    assert all(table.table_exists() for table in MODELS)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), group=st.text(max_size=20))
def test_a_question_comes_back_as_it_was_asked(database, text, group):
    intake = jobs.NewJob(1, jobs.JobKind.QUESTION, 1, 1, {"text": text, "group": group})
    with database.atomic() as transaction:
        jobs.insert_jobs([intake])
        found = jobs._next([jobs.JobKind.QUESTION])
        assert found is not None
        assert json.loads(found.payload) == {"text": text, "group": group}
        assert Job.select().count() == 1
        transaction.rollback()


@example(path="//evil.example/a")
@example(path="http://evil.example/a")
@example(path="@evil.example/a")
@example(path="../../../a")
@given(path=st.text())
def test_a_download_asks_nobody_but_the_server_of_the_bot(path):
    server = TelegramAPIServer.from_base("https://api.telegram.org")
    assert urlsplit(server.file_url(TOKEN, path)).netloc == "api.telegram.org"
