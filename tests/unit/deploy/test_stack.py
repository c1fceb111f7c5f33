"""Only a state folder's own supervisord is found, and a failed start is explained."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from deploy import stack as module
from deploy.local_embeddings import LocalEmbeddings
from deploy.stack import Stack, StackError, find_supervisord, stop
from deploy.stand_in import StandIn
from master.errors import (
    SupervisorError,
    SupervisorShuttingDownError,
    SupervisorUnreachableError,
)
from master.installation.state_dir import Installation
from master.supervision.programs import Programs


@pytest.fixture
def installation(tmp_path):
    installation = Installation(tmp_path / "state")
    installation.prepare()
    return installation


async def test_stopping_what_does_not_run_is_not_an_error(installation):
    assert await stop(installation) is False


def test_a_pid_that_another_program_has_now_is_not_supervisord(installation):
    installation.supervisor_pid.write_text(str(os.getpid()))
    assert find_supervisord(installation) is None


def test_a_pid_file_that_is_cut_short_is_not_supervisord(installation):
    installation.supervisor_pid.write_text("")
    assert find_supervisord(installation) is None


@pytest.fixture
def stack(installation, monkeypatch) -> Stack:
    """A stack whose supervisord ends at once."""
    monkeypatch.setattr(sys, "executable", "/bin/true")
    stand_in = StandIn(installation.root)
    return Stack(stand_in.settings(), stand_in)


def copy(stack: Stack, folder: Path) -> Stack:
    shutil.copytree(stack.installation.root, folder)
    stand_in = StandIn(folder)
    return Stack(stand_in.settings(), stand_in)


async def test_a_copied_folder_holds_no_path_of_the_original_when_supervisord_starts(
    stack, tmp_path
):
    programs = Programs(stack.installation)
    stack.start()
    assert (stack.moved_from, stack.rewritten) == (None, [])
    programs.write(7, active=True)
    programs.write(8, active=False)
    await stack.wait()
    copied = copy(stack, tmp_path / "данные")
    copied.start()
    await copied.wait()
    assert (copied.moved_from, copied.rewritten) == (stack.installation.root, [7, 8])
    assert copied.quarantined == []
    original = os.fsencode(stack.installation.root)
    files = [path for path in copied.installation.root.rglob("*") if path.is_file()]
    assert [path for path in files if original in path.read_bytes()] == []
    assert Programs(copied.installation).is_current(8, active=False)
    copied.start()
    await copied.wait()
    assert (copied.moved_from, copied.rewritten) == (None, [])


async def test_a_program_that_could_start_from_the_original_is_put_aside(stack, tmp_path):
    """It does not say whether it starts by itself, so it cannot be written anew."""
    Programs(stack.installation).write(7, active=True)
    path = stack.installation.programs / "bot-7.conf"
    path.write_text(path.read_text().replace("autostart=true\n", ""))
    copied = copy(stack, tmp_path / "copy")
    copied.start()
    await copied.wait()
    assert [path.parent for path in copied.quarantined] == [copied.installation.quarantine]
    assert list(copied.installation.programs.glob("*.conf")) == []


async def test_a_start_renews_the_password_of_an_earlier_version(stack):
    stack.installation.supervisor_password.write_text("0f" * 32)
    stack.start()
    await stack.wait()
    password = stack.installation.read_supervisor_password()
    assert password != "0f" * 32
    assert f"password={password}" in stack.installation.supervisor_config.read_text()


async def test_a_supervisord_that_does_not_start_says_why_without_secrets(
    installation, monkeypatch
):
    script = (
        "print('cannot read 123456789:AAE-abcdefghijklmnopqrstuvwxyz01234'); raise SystemExit(2)"
    )
    broken = installation.root / "broken"
    broken.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{script}"\n')
    broken.chmod(0o700)
    stand_in = StandIn(installation.root)
    stack = Stack(stand_in.settings(), stand_in)
    monkeypatch.setattr(sys, "executable", str(broken))
    stack.start()
    with pytest.raises(StackError, match=r"did not start: cannot read 123456789:\*\*\*"):
        await stack.wait_ready()
    await stack.stop()


async def test_local_embeddings_are_a_program_that_starts_before_the_bots(stack):
    stack.embeddings = LocalEmbeddings(8082)
    stack.start()
    await stack.wait()
    content = stack.installation.supervisor_config.read_text()
    (section,) = [part for part in content.split("\n[") if part.startswith("program:embeddings]")]
    assert f"command={sys.executable} -m deploy.embedding_server --port 8082\n" in section
    assert "\npriority=1\n" in section
    assert "\nautostart=true\n" in section


class Answers:
    """A supervisord that answers requests to shut down as it is told, and then ends."""

    def __init__(self, *answers: type[SupervisorError] | None) -> None:
        self.left = list(answers)

    async def shut_down(self) -> None:
        answer = self.left.pop(0)
        if answer is not None:
            raise answer("supervisor.shutdown")

    def find(self, _installation: Installation) -> int | None:
        return 4242 if self.left else None


async def test_a_supervisord_that_reloads_is_stopped_once_it_is_back(installation, monkeypatch):
    """During a reload it refuses requests as during a shutdown, then opens its socket anew."""
    supervisord = Answers(SupervisorShuttingDownError, SupervisorUnreachableError, None)
    monkeypatch.setattr(module, "connect", lambda *_: supervisord)
    monkeypatch.setattr(module, "find_supervisord", supervisord.find)
    assert await stop(installation)
    assert supervisord.left == []


async def test_a_supervisord_that_never_answers_is_an_error(installation, monkeypatch):
    supervisord = Answers(SupervisorUnreachableError, None)
    monkeypatch.setattr(module, "connect", lambda *_: supervisord)
    monkeypatch.setattr(module, "find_supervisord", supervisord.find)
    with pytest.raises(StackError, match="supervisord, PID 4242, does not stop"):
        await stop(installation)
