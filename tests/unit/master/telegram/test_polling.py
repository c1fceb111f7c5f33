"""Polling goes on past what cannot be decoded, and ends where the token is refused."""

import asyncio
import json

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, GetUpdates

from master.telegram.polling import RevocationWatch, Session

SECRET_WORDS = "somebody's private words"


@pytest.fixture
async def bot():
    bot = Bot(f"123456:{'a' * 35}", session=Session("http://telegram.invalid"))
    yield bot
    await bot.session.close()


def good(update_id):
    chat = {"id": 1, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 0, "chat": chat, "text": "hi"},
    }


def bad(update_id):
    return {"update_id": update_id, "message": {"chat": SECRET_WORDS}}


def decode(bot, method, content, status=200):
    return bot.session.check_response(bot, method, status, json.dumps(content))


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ([bad(1), good(2)], [2]),
        ([good(1), bad(2), good(3)], [1, 3]),
        ([good(1), bad(2)], [1]),
        ([bad(1)], []),
    ],
)
def test_good_updates_arrive_whatever_stands_beside_them(bot, caplog, updates, expected):
    method = GetUpdates()
    response = decode(bot, method, {"ok": True, "result": updates})
    assert [update.update_id for update in response.result] == expected
    assert method.offset == updates[-1]["update_id"] + 1
    assert "Skipped update" in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_a_good_batch_is_left_alone(bot):
    method = GetUpdates(offset=1)
    response = decode(bot, method, {"ok": True, "result": [good(1)]})
    assert response.result[0].message.text == "hi"
    assert method.offset == 1


@pytest.mark.parametrize("result", [[{"message": {}}], [5], {"a": 1}, "text"])
def test_what_is_no_batch_of_updates_is_an_error(bot, result):
    with pytest.raises(ClientDecodeError):
        decode(bot, GetUpdates(), {"ok": True, "result": result, "junk": 1})


def test_an_answer_without_updates_is_an_outage(bot):
    with pytest.raises(TelegramServerError):
        decode(bot, GetUpdates(), {"ok": True})


def test_other_methods_are_decoded_as_ever(bot):
    with pytest.raises(ClientDecodeError):
        decode(bot, GetMe(), {"ok": True, "result": [bad(1)]})


def test_a_page_of_a_proxy_is_an_outage(bot):
    with pytest.raises(TelegramServerError, match="502"):
        bot.session.check_response(bot, GetUpdates(), 502, "<html>Bad Gateway</html>")


async def test_polling_gets_past_an_update_that_cannot_be_decoded(bot, monkeypatch):
    queue = [good(1), bad(2), bad(3), good(4)]
    offsets = []

    async def answer(self, bot, method, timeout=None):
        offsets.append(method.offset)
        waiting = [update for update in queue if update["update_id"] >= (method.offset or 0)]
        content = {"ok": True, "result": waiting[:2]}
        return self.check_response(bot, method, 200, json.dumps(content)).result

    monkeypatch.setattr(Session, "make_request", answer)
    seen = []
    async for update in Dispatcher._listen_updates(bot):
        seen.append(update.update_id)
        if update.update_id == 4:
            break
    assert seen == [1, 4]
    assert offsets == [None, 2, 4]


async def test_a_refused_token_is_noticed(bot):
    refused = asyncio.Event()

    async def refuse(bot, method):
        raise TelegramUnauthorizedError(method, "Unauthorized")

    with pytest.raises(TelegramUnauthorizedError):
        await RevocationWatch(refused)(refuse, bot, GetUpdates())
    assert refused.is_set()
