import asyncio

import pytest
from aiogram.exceptions import TelegramConflictError, TelegramUnauthorizedError
from aiogram.types import Update

from tests.unit.sandbox.conftest import MASTER_TOKEN, USER


async def poll_in_background(bot, **options):
    """Start a long poll, and let it reach the sandbox."""
    poll = asyncio.create_task(bot.get_updates(timeout=30, **options))
    for _ in range(3):
        await bot.get_me()
    return poll


async def test_a_message_reaches_its_bot_as_aiogram_expects(sandbox, bot):
    await sandbox.say("/start now", language_code="ru", first_name="Анна")
    [update] = await bot.get_updates(timeout=5)
    message = update.message
    assert (message.text, message.chat.type, message.from_user.first_name) == (
        "/start now",
        "private",
        "Анна",
    )
    assert message.from_user.language_code == "ru"
    assert [(one.type, one.length) for one in message.entities] == [("bot_command", 6)]


async def test_updates_come_again_until_they_are_confirmed(sandbox, bot):
    await sandbox.say("one")
    await sandbox.say("two")
    first = await bot.get_updates(timeout=5)
    assert await bot.get_updates(timeout=5) == first
    assert await bot.get_updates(offset=first[0].update_id + 1) == first[1:]
    assert await bot.get_updates(offset=first[1].update_id + 1) == []
    assert await bot.get_updates() == []


async def test_a_negative_offset_keeps_only_the_last_updates(sandbox, bot):
    for text in ("one", "two", "three"):
        await sandbox.say(text)
    assert [one.message.text for one in await bot.get_updates(offset=-1)] == ["three"]
    assert len(await bot.get_updates()) == 1


async def test_no_more_updates_come_than_the_limit(sandbox, bot):
    for text in ("one", "two", "three"):
        await sandbox.say(text)
    assert len(await bot.get_updates(limit=2)) == 2


async def test_a_long_poll_ends_with_the_next_message(sandbox, met):
    poll = await poll_in_background(met)
    assert not poll.done()
    await sandbox.say("hello")
    [update] = await asyncio.wait_for(poll, 5)
    assert update.message.text == "hello"


async def test_a_long_poll_without_news_ends_empty(met):
    assert await met.get_updates(timeout=1) == []


async def test_the_older_of_two_pollers_gets_409(sandbox, met):
    older = await poll_in_background(met)
    newer = await poll_in_background(sandbox.bot())
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(older, 5)
    await sandbox.say("hello")
    assert len(await asyncio.wait_for(newer, 5)) == 1


async def test_bots_do_not_see_each_others_updates(sandbox, bot):
    other = sandbox.bot(await sandbox.make_bot())
    await sandbox.say("for the master")
    assert await other.get_updates() == []
    assert len(await bot.get_updates()) == 1


async def test_unwanted_kinds_are_not_queued(sandbox, met):
    await met.get_updates(allowed_updates=["callback_query"])
    await sandbox.say("unwanted")
    assert await met.get_updates() == []
    await met.get_updates(allowed_updates=[])
    await sandbox.say("wanted")
    assert len(await met.get_updates()) == 1


async def test_a_dropped_webhook_can_drop_what_waits(sandbox, bot):
    await sandbox.say("one")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_an_unknown_token_gets_401(sandbox):
    with pytest.raises(TelegramUnauthorizedError):
        await sandbox.bot("123456789:" + "x" * 35).get_me()


async def test_a_token_that_is_none_gets_404(sandbox):
    status, body = await sandbox.ask("GET", "/botnonsense/getMe")
    assert (status, body) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


async def test_an_unknown_method_gets_404(sandbox):
    status, body = await sandbox.ask("GET", f"/bot{MASTER_TOKEN}/makeCoffee")
    assert (status, body["description"]) == (404, "Not Found: method not found")


async def test_a_method_of_telegram_that_the_sandbox_lacks_says_so(sandbox):
    status, body = await sandbox.ask("GET", f"/bot{MASTER_TOKEN}/sendDice")
    assert (status, body["description"]) == (501, "Not Implemented: the sandbox has no sendDice")


async def test_method_names_have_no_case(sandbox):
    assert (await sandbox.do("GET", f"/bot{MASTER_TOKEN}/GETME"))["result"]["is_bot"]


async def test_a_revoked_token_ends_its_poll_with_401(sandbox):
    token = await sandbox.make_bot("papers_bot")
    bot = sandbox.bot(token)
    poll = await poll_in_background(bot)
    new = (await sandbox.do("DELETE", "/client/bots", json={"token": token}))["token"]
    with pytest.raises(TelegramUnauthorizedError):
        await asyncio.wait_for(poll, 5)
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()
    assert (await sandbox.bot(new).get_me()).username == "papers_bot"


async def test_a_raw_update_arrives_as_it_stands(sandbox, bot):
    update = {"update_id": 5, "message": {"message_id": "not a number"}}
    await sandbox.do("POST", "/client/updates", json={"bot": "master_bot", "update": update})
    body = await sandbox.do("GET", f"/bot{MASTER_TOKEN}/getUpdates")
    [raw] = body["result"]
    assert raw["message"] == {"message_id": "not a number"}


async def test_every_kind_of_update_is_valid(sandbox, met):
    message = await met.send_message(
        USER, "choose", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    )
    sent = await sandbox.say("reply", reply_to_message_id=message.message_id)
    edit = {"user_id": USER, "bot": "master_bot", "message_id": sent, "text": "edited"}
    await sandbox.do("PUT", "/client/messages", json=edit)
    await sandbox.tap(message.message_id, "b")
    await sandbox.send_files(("a.txt", b"a"), ("b.txt", b"b"), caption="both")
    await sandbox.say("/hi", chat_id=-5, chat_type="supergroup", title="Club")
    for blocked in (True, False):
        block = {"user_id": USER, "bot": "master_bot", "blocked": blocked}
        await sandbox.do("POST", "/client/blocks", json=block)
    raw = (await sandbox.do("GET", f"/bot{MASTER_TOKEN}/getUpdates"))["result"]
    updates = [Update.model_validate(one, extra="forbid") for one in raw]
    assert [one.event_type for one in updates] == [
        "message",
        "edited_message",
        "callback_query",
        "message",
        "message",
        "message",
        "my_chat_member",
        "my_chat_member",
    ]
    assert updates[0].message.reply_to_message.text == "choose"
    assert updates[3].message.media_group_id == updates[4].message.media_group_id
    assert updates[5].message.chat.title == "Club"
