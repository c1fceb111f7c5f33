"""A real process of one bot, with one person and stand-ins for Telegram and OpenAI."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer
from cryptography.fernet import Fernet

from master.supervision.configuration import environment
from personal_bot.contract import (
    Credentials,
    StateFiles,
    read_key,
    read_report,
    write_credentials,
    write_private,
)

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "personal_bot" / "forking" / "launcher.py"
OWNER = 5
PATIENCE = 120  # seconds
PUMP = b"The pump P-100 has a warranty of 24 months.\n\nThe office opens at nine o'clock.\n"


class BotHarness:
    """The sandbox with one person and one bot, and control over the bot's process."""

    def __init__(self, server: TestServer, state_dir: Path, fork_server: StateFiles) -> None:
        self._url = str(server.make_url("")).rstrip("/")
        self._state_dir = state_dir
        self._fork_server = fork_server
        self._client = httpx.AsyncClient(base_url=self._url, timeout=30)
        self.files = StateFiles(state_dir).bot(OWNER)
        self.token = ""

    async def close(self) -> None:
        await self._client.aclose()

    async def call(self, path: str, **fields: Any) -> Any:
        answer = await self._client.post(path, json=fields)
        assert answer.is_success, answer.text
        return answer.json()

    async def register(self) -> None:
        created = await self.call("/client/bots", user_id=OWNER, username="docs_bot")
        self.token = created["token"]

    @asynccontextmanager
    async def running(
        self, key: str = "sk-sandbox-abcdefgh", **settings: str
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the bot as supervisord does: a launcher and a process forked from the fork server."""
        state = StateFiles(self._state_dir)
        if not state.key.exists():
            self.files.home.mkdir(parents=True)
            write_private(state.key, Fernet.generate_key())
            state.fork_server.parent.symlink_to(self._fork_server.fork_server.parent)
        urls = {"TELEGRAM_API_URL": self._url, "OPENAI_BASE_URL": f"{self._url}/v1"}
        lines = "".join(f"{name}={value}\n" for name, value in (urls | settings).items())
        write_private(state.bot_settings, lines.encode())
        write_credentials(self.files.credentials, Credentials(self.token, key), read_key(state.key))
        async with self._start(
            *("-I", "-S", LAUNCHER, "--state-dir", self._state_dir, "--user-id", str(OWNER)),
            env=environment(),
            process_group=0,
        ) as process:
            yield process

    @asynccontextmanager
    async def running_alone(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the bot directly, without launcher and fork server."""
        async with self._start(
            *("-m", "personal_bot", "--state-dir", self._state_dir, "--user-id", str(OWNER)),
            env={
                "PATH": os.environ["PATH"],
                "BOT_TOKEN": self.token,
                "OPENAI_API_KEY": "sk-sandbox-abcdefgh",
                "TELEGRAM_API_URL": self._url,
                "OPENAI_BASE_URL": f"{self._url}/v1",
            },
        ) as process:
            yield process

    @asynccontextmanager
    async def _start(
        self, *arguments: str | Path, **options: Any
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            **options,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        def is_ready() -> bool:
            report = read_report(self.files.report)
            return report is not None and report.supervised_pid == process.pid

        await until(is_ready)

    def kill(self) -> None:
        """Kill the bot with SIGKILL."""
        report = read_report(self.files.report)
        assert report is not None
        os.kill(report.pid, signal.SIGKILL)

    async def say(self, text: str) -> None:
        fields = {"user_id": OWNER, "bot": "docs_bot", "text": text, "language_code": "en"}
        await self.call("/client/messages", **fields)

    async def upload(self, *documents: tuple[str, bytes]) -> None:
        answer = await self._client.post(
            "/client/documents",
            data={"user_id": str(OWNER), "bot": "docs_bot", "language_code": "en"},
            files=[("file", document) for document in documents],
        )
        assert answer.is_success, answer.text

    async def read(self) -> list[dict[str, Any]]:
        """Return the bot's messages."""
        answer = await self._client.get(
            "/client/messages", params={"user_id": OWNER, "bot": "docs_bot"}
        )
        return [message for message in answer.json()["messages"] if message["from"] == "bot"]

    async def list_prompts(self) -> list[str]:
        """Return the last messages that the stand-in for OpenAI has answered."""
        answer = await self._client.get("/client/prompts")
        return [str(prompt[-1]["content"]) for prompt in answer.json()["prompts"]]

    async def said(self, words: str) -> dict[str, Any]:
        """Wait for a message of the bot that contains these words, and return it."""
        messages: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    messages = await self.read()
                    for message in messages:
                        if words in message["text"]:
                            return message
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"{words!r} not in {[message['text'] for message in messages]}")

    async def hang(self, method: str, times: int = 1) -> None:
        """Make the next calls of this method hang for 600 s, longer than any test."""
        await self.call("/faults", method=method, delay=600, times=times)

    async def recover(self) -> None:
        """Clear all faults, so that no further call hangs."""
        (await self._client.delete("/faults")).raise_for_status()

    async def hanging(self) -> None:
        """Wait until all calls that were prepared with `hang` have arrived."""
        async with asyncio.timeout(PATIENCE):
            while (await self._client.get("/faults")).json()["faults"]:
                await asyncio.sleep(0.05)

    async def tap(self, message: dict[str, Any]) -> None:
        data = message["keyboard"][0][0]["data"]
        message_id = message["message_id"]
        fields = {"user_id": OWNER, "bot": "docs_bot", "message_id": message_id, "data": data}
        await self.call("/client/callbacks", **fields)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.05)
