"""When a process dies, it is restarted and the others keep running."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.acceptance.running_system import (
    MASTER,
    RunningSystem,
    find_leftovers,
    onboard,
    start_system,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance


async def test_a_restarted_master_leaves_bots_running(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "steady_bot")
    bot, master = system.bot_pid(person.user_id), system.pid("master")
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


def test_operators_see_it_all_with_supervisorctl(system: RunningSystem):
    ctl = Path(sys.executable).with_name("supervisorctl")
    listing = subprocess.run(
        [ctl, "-c", system.state / "supervisord.conf", "status"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert "master" in listing.stdout
    assert "sandbox" in listing.stdout


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


def test_a_second_installation_does_not_meet_the_first(system: RunningSystem):
    with (
        tempfile.TemporaryDirectory(prefix="tgrag-") as folder,
        start_system(Path(folder)) as other,
    ):
        assert other.url != system.url
        assert other.supervisord_pid() != system.supervisord_pid()
