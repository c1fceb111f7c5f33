"""Polling skips updates that cannot be decoded, and ends when the token is refused."""

import asyncio
import json

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import DeleteWebhook, GetUpdates

from personal_bot.bot_api.polling import Poller, TokenRefusedError
from personal_bot.bot_api.session import Session

SECRET_WORDS = "somebody's private words"


class Line(Session):
    """Answers getUpdates with each of `answers` in turn, then no longer."""

    def __init__(self) -> None:
        super().__init__("http://telegram.invalid", 1.0)
        self.answers: list[object] = []
        self.calls = []

    async def make_request(self, bot, method, timeout=None):
        self.calls.append(method)
        if not isinstance(method, GetUpdates):
            return True
        answer = self.answers.pop(0) if self.answers else await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        status, content = answer if isinstance(answer, tuple) else (200, json.dumps(answer))
        return self.check_response(bot, method, status, content).result

    @property
    def offsets(self):
        return [call.offset for call in self.calls if isinstance(call, GetUpdates)]


class Taking(Poller):
    """Acknowledges updates at once, and collects them."""

    def __init__(self, line: Line) -> None:
        super().__init__(Bot(f"123456:{'a' * 35}", session=line), 30, first_pause=0)
        self.taken = []

    async def take(self, batch):
        for update_id, update in batch:
            self.acknowledge(update_id)
            if update is not None:
                self.taken.append(update)


@pytest.fixture
async def line():
    line = Line()
    yield line
    await line.close()


async def poll(line: Line, *answers: object) -> list:
    """Poll until all answers are used; return the updates that were taken."""
    line.answers = list(answers)
    poller = Taking(line)
    task = asyncio.create_task(poller.run())
    while not (task.done() or (len(line.offsets) > len(answers) and not line.answers)):
        await asyncio.sleep(0)
    if task.done():
        task.result()
    task.cancel()
    await asyncio.wait([task])
    return poller.taken


def batch(*updates):
    return {"ok": True, "result": list(updates)}


def good(update_id):
    chat = {"id": 1, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 0, "chat": chat, "text": "hi"},
    }


def bad(update_id):
    return {"update_id": update_id, "message": {"chat": SECRET_WORDS}}


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ([bad(1), good(2)], [2]),
        ([good(1), bad(2), good(3)], [1, 3]),
        ([good(1), bad(2)], [1]),
        ([bad(1)], []),
    ],
)
async def test_good_updates_arrive_whatever_stands_beside_them(line, caplog, updates, expected):
    taken = await poll(line, batch(*updates))
    assert [update.update_id for update in taken] == expected
    assert line.offsets == [None, updates[-1]["update_id"] + 1]
    assert "Skipped update" in caplog.text
    assert SECRET_WORDS not in caplog.text


async def test_a_good_batch_is_left_alone(line, caplog):
    [update] = await poll(line, batch(good(1)))
    assert update.message.text == "hi"
    assert line.offsets == [None, 2]
    assert "Skipped" not in caplog.text


@pytest.mark.parametrize("result", [[{"message": {}}], [5], {"a": 1}, "text", None])
async def test_what_is_no_batch_of_updates_is_an_outage(line, result):
    answer = {"ok": True, "junk": 1, "result": result}
    [update] = await poll(line, answer, batch(good(1)))
    assert update.update_id == 1
    assert line.offsets == [None, None, 2]


async def test_an_answer_without_updates_is_an_outage(line):
    assert len(await poll(line, {"ok": True}, batch(good(1)))) == 1


async def test_a_page_of_a_proxy_is_an_outage(line):
    assert len(await poll(line, (502, "<html>Bad Gateway</html>"), batch(good(1)))) == 1


async def test_an_update_that_cannot_be_decoded_is_fetched_once(line):
    taken = await poll(line, batch(good(1), bad(2)), batch(bad(3), good(4)))
    assert [update.update_id for update in taken] == [1, 4]
    assert line.offsets == [None, 3, 5]


async def test_a_webhook_left_behind_is_removed(line):
    conflict = {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: can't use getUpdates method while webhook is active",
    }
    assert len(await poll(line, (409, json.dumps(conflict)), batch(good(1)))) == 1
    assert [type(call) for call in line.calls[:3]] == [GetUpdates, DeleteWebhook, GetUpdates]


@pytest.mark.parametrize("error", [TelegramUnauthorizedError, TelegramNotFound])
async def test_a_refused_token_ends_it(line, error):
    with pytest.raises(TokenRefusedError):
        await poll(line, batch(good(1)), error(GetUpdates(), "Unauthorized"))
