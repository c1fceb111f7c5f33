"""Only a state folder's own supervisord is found, and a failed start is explained."""

import os
import sys

import pytest

from deploy.stack import Stack, StackError, find_supervisord, stop
from deploy.stand_in import StandIn
from master.installation.state_dir import Installation


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
