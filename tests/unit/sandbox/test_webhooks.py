"""Updates go to a bot's webhook, in order and with its secret, until it accepts them."""

import asyncio

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.sandbox.webhooks import SECRET_HEADER, choose_delay
from tests.unit.sandbox.conftest import USER, take_updates


class Receiver:
    """A bot's server: it notes what it receives, and answers what it was told to."""

    def __init__(self) -> None:
        self.received: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()
        self.answers: list[web.Response] = []

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        text = update["message"]["text"]
        self.received.put_nowait((text, request.headers.get(SECRET_HEADER)))
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> tuple[str, str | None]:
        async with asyncio.timeout(10):
            return await self.received.get()


@pytest.fixture
async def receiver():
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    async with TestServer(application) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


async def wait_until_delivered(bot) -> None:
    async with asyncio.timeout(10):
        while (await bot.get_webhook_info()).pending_update_count:
            await asyncio.sleep(0)


async def test_updates_arrive_in_order_with_the_secret_and_are_gone(sandbox, bot, receiver):
    await sandbox.say("before")
    assert await bot.set_webhook(receiver.url, secret_token="hush-1")
    await sandbox.say("after")
    assert await receiver.next() == ("before", "hush-1")
    assert await receiver.next() == ("after", "hush-1")
    await wait_until_delivered(bot)
    assert await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_polling_and_a_webhook_exclude_each_other(sandbox, met, receiver):
    poll = asyncio.create_task(met.get_updates(timeout=30))
    async with asyncio.timeout(10):
        while not (await sandbox.do("GET", "/health"))["waiting_bots"]:
            await asyncio.sleep(0)
    await met.set_webhook(receiver.url)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is"):
        await met.get_updates()
    await sandbox.do("GET", f"/bot{met.token}/setWebhook", params={"url": ""})
    assert await met.get_updates() == []


async def test_a_refused_update_is_sent_again_and_the_error_is_told(sandbox, bot, receiver):
    receiver.answers = [web.Response(status=500)]
    await bot.set_webhook(receiver.url, max_connections=5, allowed_updates=["message"])
    await sandbox.say("one")
    assert [await receiver.next(), await receiver.next()] == [("one", None)] * 2
    await wait_until_delivered(bot)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (
        receiver.url,
        5,
        ["message"],
    )
    message = "Wrong response from the webhook: 500 Internal Server Error"
    assert info.last_error_message == message
    assert receiver.received.empty()


async def test_a_server_that_is_away_is_told_and_its_updates_wait(sandbox, bot):
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await sandbox.say("one")
    async with asyncio.timeout(10):
        while (info := await bot.get_webhook_info()).last_error_message is None:
            await asyncio.sleep(0)
    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1
    await bot.delete_webhook()
    assert (await take_updates(bot))[0].message.text == "one"


async def test_a_webhook_outlives_a_restart_of_the_sandbox(sandbox, bot, receiver):
    await bot.set_webhook(receiver.url, secret_token="hush")
    await sandbox.restart()
    await sandbox.say("later")
    assert await receiver.next() == ("later", "hush")


async def test_the_answer_can_contain_a_method(sandbox, bot, receiver):
    receiver.answers = [
        web.json_response({"method": "sendMessage", "chat_id": USER, "text": "from the answer"}),
        web.json_response({"method": "sendMessage", "chat_id": 999, "text": "to nobody"}),
    ]
    await bot.set_webhook(receiver.url)
    await sandbox.say("one")
    await sandbox.say("two")
    await receiver.next()
    await receiver.next()
    await wait_until_delivered(bot)
    assert [one["text"] for one in await sandbox.read()] == ["one", "two", "from the answer"]


async def test_pending_updates_can_be_dropped(sandbox, bot, receiver):
    await sandbox.say("old")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    await sandbox.say("new")
    assert (await receiver.next())[0] == "new"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"url": "ftp://host/hook"}, "invalid webhook URL specified"),
        ({"secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused_in_telegrams_words(bot, options, reason):
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_webhook(**{"url": "http://127.0.0.1/hook", **options})


def test_pauses_between_attempts_grow_up_to_a_minute():
    assert [choose_delay(failures) for failures in (1, 2, 3, 4, 20)] == [0, 2, 4, 8, 60]
    assert choose_delay(1, retry_after=7) == 7
