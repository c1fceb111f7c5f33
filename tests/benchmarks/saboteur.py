"""Whoever breaks things: processes die or freeze, Telegram and OpenAI fail, one after another."""

import asyncio
import json
import logging
import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import httpx

from personal_bot.contract import read_report
from tests.acceptance.town import Town, find_leftovers

log = logging.getLogger("faults")

FROZEN_TIME = 3.0  # seconds
TELEGRAM = {
    "Telegram 429": {"status": 429, "retry_after": 1},
    "Telegram 502": {"status": 502},
    "Telegram cuts": {"drop": True},
    "Telegram: done, answer lost": {"performed": True, "drop": True},
    "Telegram: done, says 500": {"performed": True, "status": 500},
    "Telegram 409": {"method": "getUpdates", "status": 409, "times": 2},
    "Telegram: updates cut": {"method": "getUpdates", "drop": True, "performed": True, "times": 2},
    "Telegram: download cut": {"method": "download", "drop": True, "after_bytes": 10},
}
OPENAI = {
    "OpenAI 500": {"status": 500, "times": 4},
    "OpenAI 429": {"error_code": "rate_limit_exceeded", "retry_after": 1, "times": 4},
    "OpenAI is slow": {"delay": 5.0},
    "OpenAI cuts": {"drop": True, "times": 4},
    "OpenAI: stream cut": {"method": "chat/completions", "drop": True, "after_bytes": 400},
    "OpenAI: stream ends early": {"method": "chat/completions", "after_bytes": 400},
}
KILLS = ("bot", "launcher", "fork server", "master", "supervisord")
KINDS = (*(f"kill -9 of {kind}" for kind in KILLS), "SIGSTOP of bot", *TELEGRAM, *OPENAI)

# Calls that a person would notice to be missing.
_TELEGRAM_METHODS = ("sendMessage", "editMessageText", "getFile", "answerCallbackQuery")
_OPENAI_METHODS = ("embeddings", "chat/completions")


class Saboteur:
    """Breaks a town. `road` is held while there is no Telegram to talk to."""

    def __init__(self, town: Town, client: httpx.AsyncClient, chance: random.Random) -> None:
        self.town = town
        self._client = client
        self.chance = chance
        self.road = asyncio.Lock()
        self.history: list[tuple[float, str]] = []
        self.user_ids: list[int] = []

    def choose(self) -> str:
        """Choose a kind; deaths of processes are half of all."""
        kills = [kind for kind in KINDS if kind.startswith("kill")]
        others = [kind for kind in KINDS if not kind.startswith("kill")]
        if self.chance.random() < 0.5:
            return self.chance.choices(kills, weights=(6, 4, 2, 4, 1))[0]
        return self.chance.choice(others)

    async def strike(self, kind: str) -> None:
        """Let one thing break; return when it can be mended by the installation alone."""
        user_id = self.chance.choice(self.user_ids)
        log.info("%s (user %d)", kind, user_id)
        self.history.append((time.time(), kind))
        match kind:
            case "kill -9 of bot":
                self._kill(self._bot_pid(user_id))
            case "kill -9 of launcher":
                self._kill(await self._pid(f"bot-{user_id}"))
            case "kill -9 of fork server":
                self._kill(await self._pid("forkserver"))
            case "kill -9 of master":
                self._kill(await self._pid("master"))
            case "kill -9 of supervisord":
                await self._kill_supervisord()
            case "SIGSTOP of bot":
                await self._freeze(self._bot_pid(user_id))
            case _:
                await self._fail(kind)

    async def clear(self) -> None:
        await self._client.delete("/faults")

    async def _fail(self, kind: str) -> None:
        if kind in TELEGRAM:
            fault = {"method": self.chance.choice(_TELEGRAM_METHODS), **TELEGRAM[kind]}
        else:
            fault = {"method": self.chance.choice(_OPENAI_METHODS), **OPENAI[kind]}
        answer = await self._client.post("/faults", json=fault)
        assert answer.is_success, f"{json.dumps(fault)}: {answer.text}"

    async def _kill_supervisord(self) -> None:
        async with self.road:
            await asyncio.to_thread(self._restart_supervisord)
            await self.town.stack.wait_ready(300)

    def _restart_supervisord(self) -> None:
        self._kill(self.town.supervisord_pid())
        process = self.town.stack._supervisord
        assert process is not None
        process.wait()
        deadline = time.monotonic() + 30
        while left := find_leftovers(self.town.state):
            assert time.monotonic() < deadline, f"outlived supervisord: {left}"
            time.sleep(0.05)
        self.town.stack.start()

    async def _freeze(self, pid: int) -> None:
        if pid and self._signal(pid, signal.SIGSTOP):
            await asyncio.sleep(FROZEN_TIME)
            self._signal(pid, signal.SIGCONT)

    def _bot_pid(self, user_id: int) -> int:
        report = read_report(self.town.stack.installation.bot(user_id).report)
        return report.pid if report else 0

    async def _pid(self, name: str) -> int:
        return int((await asyncio.to_thread(self.town.process, name))["pid"])

    def _kill(self, pid: int) -> None:
        if pid:
            self._signal(pid, signal.SIGKILL)

    @staticmethod
    def _signal(pid: int, number: int) -> bool:
        try:
            os.kill(pid, number)
        except ProcessLookupError:  # dead already, from an earlier blow
            return False
        return True


def list_documents(town: Town, user_id: int) -> list[str]:
    """Return the names of what a bot holds to be indexed."""
    path = town.stack.installation.bot(user_id).database
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return [str(name) for (name,) in database.execute("SELECT name FROM document")]


def count_pending(town: Town, user_id: int) -> int:
    path = town.stack.installation.bot(user_id).database
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT COUNT(*) FROM job").fetchone()[0])
