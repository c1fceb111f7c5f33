import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import EditMessageText

from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.live_messages import LiveMessage

OWNER = 5
METHOD = EditMessageText(chat_id=OWNER, message_id=1, text="x")


@pytest.fixture
def messenger(bot: Bot) -> Messenger:
    return Messenger(bot, first_pause=0, longest_pause=0)


async def test_a_live_message_leaves_out_what_is_overtaken(messenger, telegram) -> None:
    message_id = await messenger.send(OWNER, "…")
    live = LiveMessage(messenger, OWNER, message_id, interval=0.05)
    async with live.updating():
        for number in range(50):
            live.show(f"step {number}")
            await asyncio.sleep(0)
        while telegram.last.text != "step 49":
            await asyncio.sleep(0.01)
    assert len(telegram.last.edits) < 5


async def test_a_live_message_goes_on_after_a_refused_edit(messenger, telegram) -> None:
    message_id = await messenger.send(OWNER, "…")
    telegram.refuse(
        EditMessageText,
        TelegramRetryAfter(METHOD, "Too Many Requests", 0),
        TelegramNetworkError(METHOD, "gone"),
    )
    live = LiveMessage(messenger, OWNER, message_id, interval=0)
    async with live.updating():
        live.show("news")
        while telegram.last.text != "news":
            await asyncio.sleep(0.01)


async def test_no_edit_is_under_way_when_a_live_message_ends(messenger, telegram) -> None:
    message_id = await messenger.send(OWNER, "…")
    live = LiveMessage(messenger, OWNER, message_id, interval=0)
    async with live.updating(typing=True):
        live.show("partial")
    calls = len(telegram.calls)
    await messenger.edit_or_send(OWNER, message_id, "whole")
    await asyncio.sleep(0)
    assert telegram.last.text == "whole"
    assert len(telegram.calls) == calls + 1
