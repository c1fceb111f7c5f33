"""Measure what each additional bot costs the master and supervisord, without the bots themselves.

    python -m tests.benchmarks.control_plane [--sizes 10 100 300 1000] [--idle 30]
                                             [--output build/benchmarks]

A real supervisord with our extension supervises programs that only sleep, and the master's own
BotManager manages them. Writes `control_plane.md`. A thousand bots take about two minutes.
"""

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from master.accounts.credentials import CredentialsWriter
from master.accounts.registry import Registry
from master.bots.manager import BotManager
from master.control_plane import open_control_plane
from master.installation.state_dir import Installation
from master.services.bot_tokens import BotIdentity
from master.settings import Settings
from master.supervision.configuration import write_supervisor_config
from master.supervision.programs import Programs
from master.supervision.supervisor import ProcessState, Supervisor
from tests.benchmarks.processes import read_cpu
from tests.benchmarks.supervised import run_supervisord

SIZES = (10, 100, 300, 1_000)
FIRST_USER = 100_000
NEWCOMERS = 7
KEY = "sk-" + "k" * 40
# Looks like a working bot to the master and supervisord.
BOT = """
echo '{"pid": '$$', "started_at": 0}' > "$1/bots/$2/report.json"
exec sleep 1000000
"""


@dataclass
class Costs:
    """Samples of one operation: wall-clock seconds, and CPU seconds of master and supervisord."""

    took: list[float] = field(default_factory=list)
    master: list[float] = field(default_factory=list)
    supervisord: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [statistics.median(each) for each in (self.took, self.master, self.supervisord)]
        return " / ".join(f"{part:.3f}" for part in parts)


class Plane:
    """One installation with its supervisord and a manager; measures the cost of operations."""

    def __init__(self, manager: BotManager, supervisor: Supervisor, supervisord: int) -> None:
        self._manager = manager
        self._supervisor = supervisor
        self._supervisord = supervisord

    async def time(self, deed: Callable[[], Awaitable[object]], costs: Costs) -> Costs:
        begun, own, theirs = time.monotonic(), time.process_time(), read_cpu(self._supervisord)
        await deed()
        costs.took.append(time.monotonic() - begun)
        costs.master.append(time.process_time() - own)
        costs.supervisord.append(read_cpu(self._supervisord) - theirs)
        return costs

    async def boot(self) -> None:
        async def is_up() -> bool:
            processes = await self._supervisor.list_processes()
            return all(process.state is ProcessState.RUNNING for process in processes)

        while not await is_up():
            await asyncio.sleep(0.5)

    async def measure(self, size: int, idle: float) -> dict[str, str]:
        manager, found = self._manager, {}
        found["First reconciliation"] = str(await self.time(manager.reconcile, Costs()))
        later = Costs()
        for _ in range(3):
            await self.time(manager.reconcile, later)
        found["Each later one"] = str(later)
        ring = Costs()
        for _ in range(3):
            await self.time(self._look, ring)
        found["A ring of supervisord's"] = str(ring)
        created, restarted, deleted = Costs(), Costs(), Costs()
        for user_id in range(FIRST_USER + size, FIRST_USER + size + NEWCOMERS):
            await self.time(lambda user_id=user_id: self._create(user_id), created)
            await self.time(lambda user_id=user_id: manager.restart(user_id), restarted)
        for user_id in range(FIRST_USER + size, FIRST_USER + size + NEWCOMERS):
            await self.time(lambda user_id=user_id: manager.delete(user_id), deleted)
        found["One more bot"] = str(created)
        found["… restarted"] = str(restarted)
        found["… deleted"] = str(deleted)
        quiet = await self.time(lambda: asyncio.sleep(idle), Costs())
        found["Idle supervisord, % of a core"] = f"{100 * quiet.supervisord[0] / idle:.2f}"
        each_minute = statistics.median(later.master) + statistics.median(ring.master)
        found["Idle master, % of a core"] = f"{100 * each_minute / 60:.2f}"
        return found

    async def _create(self, user_id: int) -> None:
        await self._manager.create(user_id, identity_of(user_id), token_of(user_id), KEY)

    async def _look(self) -> None:
        async for incident in self._manager.monitor.check():
            raise AssertionError(incident)


def identity_of(user_id: int) -> BotIdentity:
    return BotIdentity(200_000 + user_id, f"person_{user_id}_bot", "A bot")


def token_of(user_id: int) -> str:
    return f"{200_000 + user_id}:" + "T" * 35


def command(installation: Installation, user_id: int) -> list[str]:
    return ["/bin/sh", str(installation.root / "bot.sh"), str(installation.root), str(user_id)]


@asynccontextmanager
async def start_plane(folder: Path, size: int) -> AsyncIterator[tuple[Plane, float]]:
    """Register and start `size` bots in a new folder; yield the plane and the seconds it took."""
    settings = Settings(_env_file=None, master_bot_token="1000000001:" + "M" * 35, state_dir=folder)
    installation = settings.installation
    installation.prepare()
    (folder / "bot.sh").write_text(BOT)
    async with open_control_plane(settings) as control:
        registry = Registry(control.database, control.vault)
        keeper = CredentialsWriter(installation, control.vault)
        programs = Programs(installation, command)
        for user_id in range(FIRST_USER, FIRST_USER + size):
            await registry.save(user_id, identity_of(user_id), token_of(user_id), KEY)
            keeper.write(await registry.read(user_id))
            programs.write(user_id, active=True)
        write_supervisor_config(installation, with_master=False)
        manager = BotManager(
            settings, control.database, control.vault, programs, control.supervisor
        )
        begun = time.monotonic()
        async with run_supervisord(installation, control.supervisor) as pid:
            plane = Plane(manager, control.supervisor, pid)
            await plane.boot()
            yield plane, time.monotonic() - begun


async def measure_all(sizes: list[int], idle: float) -> str:
    columns: dict[int, dict[str, str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="plane-") as folder:
            async with start_plane(Path(folder), size) as (plane, took):
                columns[size] = {"All running after": f"{took:.1f}"}
                columns[size] |= await plane.measure(size, idle)
        print(tabulate(columns), file=sys.stderr)
    return tabulate(columns)


def tabulate(columns: dict[int, dict[str, str]]) -> str:
    titles = next(iter(columns.values()))
    lines = [
        "| Seconds: clock / CPU of master / of supervisord | "
        + " | ".join(f"{size}" for size in columns)
        + " |",
        "|---" + "|--:" * len(columns) + "|",
        *(
            f"| {title} | " + " | ".join(found[title] for found in columns.values()) + " |"
            for title in titles
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.control_plane",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of bots")
    parser.add_argument("--idle", type=float, default=30.0, help="seconds of idling measured")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level="ERROR")
    table = asyncio.run(measure_all(options.sizes, options.idle))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "control_plane.md").write_text(table)
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
