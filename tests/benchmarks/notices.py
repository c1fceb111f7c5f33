"""Measure how soon owners are told that their bot is failing.

    python -m tests.benchmarks.notices

Starts a complete installation as `tests.benchmarks.faults` does, and breaks one person's bot for
each cause. The time runs from the fault to the message in the owner's chat; for a fault that shows
only when there is work, it starts with the failing question.
"""

import asyncio
import json
import logging
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from personal_bot.contract import BotFiles, read_report
from tests.acceptance.person import Person
from tests.acceptance.running_system import MASTER
from tests.benchmarks.damage import GARBAGE
from tests.benchmarks.disk import Disk
from tests.benchmarks.faults import Scene, set_scene, settle_in

FIRST_USER = 740_000_001
PATIENCE = 90.0  # seconds to wait for the first message
BOTH = 10.0  # seconds to wait for the other bot's message after the first


@dataclass
class Patient:
    """A person whose bot is broken, with the means to break it.

    `broken_at` is a time of `time.monotonic`.
    """

    person: Person
    bot: str
    files: BotFiles
    client: httpx.AsyncClient
    disk: Disk | None
    broken_at: float = 0.0

    async def ask(self) -> None:
        self.broken_at = time.monotonic()
        await self.person.say(self.bot, "What is the code of the harbour?")

    async def revoke(self) -> None:
        self.broken_at = time.monotonic()
        await self.person.revoke(self.bot)

    async def refuse(self, code: str) -> None:
        fault = {"method": "*", "error_code": code, "times": 20}
        for method in ("embeddings", "chat/completions"):
            answer = await self.client.post(
                "/faults", content=json.dumps(fault | {"method": method})
            )
            answer.raise_for_status()
        await self.ask()

    async def kill(self, number: int, times: int) -> None:
        """Kill the bot `times` times.

        `broken_at` is the last kill, because earlier ones are not reported.
        """
        for left in reversed(range(times)):
            pid = await self._pid()
            self.broken_at = time.monotonic()
            os.kill(pid, number)
            while left and await self._pid() == pid:
                await asyncio.sleep(0.05)

    async def damage_index(self) -> None:
        await self.kill(signal.SIGKILL, 1)
        for path in (self.files.index / "shard").rglob("*"):
            if path.is_file():  # the write-ahead log too, or it would repair the rest
                os.truncate(path, path.stat().st_size // 2)
        await self.ask()

    async def lose_database(self) -> None:
        pid = await self._pid()
        self.files.database.write_bytes(GARBAGE)
        for suffix in ("-wal", "-shm"):
            self.files.database.with_name(f"bot.db{suffix}").unlink(missing_ok=True)
        self.broken_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)

    async def spoil_credentials(self) -> None:
        self.files.credentials.write_bytes(GARBAGE)
        await self.kill(signal.SIGKILL, 1)

    async def fill_disk(self) -> None:
        assert self.disk is not None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.disk.be_full(15))
            await asyncio.sleep(1)
            await self.ask()

    async def _pid(self) -> int:
        while (report := read_report(self.files.report)) is None:
            await asyncio.sleep(0.05)
        return report.pid


Break = Callable[[Patient], Awaitable[None]]
CAUSES: dict[str, tuple[Break, str]] = {
    "token revoked": (Patient.revoke, "revoked"),
    "key invalid": (
        lambda patient: patient.refuse("invalid_api_key"),
        "(rejects the|no longer accepts your) key",
    ),
    "out of quota": (lambda patient: patient.refuse("insufficient_quota"), "out of credit"),
    "crashes (SIGSEGV)": (lambda patient: patient.kill(signal.SIGSEGV, 3), "unexpectedly"),
    "out of memory (SIGKILL)": (lambda patient: patient.kill(signal.SIGKILL, 3), "out of memory"),
    "index damaged": (Patient.damage_index, "index of your documents is damaged"),
    "database damaged": (Patient.lose_database, "data on this server was damaged"),
    "credentials damaged": (Patient.spoil_credentials, "token and key cannot be decrypted"),
    "disk full": (Patient.fill_disk, "disk is full"),
}


async def measure(patient: Patient, cause: str) -> tuple[float | None, float | None]:
    """Return the seconds until the bot and until the master reported the fault; None for never."""
    break_it, words = CAUSES[cause]
    before = [
        max((m["message_id"] for m in await patient.person.read(bot)), default=0)
        for bot in (patient.bot, MASTER)
    ]

    async def wait(bot: str, after: int) -> float:
        while True:
            for message in await patient.person.read(bot, after):
                if message["from"] == "bot" and re.search(words, message["text"]):
                    return time.monotonic()
            await asyncio.sleep(0.05)

    waiting = [
        asyncio.create_task(wait(bot, after))
        for bot, after in zip((patient.bot, MASTER), before, strict=True)
    ]
    await break_it(patient)
    await asyncio.wait(waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait(waiting, timeout=BOTH)
    told = [task.result() - patient.broken_at if task.done() else None for task in waiting]
    for task in waiting:
        task.cancel()
    await patient.client.delete("/faults")
    return told[0], told[1]


async def run(scene: Scene) -> str:
    lines = [f"{'':<28}{'bot, s':>10}{'master, s':>12}"]
    async with httpx.AsyncClient(base_url=scene.system.url, timeout=60) as client:
        for number, cause in enumerate(CAUSES):
            if cause == "disk full" and scene.disk is None:
                continue
            user_id = FIRST_USER + number
            person = Person(client, user_id)
            owner = await settle_in(person, f"patient{number}_bot")
            files = scene.system.stack.installation.bot(user_id)
            patient = Patient(person, owner.bot, files, client, scene.disk)
            seconds = await measure(patient, cause)
            cells = ["—" if found is None else f"{found:.1f}" for found in seconds]
            lines.append(f"{cause:<28}{cells[0]:>10}{cells[1]:>12}")
    return "\n".join(lines)


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s")
    with set_scene() as scene:
        print(asyncio.run(run(scene)))


if __name__ == "__main__":
    main()
