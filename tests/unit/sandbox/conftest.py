"""A sandbox on a free port, used through aiogram's Bot and openai's AsyncOpenAI."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import openai
import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update
from aiohttp import web

from deploy.sandbox.server import create_app

MASTER_TOKEN = "1234567890:" + "m" * 35
USER = 501


class QuickSession(AiohttpSession):
    async def close(self) -> None:
        """Skip the quarter of a second that aiogram waits for TLS."""
        if self._session is not None:
            await self._session.close()


class Sandbox:
    """A running sandbox, with the actions of a person and of both kinds of client."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.master_token = MASTER_TOKEN
        self._bots: list[Bot] = []
        self._openai: list[openai.AsyncOpenAI] = []

    async def start(self, port: int = 0) -> None:
        app = create_app(self.state_dir, self.master_token, chunk_delay=0)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        self.port = self.runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = aiohttp.ClientSession(self.url)

    async def stop(self) -> None:
        await self.http.close()
        await self.runner.cleanup()

    async def restart(self) -> None:
        await self.stop()
        await self.start(self.port)

    async def close(self) -> None:
        for bot in self._bots:
            await bot.session.close()
        for client in self._openai:
            await client.close()
        await self.stop()

    def bot(self, token: str = MASTER_TOKEN) -> Bot:
        session = QuickSession(api=TelegramAPIServer.from_base(self.url))
        bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
        self._bots.append(bot)
        return bot

    def openai(self, key: str = "sk-sandbox-1", **options: Any) -> openai.AsyncOpenAI:
        client = openai.AsyncOpenAI(
            api_key=key, base_url=f"{self.url}/v1", **{"max_retries": 0, **options}
        )
        self._openai.append(client)
        return client

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.http.request(method, path, **options) as response:
            return response.status, await response.json()

    async def do(self, method: str, path: str, **options: Any) -> Any:
        status, body = await self.ask(method, path, **options)
        assert status == 200, body
        return body

    async def say(
        self, text: str, bot: str = "master_bot", user_id: int = USER, **more: Any
    ) -> int:
        body = {"user_id": user_id, "bot": bot, "text": text, **more}
        return (await self.do("POST", "/client/messages", json=body))["message_id"]

    async def send_content(self, **content: Any) -> int:
        body = {"user_id": USER, "bot": "master_bot", "content": content}
        return (await self.do("POST", "/client/messages", json=body))["message_id"]

    async def read(self, bot: str = "master_bot", user_id: int = USER, **more: Any) -> list[dict]:
        query = {"user_id": user_id, "bot": bot, **more}
        return (await self.do("GET", "/client/messages", params=query))["messages"]

    async def tap(self, message_id: int, data: str, bot: str = "master_bot") -> str:
        body = {"user_id": USER, "bot": bot, "message_id": message_id, "data": data}
        return (await self.do("POST", "/client/callbacks", json=body))["callback_query_id"]

    async def send_files(
        self, *files: tuple[str, bytes], kind: str = "file", **fields: str
    ) -> dict[str, Any]:
        form = aiohttp.FormData(quote_fields=False)  # as browsers send file names
        for name, value in {"user_id": str(USER), "bot": "master_bot", **fields}.items():
            form.add_field(name, value)
        for name, content in files:
            form.add_field(kind, io.BytesIO(content), filename=name)
        return await self.do("POST", "/client/documents", data=form)

    async def make_bot(self, username: str = "papers_bot", user_id: int = USER) -> str:
        body = {"user_id": user_id, "username": username}
        return (await self.do("POST", "/client/bots", json=body))["token"]

    async def fail(self, method: str, **fault: Any) -> None:
        await self.do("POST", "/faults", json={"method": method, **fault})


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    running = Sandbox(tmp_path / "sandbox")
    await running.start()
    yield running
    await running.close()


@pytest.fixture
def bot(sandbox: Sandbox) -> Bot:
    return sandbox.bot()


@pytest.fixture
async def met(sandbox: Sandbox, bot: Bot) -> Bot:
    """Return the master's bot after it has received a message from a person."""
    await sandbox.say("/start", language_code="ru")
    await take_updates(bot)
    return bot


async def take_updates(bot: Bot, count: int = 1) -> list[Update]:
    """Receive and confirm exactly `count` updates."""
    updates = await bot.get_updates(timeout=5)
    assert len(updates) == count
    await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return updates
