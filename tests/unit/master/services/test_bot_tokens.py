"""A token is identified by Telegram; each failure has its own error, without the token."""

from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from master.errors import TelegramUnreachableError, TokenMalformedError, TokenRevokedError
from master.services.bot_tokens import BotIdentity, identify_bot

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
ME = {"id": 123456789, "is_bot": True, "first_name": "Mira", "username": "mira_bot"}


@dataclass
class Telegram:
    url: str = ""
    status: int = 200
    body: object = field(default_factory=lambda: {"ok": True, "result": ME})

    async def answer(self, request: web.Request) -> web.Response:
        assert request.path == f"/bot{TOKEN}/getMe"
        if isinstance(self.body, str):
            return web.Response(status=self.status, text=self.body, content_type="text/html")
        return web.json_response(self.body, status=self.status)


@pytest.fixture
async def telegram():
    """Run a server that always answers with `status` and `body`."""
    telegram, app = Telegram(), web.Application()
    app.router.add_post("/{path:.*}", telegram.answer)
    async with TestServer(app) as server:
        telegram.url = str(server.make_url(""))
        yield telegram


async def test_a_valid_token_tells_its_bot(telegram):
    assert await identify_bot(TOKEN, telegram.url) == BotIdentity(123456789, "mira_bot", "Mira")


@pytest.mark.parametrize(
    "token", ["", "123", "123456789:short", TOKEN + "\n", f"x{TOKEN}", f"{TOKEN}/x"]
)
async def test_a_malformed_token_is_not_sent_anywhere(token):
    with pytest.raises(TokenMalformedError):
        await identify_bot(token, "http://127.0.0.1:9")


@pytest.mark.parametrize("status", [401, 404])
async def test_a_revoked_token_is_told(telegram, status):
    telegram.status, telegram.body = (
        status,
        {"ok": False, "error_code": status, "description": "no"},
    )
    with pytest.raises(TokenRevokedError):
        await identify_bot(TOKEN, telegram.url)


@pytest.mark.parametrize(
    "answer",
    [
        (500, {"ok": False}),
        (429, {"ok": False, "parameters": {"retry_after": 5}}),
        (502, "<html>Bad gateway</html>"),
        (200, {"ok": True, "result": []}),
        (200, {"ok": True, "result": {"id": 1}}),
        (200, "[1]"),
    ],
)
async def test_anything_else_is_an_outage_without_the_token_in_it(telegram, answer):
    telegram.status, telegram.body = answer
    with pytest.raises(TelegramUnreachableError) as caught:
        await identify_bot(TOKEN, telegram.url)
    assert TOKEN not in str(caught.value)


async def test_no_connection_is_an_outage_without_the_token_in_it(unused_tcp_port):
    with pytest.raises(TelegramUnreachableError) as caught:
        await identify_bot(TOKEN, f"http://127.0.0.1:{unused_tcp_port}")
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
