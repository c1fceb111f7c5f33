"""A real supervisord, a BotManager and scripted bots."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from master.accounts.database import Database
from master.accounts.vault import Vault
from master.bots.manager import BotManager
from master.errors import SupervisorError
from master.installation.state_dir import SUPERVISOR_USERNAME, Installation
from master.services.bot_tokens import BotIdentity
from master.settings import Settings
from master.supervision.configuration import environment, write_supervisor_config
from master.supervision.programs import Programs
from master.supervision.supervisor import Supervisor

SCRIPT = Path(__file__).parent / "scripted_bot.py"
MASTER_TOKEN = "1000000001:" + "M" * 35
RETRIES = 2  # a bot that cannot start is FATAL after three seconds instead of fifteen
KEY = "sk-" + "k" * 40


def scripted_command(installation: Installation, user_id: int) -> list[str]:
    state_dir = str(installation.root)
    return [sys.executable, str(SCRIPT), "--state-dir", state_dir, "--user-id", str(user_id)]


def token_of(user_id: int) -> str:
    return f"{200_000 + user_id}:" + "T" * 35


def identity_of(user_id: int) -> BotIdentity:
    return BotIdentity(200_000 + user_id, f"helper_{user_id}_bot", f"Helper {user_id}")


class Daemon:
    """A supervisord that tests can start, stop and kill."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def supervisor(self) -> Supervisor:
        password = self.installation.read_supervisor_password()
        return Supervisor(self.installation.socket, SUPERVISOR_USERNAME, password, timeout=20)

    async def start(self) -> None:
        command = ["-m", "supervisor.supervisord", "-n", "-c"]
        self.process = subprocess.Popen(
            [sys.executable, *command, str(self.installation.supervisor_config)],
            env=environment(),
            cwd=self.installation.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        async with asyncio.timeout(30):
            while not await self.supervisor.is_reachable():
                assert self.process.poll() is None, "supervisord did not start"
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        try:
            await self.supervisor.shut_down()
        except SupervisorError:
            self.process.terminate()
        await asyncio.to_thread(self.process.wait, 30)

    async def kill(self) -> None:
        """Kill supervisord and all its processes, as a power cut would."""
        assert self.process is not None
        pids = [process.pid for process in await self.supervisor.list_processes() if process.pid]
        for pid in (self.process.pid, *pids):
            os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(self.process.wait, 30)

    def end(self) -> None:
        """Kill everything, which is faster than an orderly shutdown."""
        if self.process is None or self.process.poll() is not None:
            return
        supervisord = psutil.Process(self.process.pid)
        supervisord.suspend()  # or it would restart the killed processes
        for process in (*supervisord.children(recursive=True), supervisord):
            process.kill()
        self.process.wait()


@dataclass
class ControlPlaneHarness:
    """All parts of one installation, with shortcuts for tests."""

    settings: Settings
    installation: Installation
    daemon: Daemon
    database: Database
    programs: Programs
    manager: BotManager

    @property
    def supervisor(self) -> Supervisor:
        return self.daemon.supervisor

    async def create(self, user_id: int, script: str = "work"):
        self.script(user_id, script)
        return await self.manager.create(user_id, identity_of(user_id), token_of(user_id), KEY)

    def script(self, user_id: int, script: str) -> None:
        folder = self.installation.root / "scripts"
        folder.mkdir(exist_ok=True)
        (folder / str(user_id)).write_text(script)

    def another_manager(self) -> BotManager:
        """Return the manager of a newly started master on the same installation."""
        vault = Vault.open(self.installation.key)
        return BotManager(self.settings, self.database, vault, self.programs, self.supervisor)

    async def run_without_extension(self) -> None:
        """Restart supervisord without `master.supervision.rpcinterface`."""
        await self.daemon.stop()
        config = self.installation.supervisor_config
        text = re.sub(r"\[rpcinterface:fleet\]\n(.+\n)+", "", config.read_text())
        assert "fleet" not in text
        config.write_text(text)
        await self.daemon.start()

    async def tell(self, user_id: int, script: str) -> None:
        """Make a working bot follow another script at once."""
        self.script(user_id, script)
        os.kill(await self.pid(user_id), signal.SIGUSR1)

    async def pid(self, user_id: int) -> int:
        return (await self.supervisor.read_process(f"bot-{user_id}")).pid

    async def until(self, condition, seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.05)

    async def state(self, user_id: int) -> str:
        return (await self.supervisor.read_process(f"bot-{user_id}")).state


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.prepare()
    write_supervisor_config(installation, with_master=False)
    return installation


@pytest.fixture
async def harness(installation: Installation) -> AsyncIterator[ControlPlaneHarness]:
    settings = Settings(_env_file=None, master_bot_token=MASTER_TOKEN, state_dir=installation.root)
    daemon = Daemon(installation)
    await daemon.start()
    database = Database(settings.database_address)
    await database.open()
    programs = Programs(installation, scripted_command, start_retries=RETRIES)
    vault = Vault.open(installation.key)
    manager = BotManager(settings, database, vault, programs, daemon.supervisor)
    yield ControlPlaneHarness(settings, installation, daemon, database, programs, manager)
    daemon.end()
    await database.close()
