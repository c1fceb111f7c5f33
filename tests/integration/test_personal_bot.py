"""One bot as a real process, against the stand-ins of Telegram and OpenAI."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.sandbox.server import create_app
from personal_bot.contract import Condition, StateFiles, read_exit_report, read_report

ROOT = Path(__file__).resolve().parents[2]
OWNER = 5
PATIENCE = 120  # seconds
PUMP = b"The pump P-100 has a warranty of 24 months.\n\nThe office opens at nine o'clock.\n"

pytestmark = pytest.mark.integration


class Street:
    """The sandbox with one person and one bot, and the bot's process."""

    def __init__(self, server: TestServer, state_dir: Path) -> None:
        self._url = str(server.make_url("")).rstrip("/")
        self._state_dir = state_dir
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
        self, key: str = "sk-sandbox-abcdefgh"
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "personal_bot", "--state-dir", self._state_dir, "--user-id", str(OWNER)),
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "BOT_TOKEN": self.token,
                "OPENAI_API_KEY": key,
                "TELEGRAM_API_URL": self._url,
                "OPENAI_BASE_URL": f"{self._url}/v1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        await until(lambda: getattr(read_report(self.files.report), "pid", 0) == process.pid)

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
        """Return what the bot has said."""
        answer = await self._client.get(
            "/client/messages", params={"user_id": OWNER, "bot": "docs_bot"}
        )
        return [message for message in answer.json()["messages"] if message["from"] == "bot"]

    async def said(self, words: str) -> dict[str, Any]:
        """Wait until the bot has said these words, and return the message."""
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

    async def hang(self, method: str) -> None:
        """Let the next call of this method hang for longer than any test."""
        await self.call("/faults", method=method, delay=600, times=1)

    async def hanging(self) -> None:
        """Wait until it hangs."""
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


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    app: web.Application = create_app(tmp_path / "sandbox", chunk_delay=0.02)
    async with TestServer(app) as server:
        street = Street(server, tmp_path / "state")
        await street.register()
        yield street
        await street.close()


async def test_a_document_is_read_and_a_question_answered_with_its_source(street) -> None:
    async with street.running() as process:
        await street.upload(("pump.txt", PUMP), ("bad.pdf", b"%PDF-1.4 cut"))
        await street.say("How long is the warranty of the pump?")
        progress = await street.said("Done. Added: 1 of 2")
        answer = await street.said("Sources")
        assert "✅ pump.txt" in progress["text"]
        assert "24 months" in answer["text"]
        assert answer["text"].endswith("[1] pump.txt")
        await street.tap(answer)
        quotation = await street.said("[1] pump.txt\n")
        assert "24 months" in quotation["text"]
        assert quotation["reply_to_message_id"] == 1
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()
    lines = output.decode()
    assert process.returncode == 0
    assert f"Starting Personal Bot for user {OWNER}" in lines
    assert f"Personal Bot for user {OWNER} is running..." in lines
    assert f"Personal Bot for user {OWNER} stopped" in lines
    assert street.token.partition(":")[2] not in lines
    assert read_exit_report(street.files.exit_report).condition == Condition.STOPPED
    assert not street.files.report.exists()


async def test_a_question_in_work_at_kill_9_is_answered_once(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        await street.hang("chat/completions")
        await street.say("How long is the warranty of the pump?")
        await street.hanging()
        process.kill()
    async with street.running():
        await street.said("Sources")
        await street.say("When does the office open?")
        await street.said("nine")
    answers = [message for message in await street.read() if "Sources" in message["text"]]
    assert len(answers) == 2
    assert len(await street.read()) == 3


async def test_files_in_work_at_kill_9_are_read_once(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.hang("embeddings")
        await street.upload(("pump.txt", PUMP), ("notes.txt", b"Plain notes about the weather."))
        await street.hanging()
        process.kill()
    async with street.running():
        done = await street.said("Done. Ask me about them.")
        report = read_report(street.files.report)
    assert done["text"].count("✅") == 2
    assert len(await street.read()) == 1
    assert (report.documents, report.starts) == (2, 2)
    assert list(street.files.uploads.iterdir()) == []


async def test_a_revoked_token_ends_the_bot_for_good(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.call("/client/bots/revoke", username="docs_bot")
        output, _ = await process.communicate()
    assert process.returncode == 77
    left = read_exit_report(street.files.exit_report)
    assert (left.code, left.condition) == (77, Condition.TOKEN_REVOKED)
    assert "Traceback" not in output.decode()


async def test_a_refused_key_is_told_and_reported(street) -> None:
    async with street.running(key="sk-sandbox-no-quota-1234") as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("no credit left")
        report = read_report(street.files.report)
    assert report.problem.condition == Condition.OPENAI_QUOTA_EXCEEDED


async def test_telegram_away_at_start_is_waited_for(street) -> None:
    await street.call("/faults", method="getUpdates", status=502, times=2)
    async with street.running() as process:
        await street.ready(process)
        await street.say("/help")
        await street.said("Questions.")


async def test_an_outage_in_the_middle_of_an_answer_does_not_lose_it(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        await street.call("/faults", method="editMessageText", status=502, times=2)
        await street.call("/faults", method="sendMessage", status=429, retry_after=1, times=1)
        await street.say("How long is the warranty of the pump?")
        answer = await street.said("Sources")
    assert "24 months" in answer["text"]


async def test_an_update_that_cannot_be_decoded_is_passed_over(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.call(
            "/client/updates", bot="docs_bot", update={"message": {"chat": "no chat at all"}}
        )
        await street.say("/help")
        await street.said("Questions.")


async def test_a_locked_database_delays_a_question_and_does_not_lose_it(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        with closing(sqlite3.connect(street.files.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await street.say("How long is the warranty of the pump?")
            await logged(process, "The database refuses")
            other.execute("ROLLBACK")
        await street.said("Sources")
    assert len(await street.read()) == 2


async def test_a_damaged_index_is_told_to_the_owner_and_mended_by_clearing(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
    for path in (street.files.index / "shard").rglob("*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)
    async with street.running() as process:
        await street.ready(process)
        await street.say("How long is the warranty of the pump?")
        await street.said("/clear")
        problem = read_report(street.files.report).problem
        assert problem.condition == Condition.INDEX_DAMAGED
        await street.say("/clear")
        await street.tap(await street.said("This cannot be undone"))
        await street.said("Deleted: 1 document")
        await street.upload(("pump.txt", PUMP))
        await street.said("✅ pump.txt")


async def logged(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait until the process has logged these words."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        async for line in process.stdout:
            if words in line.decode():
                return
    pytest.fail(f"the process ended without {words!r}")
