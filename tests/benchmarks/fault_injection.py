"""Inject one fault after another: dead or frozen processes, failing services, network and disk."""

import asyncio
import json
import logging
import os
import random
import signal
import sqlite3
import time
import xmlrpc.client
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import httpx
from supervisor.xmlrpc import Faults

from personal_bot.contract import read_report
from tests.acceptance.running_system import RunningSystem, find_leftovers
from tests.benchmarks import damage, network
from tests.benchmarks.disk import Disk
from tests.benchmarks.network import Network

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
PROCESSES = ("bot", "launcher", "fork server", "master", "supervisord")
KILLS = tuple(f"kill -9 of {kind}" for kind in PROCESSES)
FREEZES = tuple(f"SIGSTOP of {kind}" for kind in PROCESSES)
DISK_FULL = "disk full"
KINDS = (*KILLS, *FREEZES, *TELEGRAM, *OPENAI, *network.KINDS, *damage.KINDS, DISK_FULL)

# Calls whose loss a person would notice.
_TELEGRAM_METHODS = ("sendMessage", "editMessageText", "getFile", "answerCallbackQuery")
_OPENAI_METHODS = ("embeddings", "chat/completions")


class FaultInjector:
    """Injects faults into an installation. Holds `road` while the sandbox is down.

    Without `disk`, the disk never fills up. `only` restricts the kinds of fault to choose from.
    """

    def __init__(
        self,
        system: RunningSystem,
        client: httpx.AsyncClient,
        chance: random.Random,
        net: Network,
        disk: Disk | None,
        only: Sequence[str] = (),
    ) -> None:
        self.system = system
        self._net = net
        self._disk = disk
        self._only = only
        self._deck: list[str] = []
        self._client = client
        self.chance = chance
        self.road = asyncio.Lock()
        self.history: list[tuple[float, str]] = []
        self.user_ids: list[int] = []

    def choose(self) -> str:
        """Choose a kind of fault: half of them are killed processes, the others take turns."""
        if self._only:
            return self.chance.choice(self._only)
        if self.chance.random() < 0.5:
            return self.chance.choices(KILLS, weights=(6, 4, 2, 4, 1))[0]
        if not self._deck:
            self._deck = [kind for kind in KINDS if kind not in KILLS]
            if self._disk is None:
                self._deck.remove(DISK_FULL)
            self.chance.shuffle(self._deck)
        return self._deck.pop()

    async def strike(self, kind: str) -> None:
        """Inject one fault; return when the installation can recover from it on its own."""
        user_id = self.chance.choice(self.user_ids)
        log.info("%s (user %d)", kind, user_id)
        self.history.append((time.time(), kind))
        if kind == "kill -9 of supervisord":
            await self._kill_supervisord()
        elif kind in KILLS:
            self._signal(await self._find(kind, user_id), signal.SIGKILL)
        elif kind in FREEZES:
            await self._freeze(await self._find(kind, user_id))
        elif kind in network.KINDS:
            await self._net.be(kind)
        elif kind in damage.KINDS:
            await damage.damage(self.system.stack.installation, user_id, kind)
        elif kind == DISK_FULL:
            assert self._disk is not None
            await self._disk.be_full()
        else:
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
            await self.system.stack.wait_ready(300)

    def _restart_supervisord(self) -> None:
        self._signal(self.system.supervisord_pid(), signal.SIGKILL)
        process = self.system.stack._supervisord
        assert process is not None
        process.wait()
        deadline = time.monotonic() + 120  # a process that is still importing notices only later
        while left := find_leftovers(self.system.state):
            assert time.monotonic() < deadline, f"outlived supervisord: {left}"
            time.sleep(0.05)
        self.system.stack.start()

    async def _freeze(self, pid: int) -> None:
        if self._signal(pid, signal.SIGSTOP):
            await asyncio.sleep(FROZEN_TIME)
            self._signal(pid, signal.SIGCONT)

    async def _find(self, kind: str, user_id: int) -> int:
        """Return the PID of the process that this kind of fault hits, or 0 if it is not running."""
        match kind.partition(" of ")[2]:
            case "bot":
                report = read_report(self.system.stack.installation.bot(user_id).report)
                return report.pid if report else 0
            case "launcher":
                return await self._pid(f"bot-{user_id}")
            case "fork server":
                return await self._pid("forkserver")
            case "master":
                return await self._pid("master")
            case _:
                return self.system.supervisord_pid()

    async def _pid(self, name: str) -> int:
        try:
            return int((await asyncio.to_thread(self.system.process, name))["pid"])
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.BAD_NAME:
                raise
            return 0  # its damaged program file was moved away and is not rewritten yet

    @staticmethod
    def _signal(pid: int, number: int) -> bool:
        if not pid:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:  # already killed by an earlier fault
            return False
        return True


def list_documents(system: RunningSystem, user_id: int) -> list[str]:
    """Return the names of the documents that a bot has recorded as indexed."""
    return [str(name) for (name,) in _read(system, user_id, "SELECT name FROM document")]


def count_pending(system: RunningSystem, user_id: int) -> int:
    """Count the queued jobs; return 1 while the database cannot be read."""
    try:
        return int(_read(system, user_id, "SELECT COUNT(*) FROM job")[0][0])
    except sqlite3.OperationalError:  # disk full: a reader cannot create its files
        return 1


def _read(system: RunningSystem, user_id: int, query: str) -> list[tuple[Any, ...]]:
    path = system.stack.installation.bot(user_id).database
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()
