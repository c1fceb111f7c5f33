import asyncio
import sqlite3
from dataclasses import asdict

import pytest
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import BotCommand

from deploy.sandbox.journal import Journal
from deploy.sandbox.records import Counter, Message, restore
from deploy.sandbox.server import create_app
from tests.unit.sandbox.conftest import MASTER_TOKEN, USER, take_updates


async def everything(sandbox) -> list:
    return [
        await sandbox.read(),
        (await sandbox.do("GET", "/client/chats", params={"user_id": USER}))["chats"],
        (await sandbox.do("GET", "/client/changes", params={"user_id": USER, "since": 0}))[
            "messages"
        ],
    ]


async def test_a_restart_forgets_nothing(sandbox, met):
    await sandbox.send_files(("a.txt", b"content"), caption="file")
    await met.send_message(USER, "<b>hi</b>")
    sent = await met.send_message(
        USER, "?", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    )
    await met.set_my_commands([BotCommand(command="start", description="begin")])
    query_id = await sandbox.tap(sent.message_id, "b")
    token = await sandbox.make_bot("papers_bot")
    before, waiting = await everything(sandbox), await met.get_updates()
    await sandbox.restart()
    assert await everything(sandbox) == before
    assert await met.get_updates() == waiting
    assert (await sandbox.bot(token).get_me()).username == "papers_bot"
    assert await met.answer_callback_query(query_id)
    document = waiting[0].message.document
    assert (await met.download(document)).read() == b"content"


async def test_confirmed_updates_do_not_come_back(sandbox, met):
    await sandbox.restart()
    assert await met.get_updates() == []


async def test_update_and_message_ids_go_on_after_a_restart(sandbox, bot):
    first = await sandbox.say("one")
    [before] = await take_updates(bot)
    await sandbox.restart()
    assert await sandbox.say("two") == first + 1
    [after] = await take_updates(bot)
    assert after.update_id == before.update_id + 1


async def test_revisions_go_on_after_a_restart(sandbox, met):
    await met.send_chat_action(USER, "typing")
    query = {"user_id": USER, "since": 0}
    before = (await sandbox.do("GET", "/client/changes", params=query))["revision"]
    await sandbox.restart()
    await met.send_message(USER, "after")
    query["since"] = before
    news = await sandbox.do("GET", "/client/changes", params=query)
    assert [one["text"] for one in news["messages"]] == ["after"]


async def test_the_master_keeps_its_chats_under_a_new_token(sandbox, met):
    sandbox.master_token = MASTER_TOKEN[:-1] + "x"
    await sandbox.restart()
    with pytest.raises(TelegramUnauthorizedError):
        await met.get_me()
    assert (await sandbox.bot(sandbox.master_token).get_me()).username == "master_bot"
    assert [one["text"] for one in await sandbox.read()] == ["/start"]


async def test_another_bot_can_become_the_master(sandbox, met):
    sandbox.master_token = "777:" + "y" * 35
    await sandbox.restart()
    me = await sandbox.bot(sandbox.master_token).get_me()
    assert (me.id, me.username) == (777, "master_bot")
    assert (await sandbox.ask("GET", f"/bot{MASTER_TOKEN}/getMe"))[0] == 401
    assert await sandbox.read() == []


def test_a_masters_token_must_look_like_one(tmp_path):
    with pytest.raises(ValueError, match="the master's token is not like"):
        create_app(tmp_path, "nonsense")


async def test_what_could_not_be_written_is_written_later(tmp_path):
    journal = Journal(tmp_path / "sandbox.db")
    journal._connection.execute("PRAGMA query_only = 1")
    journal.save(Counter("a", 1))
    with pytest.raises(sqlite3.OperationalError):
        await journal.commit()
    journal._connection.execute("PRAGMA query_only = 0")
    await journal.close()
    again = Journal(tmp_path / "sandbox.db")
    assert list(again.load()) == [Counter("a", 1)]
    await again.close()


async def test_changes_saved_during_a_commit_share_the_next(tmp_path):
    journal = Journal(tmp_path / "sandbox.db")
    journal.save(Counter("a", 1))
    first = asyncio.create_task(journal.commit())
    await asyncio.sleep(0)
    journal.save(Counter("b", 2))
    await asyncio.gather(first, journal.commit())
    journal.save(Counter("c", 3))
    journal.forget(Counter("a"))
    await journal.close()
    again = Journal(tmp_path / "sandbox.db")
    assert sorted(again.load(), key=lambda one: one.key) == [Counter("b", 2), Counter("c", 3)]
    await again.close()


def test_messages_of_earlier_versions_keep_their_documents():
    value = asdict(Message(1, 2, 3, 4, 5, "caption"))
    del value["content"]
    assert restore("Message", {**value, "document": {"file_id": "x"}}).content == {
        "document": {"file_id": "x"}
    }
    assert restore("Message", {**value, "document": None}).content == {}
