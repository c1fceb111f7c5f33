"""When a process dies, it is restarted and the others keep running."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xmlrpc.client
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import (
    MASTER,
    RunningSystem,
    find_leftovers,
    onboard,
    start_system,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance

OWNER = 600_000_001


async def test_a_restarted_master_leaves_bots_running(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "steady_bot")
    bot, master = system.bot_pid(person.user_id), system.pid("master")
    await person.ask(MASTER, "/status", f"PID {bot}")  # the onboarding has ended
    os.kill(master, signal.SIGKILL)
    wait_until(lambda: system.pid("master") != master, 60)
    await person.ask(MASTER, "/status", f"PID {bot}")
    assert system.bot_pid(person.user_id) == bot
    await person.ask("steady_bot", "/start", "Hello")


async def test_a_killed_bot_comes_back_by_itself(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "phoenix_bot")
    pid = system.bot_pid(person.user_id)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: system.bot_pid(person.user_id) != pid, 60)
    await person.ask("phoenix_bot", "/start", "Hello")
    await person.ask(MASTER, "/status", "Restarted after a failure: 1 time")


async def test_a_revoked_token_ends_the_bot_once_and_debug_says_why(
    make_person, system: RunningSystem
):
    person = make_person()
    await onboard(person, "leaked_bot")
    await person.revoke("leaked_bot")
    name = f"bot-{person.user_id}"
    wait_until(lambda: system.process(name)["statename"] == "EXITED", 90)
    assert system.process(name)["exitstatus"] == 77
    diagnosis = await person.ask(MASTER, "/debug", "77")
    assert "revoked" in diagnosis["text"]
    assert any("token" in b["text"].lower() for row in diagnosis["keyboard"] for b in row)


async def test_debug_shows_process_and_logs_without_secrets(make_person):
    person = make_person()
    await onboard(person, "open_book_bot")
    diagnosis = await person.ask(MASTER, "/debug", "PID")
    assert "is running..." in diagnosis["text"]
    assert "sk-sandbox" not in diagnosis["text"]


@pytest.mark.timeout(300)
async def test_a_restarted_supervisord_brings_all_active_bots_back(
    make_person, system: RunningSystem
):
    awake, asleep = make_person(), make_person()
    await onboard(awake, "early_bot")
    await onboard(asleep, "late_bot")
    await asleep.ask(MASTER, "/stop", "is stopped until")
    old = system.bot_pid(awake.user_id)
    os.kill(system.supervisord_pid(), signal.SIGKILL)
    assert system.stack._supervisord is not None
    system.stack._supervisord.wait()
    wait_until(lambda: not find_leftovers(system.state), 30)
    await _restart(system)
    wait_until(lambda: system.bot_pid(awake.user_id) != old, 120)
    await awake.ask("early_bot", "/start", "Hello")
    assert system.process(f"bot-{asleep.user_id}")["statename"] == "STOPPED"


async def _restart(system: RunningSystem) -> None:
    system.stack.start()
    await system.stack.wait_ready(120)


@pytest.mark.timeout(300)
def test_a_copy_runs_from_its_own_folder_beside_other_installations(system: RunningSystem):
    """A second installation is reloaded, shut down and copied, and the copy is started."""
    with tempfile.TemporaryDirectory(prefix="tgrag-") as name:
        folder, copy = Path(name) / "first", Path(name) / "copy"
        folder.mkdir()
        with start_system(folder) as other:
            assert other.url != system.url
            assert other.supervisord_pid() != system.supervisord_pid()
            asyncio.run(_reload(other))
            assert supervisorctl(other, "shutdown") == "Shut down\n"
            wait_until(lambda: not find_leftovers(folder), 60)
        before = _read_all(folder)
        shutil.copytree(folder, copy, ignore=_ignore_sockets)
        with start_system(copy) as copied:
            assert copied.stack.moved_from == folder
            assert copied.stack.rewritten == [OWNER]
            copied.pid(f"bot-{OWNER}")
            assert not find_leftovers(folder), "a process runs from the original"
            asyncio.run(_greet(copied))
        assert _read_all(folder) == before, "the original was touched"


async def _reload(system: RunningSystem) -> None:
    """Create a bot, then have supervisord start everything anew."""
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        await onboard(Person(client, OWNER), "traveller_bot")
    pids = {name: system.pid(name) for name in ("sandbox", "forkserver", "master", f"bot-{OWNER}")}
    assert supervisorctl(system, "reload") == "Restarted supervisord\n"
    for name, pid in pids.items():
        wait_until(partial(_runs_anew, system, name, pid), 60)
    await _greet(system)


async def _greet(system: RunningSystem) -> None:
    """Ask the bot, and ask the master about it."""
    wait_until(lambda: is_reachable(system.url), 60)
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        person = Person(client, OWNER)
        await person.ask("traveller_bot", "/start", "Hello")
        status = await person.ask(MASTER, "/status", "PID")
    assert "running" in status["text"]
    assert "failure" not in status["text"], "it was restarted on request"


def _runs_anew(system: RunningSystem, name: str, former: int) -> bool:
    try:
        process = system.process(name)
    except (OSError, xmlrpc.client.Fault):  # supervisord stops everything, then opens a new socket
        return False
    return process["statename"] == "RUNNING" and process["pid"] != former


def supervisorctl(system: RunningSystem, *arguments: str) -> str:
    ctl = Path(sys.executable).with_name("supervisorctl")
    return subprocess.run(
        [ctl, "-c", system.state / "supervisord.conf", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    ).stdout


def is_reachable(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.TransportError:
        return False


def _ignore_sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_socket()}


def _read_all(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
