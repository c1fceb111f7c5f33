"""A sent notice is remembered until it is forgotten or its bot is deleted."""

import pytest

from master.accounts.database import Database
from master.accounts.models import Bot, User
from master.bots.notice_log import NoticeLog
from master.settings import sqlite_url
from personal_bot.contract import Condition


@pytest.fixture
async def database(tmp_path):
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    await database.run(add_bot, 1)
    yield database
    await database.close()


def add_bot(user_id: int) -> None:
    User.create(user_id=user_id)
    Bot.create(
        user=user_id, bot_id=user_id, username="b", name="B", token="t", openai_key="k", host="h"
    )


async def test_each_condition_is_kept_once_until_it_is_forgotten(database):
    notice_log = NoticeLog(database)
    for condition in (Condition.CRASHED, Condition.CRASHED, Condition.TOKEN_REVOKED):
        await notice_log.record(1, condition)
    assert await notice_log.list_conditions() == {1: {"crashed", "token_revoked"}}
    await notice_log.forget([1])
    assert await notice_log.list_conditions() == {}


async def test_forgetting_one_bot_leaves_the_others(database):
    await database.run(add_bot, 2)
    notice_log = NoticeLog(database)
    await notice_log.record(1, Condition.CRASHED)
    await notice_log.record(2, Condition.CRASHED)
    await notice_log.forget([1])
    await notice_log.forget([])
    assert await notice_log.list_conditions() == {2: {"crashed"}}


async def test_it_goes_with_the_bot_and_comes_for_none_that_is_gone(database):
    notice_log = NoticeLog(database)
    await notice_log.record(1, Condition.CRASHED)
    await database.run(lambda: Bot.delete().execute())
    assert await notice_log.list_conditions() == {}
    await notice_log.record(1, Condition.CRASHED)
    assert await notice_log.list_conditions() == {}
