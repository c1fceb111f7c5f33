"""Runs a bot in the fork server before the first fork, so that bots share what first use creates.

First use creates OpenSSL's tables, compiled patterns, validators, catalogues and interpreter
caches. Created before the fork, they are shared. Created afterwards, they cost every bot 20 MB by
its first answer, and half of the CPU time of its start.
"""

import asyncio
import json
import logging
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from personal_bot.answers import prompts
from personal_bot.answers.generation import Generator, make_messages
from personal_bot.application import Application
from personal_bot.contract import (
    Credentials,
    StateFiles,
    read_key,
    write_credentials,
    write_private,
)
from personal_bot.documents.indexing import Indexer
from personal_bot.index.document_stores import StoreSettings
from personal_bot.index.engine import EngineSettings, Index
from personal_bot.lifecycle import prepare_home
from personal_bot.openai.client import Models
from personal_bot.settings import Arguments, configure

logger = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds
ROUNDS = 9
"""CPython 3.11 counts the first eight calls of a function in its code object, then rewrites it
(QUICKENING_WARMUP_DELAY in pycore_code.h). Each such write would unshare a page of every bot.
"""

_USER = 1
_TOKEN = "1:" + "x" * 35
_KEY = "sk-of-nobody"
_PAUSE = 0.01  # seconds until `getUpdates` returns no updates


def warm_up() -> None:
    """Run a bot several times against a stand-in for Telegram and OpenAI.

    A failure is only logged: bots still start, but take more memory and time.
    """
    quiet = logging.getLogger("personal_bot.application")
    level = quiet.level
    quiet.setLevel(logging.WARNING)  # hide "is running": it is not a real bot
    try:
        with tempfile.TemporaryDirectory(prefix="warmup-") as folder:
            asyncio.run(_warm_up(Path(folder)))
    except Exception:
        logger.exception(
            "The warmup failed: bots will start, but use more memory and start more slowly"
        )
    finally:
        quiet.setLevel(level)


async def _warm_up(folder: Path) -> None:
    conversations: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.update(filter(None, [asyncio.current_task()]))
        await _serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        state = StateFiles(folder)
        write_private(state.key, Fernet.generate_key())
        write_private(state.bot_settings, f"TELEGRAM_API_URL={url}\n".encode())
        async with asyncio.timeout(TIMEOUT):
            for _round in range(ROUNDS):
                await _run_bot(state)
                await _ask_question(f"{url}/v1")
            await asyncio.wait(conversations)  # each ends when the client has disconnected
    finally:
        server.close()


async def _run_bot(state: StateFiles) -> None:
    arguments = Arguments(_USER, state.root)
    files = prepare_home(arguments)
    write_credentials(files.credentials, Credentials(_TOKEN, _KEY), read_key(state.key))
    polling = asyncio.Event()
    bot = asyncio.create_task(Application(configure(arguments), polling.set).run())
    waiting = asyncio.create_task(polling.wait())
    try:
        await asyncio.wait([bot, waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


async def _ask_question(url: str) -> None:
    """Ask a question without an index, whose engine starts threads that a fork would lose."""
    store: Any = _EmptyStore()
    models = Models(_KEY, url, "chat", "embedding", 1, url, _KEY)
    index = Index(store, EngineSettings(StoreSettings(Path(), "", "embedding", 1), models))
    try:
        Indexer(store, index.connection)
        await index.retrieve("Где ответ? Where is the answer?")
        generator = Generator(index.connection)
        question = prompts.ask([], "Where?", "Where is the answer?")
        await generator.answer(make_messages(prompts.ANSWER_INSTRUCTIONS, [], question), _ignore)
    finally:
        await index.close()


class _EmptyStore:
    changes = 0

    async def have_words(self, groups: Sequence[object]) -> list[bool]:
        return [False] * len(groups)

    async def count_versions(self, _limit: int) -> dict[str, int]:
        return {}

    async def load(self, *_: object, **__: object) -> list[object]:
        return []

    async def search(self, queries: Sequence[object], *_: object) -> list[list[object]]:
        return [[] for _query in queries]

    def make_documents(self, _points: object) -> list[object]:
        return []

    async def close_async(self) -> None:
        """Do nothing: nothing is open."""


async def _ignore(_text: str) -> None:
    """Discard the text."""


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Act as a Telegram without updates and an OpenAI that answers one word."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
            sizes = [line for line in head.lower().split("\r\n") if line.startswith("content-l")]
            await reader.readexactly(int(sizes[0].partition(":")[2]) if sizes else 0)
            path = head.split()[1]
            if path.endswith("/getUpdates"):
                await asyncio.sleep(_PAUSE)
            kind, body = _answer(path)
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n".encode())
            writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


def _answer(path: str) -> tuple[str, str]:
    """Return the content type and the content, in ASCII."""
    if path.endswith("/embeddings"):
        data = [{"object": "embedding", "index": 0, "embedding": [0.0]}]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        answer = {"object": "list", "model": "embedding", "data": data, "usage": usage}
        return "application/json", json.dumps(answer)
    if path.endswith("/chat/completions"):
        choice = {"index": 0, "delta": {"content": "Here."}, "finish_reason": "stop"}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "chat"}
        line = json.dumps({**chunk, "choices": [choice]})
        return "text/event-stream", f"data: {line}\n\ndata: [DONE]\n\n"
    result: object = [] if path.endswith("/getUpdates") else True
    return "application/json", json.dumps({"ok": True, "result": result})
