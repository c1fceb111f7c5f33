"""A fleet of any size: an installation with that many registered bots, and the sandbox."""

import asyncio
import socket
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy import stack
from deploy.stack import Stack, connect, find_supervisord
from deploy.stand_in import StandIn
from master.accounts.credentials import CredentialsWriter
from master.accounts.registry import Registry
from master.control_plane import open_control_plane
from master.installation.state_dir import ROOT, Installation
from master.services.bot_tokens import BotIdentity
from master.supervision.configuration import environment
from master.supervision.programs import Programs
from master.supervision.supervisor import Supervisor
from personal_bot.contract import Report, read_report, write_private
from tests.acceptance.person import Person
from tests.benchmarks import plain_master
from tests.benchmarks.processes import read_cpu, sum_added, sum_pss

KEY = "sk-sandbox-abcdefghijklmnopqrstuvwxyz0123456789"
FIRST_USER = 100_000
PATIENCE = 1_800.0  # seconds within which a fleet must be up
_PAUSE = 0.05  # seconds between checks


@dataclass
class Start:
    """The start of one bot.

    `after` is in seconds since the fleet's start, `cpu` in CPU seconds of bot and launcher.
    """

    report: Report
    after: float
    cpu: float

    @property
    def pids(self) -> list[int]:
        """The PIDs of the bot and of its launcher, if it has one."""
        return [self.report.pid, *([self.report.launcher] if self.report.launcher else [])]


@dataclass
class Fleet:
    stack: Stack
    stand_in: StandIn
    people: httpx.AsyncClient
    plain: bool
    users: list[int] = field(default_factory=list)
    starts: dict[int, Start] = field(default_factory=dict)
    master_after: float = 0.0  # seconds from the fleet's start until the master polled

    @property
    def supervisor(self) -> Supervisor:
        return connect(self.stack.installation, timeout=60)

    async def register(self, size: int) -> None:
        """Write the records and files that `size` onboardings would have written."""
        settings = self.stack.settings
        self.stack.installation.prepare()
        async with open_control_plane(settings) as control:
            registry = Registry(control.database, control.vault)
            keeper = CredentialsWriter(control.installation, control.vault)
            programs = Programs(control.installation)
            if self.plain:
                programs = Programs(control.installation, plain_master.plain_command)
            for user_id in range(FIRST_USER, FIRST_USER + size):
                person = Person(self.people, user_id)
                username = username_of(user_id)
                token = await person.make_bot(username)
                bot_id = int(token.partition(":")[0])
                await registry.save(user_id, BotIdentity(bot_id, username, username), token, KEY)
                keeper.write(await registry.read(user_id))
                programs.write(user_id, active=True)
                self.users.append(user_id)

    async def boot(self) -> float:
        """Start supervisord; return the seconds until every bot polls."""
        if self.plain:
            self._make_plain()
        begun = time.monotonic()
        self.stack.start()
        await self.monitor(begun)
        await self.stack.wait_ready(PATIENCE)
        return max((start.after for start in self.starts.values()), default=0.0)

    def find_busiest_second(self) -> int:
        """Return the most bots that started polling within one second."""
        seconds = Counter(int(start.after) for start in self.starts.values())
        return max(seconds.values(), default=0)

    async def monitor(self, begun: float) -> None:
        """Wait until every bot has reported that it polls; record when, and the CPU time used."""
        missing = [user_id for user_id in self.users if user_id not in self.starts]
        while missing or not self.master_after:
            if not self.master_after and read_report(self.stack.installation.master_report):
                self.master_after = time.monotonic() - begun
            for user_id in missing:
                report = read_report(self.stack.installation.bot(user_id).report)
                if report is not None:
                    start = Start(report, time.monotonic() - begun, 0.0)
                    start.cpu = sum(map(read_cpu, start.pids))
                    self.starts[user_id] = start
            missing = [user_id for user_id in missing if user_id not in self.starts]
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError(f"{len(missing)} bots are not ready")
            await asyncio.sleep(_PAUSE)

    async def onboard(self, user_id: int) -> float:
        """Onboard a new person through the chat; return the seconds from key to "is running"."""
        person, username = Person(self.people, user_id), username_of(user_id)
        token = await person.make_bot(username)
        await person.ask("master_bot", "/start", "BotFather")
        asked = await person.say("master_bot", token)
        await person.expect("master_bot", "Step 2 of 2", after=asked)
        begun = time.monotonic()
        sent = await person.say("master_bot", KEY)
        await person.expect("master_bot", f"@{username} is running", after=sent, patience=300)
        took = time.monotonic() - begun
        self.users.append(user_id)
        await self.monitor(begun)
        return took

    async def converse(self) -> float:
        """Send a message to every bot; return the seconds until all have answered."""
        begun = time.monotonic()
        limit = asyncio.Semaphore(50)

        async def ask(user_id: int) -> None:
            async with limit:
                person = Person(self.people, user_id)
                await person.ask(username_of(user_id), "What do they say?", "no documents yet")

        await asyncio.gather(*(ask(user_id) for user_id in self.users))
        return time.monotonic() - begun

    def bot_pids(self) -> list[int]:
        """Return the PIDs of bots and launchers."""
        return [pid for start in self.starts.values() for pid in start.pids]

    async def measure_memory(self) -> float:
        """Return the MB that all bots and launchers take in addition to the fork server."""
        found = (read_report(self.stack.installation.bot(user_id).report) for user_id in self.users)
        reports = [report for report in found if report]  # current: busy bots are replaced
        bots = [report.pid for report in reports]
        if self.plain:
            return sum_pss(bots)
        launchers = [report.launcher for report in reports if report.launcher]
        return sum_added(await self.server_pid(), bots) + sum_pss(launchers)

    async def server_pid(self) -> int:
        return (await self.supervisor.read_process("forkserver")).pid

    async def all_pids(self) -> list[int]:
        """Return the PIDs of all processes of the installation, without the sandbox."""
        processes = await self.supervisor.list_processes()
        supervised = {process.pid for process in processes if process.pid}
        supervisord = find_supervisord(self.stack.installation)
        assert supervisord is not None
        return [supervisord, *supervised.union(self.bot_pids())]

    def _make_plain(self) -> None:
        """Configure supervisord with `plain_master` and without a fork server."""
        written = stack.write_supervisor_config

        def write(installation: Installation, *arguments: object, **options: object) -> None:
            written(installation, *arguments, **options)  # type: ignore[arg-type]
            config = installation.supervisor_config.read_text(encoding="utf-8")
            config = config.replace("-m master ", f"-m {plain_master.FLAG} ")
            head, _, tail = config.partition("[program:forkserver]")
            config = head + tail[tail.index("[") :]
            write_private(installation.supervisor_config, config.encode())

        stack.write_supervisor_config = write  # type: ignore[assignment]


def username_of(user_id: int) -> str:
    return f"person_{user_id}_bot"


@asynccontextmanager
async def start_fleet(folder: Path, size: int, *, plain: bool = False) -> AsyncIterator[Fleet]:
    """Register `size` bots in a new folder; stop everything when the context exits."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        stand_in = StandIn(folder, port=probe.getsockname()[1])
    folder.mkdir(mode=0o700)
    settings = stand_in.settings()
    sandbox = subprocess.Popen(
        stand_in.program.command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL
    )
    stack = Stack(settings)
    try:
        while not await asyncio.to_thread(stand_in.is_healthy):
            await asyncio.sleep(_PAUSE)
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(base_url=stand_in.url, timeout=120, limits=limits) as people:
            fleet = Fleet(stack, stand_in, people, plain)
            await fleet.register(size)
            try:
                yield fleet
            finally:
                await stack.stop()
    finally:
        sandbox.terminate()
        sandbox.wait(30)
