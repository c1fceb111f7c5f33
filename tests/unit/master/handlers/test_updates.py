"""The master answers only people, in private chats, within the rate limit."""

import asyncio

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import SendMessage
from aiogram.types import Update

from master.accounts.models import User
from personal_bot.contract.rate_limit import BURST
from tests.unit.master.conftest import KEY, TOKEN

GROUP = {"id": -100123, "type": "supergroup", "title": "Group"}


@pytest.mark.parametrize("text", ["/start", "/delete", TOKEN, "hello"])
async def test_a_group_gets_no_answer(mira, text):
    await mira.says(text, chat=GROUP)
    assert mira.harness.telegram.shown == {}
    assert mira.harness.telegram.deleted == []


async def test_a_channel_post_gets_no_answer(mira):
    post = mira.message(1, "/start", chat={"id": -5, "type": "channel", "title": "C"})
    await mira.harness.feed({"update_id": 1, "channel_post": post})
    assert mira.harness.telegram.shown == {}


async def test_an_edited_message_is_ignored(mira):
    edited = {**mira.message(1, TOKEN), "edit_date": 5}
    await mira.harness.feed({"update_id": 1, "edited_message": edited})
    assert mira.harness.telegram.shown == {}


async def test_another_bot_gets_no_answer(mira):
    await mira.says("/start", **{"from": {"id": 5, "is_bot": True, "first_name": "Bot"}})
    assert mira.harness.telegram.shown == {}
    assert await mira.harness.database.run(User.select().count) == 0


async def test_a_forwarded_command_is_not_obeyed(mira):
    await mira.onboards()
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Someone"}
    await mira.says("/stop", forward_origin=origin)
    assert mira.harness.manager.cards[mira.user_id].active
    assert "forwarded" in mira.last.text


async def test_a_flood_gets_one_polite_line_and_then_silence(mira):
    for _ in range(BURST + 10):
        await mira.says("/help")
    assert len(mira.replies) == BURST + 1
    assert "wait a minute" in mira.last.text


async def test_what_a_killed_master_has_left_is_done_whatever_the_pace(mira, make_harness):
    """Pending updates skip the rate limit, because they passed it when they arrived."""
    updates = [
        Update(update_id=number, message=mira.message(number, "/help"))
        for number in range(1, BURST + 6)
    ]
    await mira.harness.inbox.record(updates)
    successor = await make_harness()
    await successor.dispatcher.start_pending(successor.bot)
    assert await successor.dispatcher.drain(5) == 0
    assert len(successor.telegram.shown) == len(updates)
    assert not [s for s in successor.telegram.shown.values() if "wait a minute" in s.text]


async def test_one_persons_flood_does_not_silence_another(mira, oleg):
    for _ in range(BURST + 2):
        await mira.says("/help")
    await oleg.says("/help")
    assert "Как это устроено" in oleg.last.text


async def test_a_secret_is_deleted_even_in_a_flood(mira):
    for _ in range(BURST + 1):
        await mira.says("/help")
    message_id = await mira.says(KEY)
    assert mira.harness.telegram.deleted == [message_id]


async def test_a_secret_is_deleted_while_a_long_step_is_under_way(mira, monkeypatch):
    entered, release = asyncio.Event(), asyncio.Event()

    async def wait(_: str) -> None:
        entered.set()
        await release.wait()

    monkeypatch.setattr(mira.harness.services, "check_key", wait)
    await mira.says("/start")
    await mira.says(TOKEN)
    first = asyncio.create_task(mira.says(KEY))
    await entered.wait()
    second = asyncio.create_task(mira.says(KEY))
    while len(mira.harness.telegram.deleted) < 3:
        await asyncio.sleep(0)
    release.set()
    await asyncio.gather(first, second)


async def test_a_person_who_blocked_the_master_is_no_error(mira, caplog):
    mira.harness.telegram.fail[SendMessage] = [TelegramForbiddenError]
    await mira.says("/start")
    assert [record.levelname for record in caplog.records if record.name.startswith("master")] in (
        [],
        ["INFO"],
    )


async def test_running_handlers_finish_before_the_end(mira, monkeypatch):
    entered = asyncio.Event()

    async def check(_: str) -> None:
        entered.set()
        await asyncio.sleep(0.01)

    monkeypatch.setattr(mira.harness.services, "check_key", check)
    await mira.says("/start")
    await mira.says(TOKEN)
    work = mira.harness.start(mira.update(next(mira.ids), KEY))
    await entered.wait()
    assert await mira.harness.dispatcher.drain(5) == 0
    assert "is running" in mira.last.text
    await work


async def test_a_handler_that_takes_too_long_is_cancelled_at_the_end(mira, monkeypatch):
    entered = asyncio.Event()

    async def hang(_: str) -> None:
        entered.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(mira.harness.services, "check_key", hang)
    await mira.says("/start")
    await mira.says(TOKEN)
    work = mira.harness.start(mira.update(next(mira.ids), KEY))
    await entered.wait()
    assert await mira.harness.dispatcher.drain(0.01) == 1
    with pytest.raises(asyncio.CancelledError):
        await work


@pytest.mark.parametrize("language", [None, "", "pt-br", "ru-RU", "xx", "zh-hans"])
async def test_any_language_code_is_answered(mira, language):
    mira.language = language
    await mira.says("/help")
    assert ("Как это устроено" if language == "ru-RU" else "How it works") in mira.last.text


async def test_a_sticker_or_file_is_answered_with_what_to_do(mira):
    sticker = {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf"}
    message = mira.message(1, "", document=sticker)
    del message["text"]
    await mira.harness.feed({"update_id": 1, "message": message})
    assert "/start" in mira.last.text
