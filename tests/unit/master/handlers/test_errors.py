"""Users are told when the database is away; operators read which one."""

import logging

import pytest

from master.accounts import users
from master.errors import DatabaseUnavailableError

NAMED = "PostgreSQL at db.example:5432 (database bots, user keeper): the connection is lost"


def refuse(*_: object) -> None:
    raise DatabaseUnavailableError(NAMED)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.WARNING)
    return lambda: [record.getMessage() for record in caplog.records]


async def test_a_database_that_is_away_is_told_and_named_in_one_line(
    harness, oleg, monkeypatch, lines, caplog
):
    await oleg.onboards()
    monkeypatch.setattr(harness.manager, "status", refuse)
    update_id = await oleg.says("/status")
    assert "База данных" in oleg.last.text
    assert lines() == [f"Update {update_id} failed: {NAMED}"]
    assert caplog.records[0].exc_info is None


async def test_it_is_told_even_if_the_user_cannot_be_looked_up(mira, monkeypatch, lines):
    monkeypatch.setattr(users, "_remember", refuse)
    update_id = await mira.says("/status")
    assert "database is not responding" in mira.last.text
    assert lines() == [f"Update {update_id} failed: {NAMED}"]
