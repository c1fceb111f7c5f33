"""Every command of `supervisorctl` works on our configuration, and bots are right afterwards."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from master.supervision.configuration import environment
from tests.integration.supervision.conftest import ControlPlaneHarness

pytestmark = pytest.mark.integration


class Supervisorctl:
    """Runs commands on an installation, and remembers which."""

    def __init__(self, harness: ControlPlaneHarness) -> None:
        self.used: set[str] = set()
        config = str(harness.installation.supervisor_config)
        self._command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", config]

    async def run(self, *arguments: str) -> str:
        """Return all that a command prints; it must succeed."""
        async with self.open(*arguments) as process:
            output, _ = await process.communicate()
            assert process.returncode == 0, output
            return output.decode()

    @asynccontextmanager
    async def open(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a command that goes on until its standard input closes or it is killed."""
        self.used.update(arguments[:1])
        process = await asyncio.create_subprocess_exec(
            *(*self._command, *arguments),
            env=environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(30):
                yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def follow(self, *arguments: str, until: str) -> None:
        async with self.open(*arguments) as process:
            assert process.stdout is not None
            await process.stdout.readuntil(until.encode())


@pytest.fixture
def ctl(harness: ControlPlaneHarness) -> Supervisorctl:
    return Supervisorctl(harness)


async def test_every_command_works_and_bots_are_right_afterwards(harness, ctl):
    """One system, because a start takes a second and there are twenty commands."""
    await asyncio.gather(harness.create(7), harness.create(8))
    await look_at_everything(harness, ctl)
    await read_logs(harness, ctl)
    await control_processes(harness, ctl)
    await change_programs(harness, ctl)
    await reload(harness, ctl)
    await shut_down(harness, ctl)
    topics = await ctl.run("help")
    listed = set(re.split(r"=+", topics)[1].split())
    assert {"tail", "fg", "reload"} < listed
    assert listed <= ctl.used


async def look_at_everything(harness, ctl):
    pid = await harness.pid(7)
    assert f"RUNNING   pid {pid}" in await ctl.run("status")
    assert re.search(r"bot-7 +in use +auto", await ctl.run("avail"))
    assert await ctl.run("pid") == f"{harness.daemon.process.pid}\n"
    assert await ctl.run("pid", "bot-7") == f"{pid}\n"
    assert await ctl.run("version") == "4.3.0\n"
    assert "bot-7" in await ctl.run("open", f"unix://{harness.installation.socket}")
    for leave in ("exit", "quit"):
        assert (await ctl.run(leave)).strip() == ""


async def read_logs(harness, ctl):
    started = "Starting Personal Bot for user 7"
    assert started in await ctl.run("tail", "bot-7")
    await ctl.follow("tail", "-f", "bot-7", until=started)
    assert "success: bot-7 entered RUNNING" in await ctl.run("maintail")
    await ctl.follow("maintail", "-f", until="success: bot-7 entered RUNNING")
    async with ctl.open("fg", "bot-7") as process:
        await process.stdout.readuntil(started.encode())
        process.stdin.write(b"a line for the bot\n")
        process.stdin.close()
        # It waits for its own thread, up to 30 seconds.
        await process.stdout.readuntil(b"Exiting foreground")

    log = harness.programs.logs(7).stdout
    log.write_text("я" * 10 + "\x1b[31mred\x00")  # the last 12 bytes begin within a letter
    assert (await ctl.run("tail", "-12", "bot-7")).strip() == "\ufffdя[31mred"
    assert await ctl.run("clear", "bot-7") == "bot-7: cleared\n"
    assert log.read_text() == ""


async def control_processes(harness, ctl):
    before = await harness.pid(7)
    other = await harness.pid(8)
    assert await ctl.run("stop", "bot-7") == "bot-7: stopped\n"
    assert (await harness.manager.status(7)).card.active
    assert await ctl.run("start", "bot-7") == "bot-7: started\n"
    await runs_as_another_process(harness, 7, before)

    before = await harness.pid(7)
    assert await ctl.run("restart", "bot-7") == "bot-7: stopped\nbot-7: started\n"
    await runs_as_another_process(harness, 7, before)

    await harness.manager.reconcile()  # a master's first one would start stopped bots
    before = await harness.pid(7)
    assert await ctl.run("signal", "TERM", "bot-7") == "bot-7: signalled\n"

    async def has_ended():
        return await harness.state(7) == "EXITED"

    await harness.until(has_ended)
    assert (await harness.manager.reconcile()).started == [7]
    await runs_as_another_process(harness, 7, before)
    assert await harness.pid(8) == other


async def change_programs(harness, ctl):
    before = await harness.pid(7)
    other = await harness.pid(8)
    assert "No config updates" in await ctl.run("reread")
    assert await ctl.run("update") == ""  # no difference from the files
    await ctl.run("stop", "bot-7")
    assert await ctl.run("remove", "bot-7") == "bot-7: removed process group\n"
    assert "bot-7" not in await ctl.run("status")
    assert await ctl.run("add", "bot-7") == "bot-7: added process group\n"
    await runs_as_another_process(harness, 7, before)
    assert await harness.pid(8) == other
    assert (await harness.manager.reconcile()).is_clean


async def reload(harness, ctl):
    """A program file that is invalid would end a stock supervisord here, and all bots with it."""
    await harness.manager.stop(8)
    invalid = harness.installation.programs / "operator.conf"
    invalid.write_text("[program:theirs]\nautostart=maybe\n")
    before = await harness.pid(7)
    assert await ctl.run("reload") == "Restarted supervisord\n"
    await harness.until(harness.supervisor.is_reachable)
    await runs_as_another_process(harness, 7, before)
    assert harness.daemon.process.poll() is None
    assert not psutil.pid_exists(before)
    assert await harness.state(8) == "STOPPED"
    assert not invalid.exists()
    moved = list(harness.installation.quarantine.glob("operator.conf.*"))
    assert str(moved[0]) in await ctl.run("maintail", "-9000")
    assert (await harness.another_manager().reconcile()).is_clean
    await harness.manager.start(8)


async def shut_down(harness, ctl):
    pids = [await harness.pid(7), await harness.pid(8)]
    assert await ctl.run("shutdown") == "Shut down\n"
    assert await asyncio.to_thread(harness.daemon.process.wait, 30) == 0
    assert not any(map(psutil.pid_exists, pids))
    await harness.daemon.start()
    for user_id, pid in zip((7, 8), pids, strict=True):
        await runs_as_another_process(harness, user_id, pid)
    assert (await harness.another_manager().reconcile()).is_clean


async def runs_as_another_process(harness, user_id, before):
    async def has_changed():
        is_running = await harness.manager.is_bot_running(user_id)
        return is_running and await harness.pid(user_id) != before

    await harness.until(has_changed)
