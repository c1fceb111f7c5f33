"""The operator's command line works on an installation while it is running."""

import asyncio
import sys

import pytest

from master.cli import main
from master.settings_files import write_settings
from tests.integration.supervision.conftest import token_of

pytestmark = pytest.mark.integration


async def tgrag(harness, *arguments: str) -> tuple[int, str, str]:
    """Run `tgrag` in a separate process; return exit status, stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "master.cli", "--state-dir", str(harness.installation.root)),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        stdout, stderr = await process.communicate()
    assert process.returncode is not None
    return process.returncode, stdout.decode(), stderr.decode()


@pytest.fixture
async def installed(harness):
    write_settings(harness.settings)
    return harness


async def test_an_operator_sees_stops_and_deletes_bots(installed):
    harness = installed
    await asyncio.gather(harness.create(1), harness.create(2))
    code, shown, _ = await tgrag(harness, "status")
    assert code == 0
    assert f"bot-1  @helper_1_bot  RUNNING  pid {await harness.pid(1)}" in shown
    assert "2 bots, 2 running" in shown

    code, shown, _ = await tgrag(harness, "debug", "1")
    assert code == 0
    assert "Starting Personal Bot for user 1" in shown
    assert token_of(1) not in shown

    assert (await tgrag(harness, "stop", "1"))[0] == 0
    assert await harness.state(1) == "STOPPED"
    assert not (await harness.manager.get(1)).active

    code, shown, _ = await tgrag(harness, "delete", "1")
    assert code == 1
    assert "--yes" in shown
    assert (await tgrag(harness, "delete", "1", "--yes"))[0] == 0
    assert await harness.manager.find(1) is None
    assert (await harness.manager.reconcile()).is_clean


async def test_broken_program_files_are_named(installed):
    assert (await tgrag(installed, "check"))[0] == 0
    (installed.installation.programs / "theirs.conf").write_text("[program:x]\n")
    code, shown, _ = await tgrag(installed, "check")
    assert code == 1
    assert "theirs.conf: is not valid for supervisord" in shown


async def test_what_cannot_be_done_is_one_clear_line(installed):
    code, _, complaint = await tgrag(installed, "restart", "999")
    assert (code, complaint) == (1, "tgrag: user 999: has no bot\n")
    await installed.daemon.stop()
    code, _, complaint = await tgrag(installed, "status")
    assert code == 1
    assert complaint.startswith("tgrag: ")
    assert complaint.count("\n") == 1


def test_a_folder_that_is_no_installation_is_a_wrong_setting(tmp_path, capsys):
    assert main(["--state-dir", str(tmp_path), "status"]) == 78
    complaint = capsys.readouterr().err
    assert "No such file" in complaint
    assert complaint.count("\n") == 1
