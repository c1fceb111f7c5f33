"""The operator's command line works on an installation while it is running."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from master.accounts.operator_actions import ActionKind
from master.cli.command_line import main
from master.settings_files import write_settings
from master.supervision.event_socket import open_event_socket
from tests.integration.supervision.conftest import ControlPlaneHarness, token_of

pytestmark = pytest.mark.integration

Tgrag = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
async def installed(harness):
    write_settings(harness.settings)
    return harness


@pytest.fixture
def tgrag(installed: ControlPlaneHarness, capsys: pytest.CaptureFixture[str]) -> Tgrag:
    """Return a function that runs `tgrag`; it returns exit status, stdout and stderr."""

    async def run(*arguments: str) -> tuple[int, str, str]:
        command = ["--state-dir", str(installed.installation.root), *arguments]
        async with asyncio.timeout(60):
            status = await asyncio.to_thread(main, command)
        return status, *capsys.readouterr()

    return run


async def test_an_operator_sees_stops_and_deletes_bots(installed, tgrag):
    harness = installed
    await asyncio.gather(harness.create(1), harness.create(2))
    code, shown, _ = await tgrag("status")
    assert code == 0
    headings, first, _second, total = shown.splitlines()
    assert headings.split() == [
        *("PROGRAM", "USERNAME", "STATE", "PID", "LAUNCHER", "UPTIME", "RESTARTS", "DOCUMENTS"),
        "REMARKS",
    ]
    pid = str(await harness.pid(1))
    assert first.split()[:5] == ["bot-1", "@helper_1_bot", "RUNNING", pid, pid]
    assert total == "2 bots, 2 running"

    code, shown, _ = await tgrag("debug", "1")
    assert code == 0
    assert "Starting Personal Bot for user 1" in shown
    assert token_of(1) not in shown

    with open_event_socket(harness.installation.event_socket) as event_socket:
        code, shown, _ = await tgrag("stop", "1")
        assert (code, shown) == (0, "@helper_1_bot is stopped until it is started again\n")
        assert await event_socket.wait(0), "the master is to tell the owner now"
    assert await harness.state(1) == "STOPPED"
    assert (await harness.manager.get(1)).stopped_by_operator
    assert "3 as of 20" in (await tgrag("status"))[1]

    code, shown, _ = await tgrag("delete", "1")
    assert code == 1
    assert "--yes" in shown
    code, shown, _ = await tgrag("delete", "1", "--yes")
    assert code == 0
    assert shown.startswith("Deleted @helper_1_bot: 3 documents, ")
    assert await harness.manager.find(1) is None
    assert (await harness.manager.reconcile()).is_clean


async def test_broken_program_files_are_named(installed, tgrag):
    assert (await tgrag("check"))[0] == 0
    (installed.installation.programs / "theirs.conf").write_text("[program:x]\n")
    code, shown, _ = await tgrag("check")
    assert code == 1
    assert "theirs.conf: is not valid for supervisord" in shown


async def test_what_cannot_be_done_is_one_clear_line(installed, tgrag):
    code, _, complaint = await tgrag("restart", "999")
    assert code == 1
    assert complaint == "tgrag: user 999 has no bot; `tgrag status` lists all bots\n"


async def test_what_was_wanted_while_nothing_ran_is_done_at_the_next_start(installed, tgrag):
    await asyncio.gather(installed.create(1), installed.create(2), installed.create(3))
    assert (await tgrag("stop", "3"))[0] == 0
    await installed.daemon.stop()
    assert (await tgrag("status"))[0] == 3
    assert (await tgrag("stop", "1"))[0] == 0
    assert (await tgrag("delete", "2", "--yes"))[0] == 3
    assert (await tgrag("start", "3"))[0] == 3
    await installed.daemon.start()
    assert await installed.state(1) == "STOPPED"
    assert await installed.state(3) in {"STARTING", "RUNNING"}
    await installed.manager.reconcile()
    assert not installed.installation.bot(2).home.exists()
    told = await installed.manager.operator_actions.list_untold()
    assert [(action.user_id, action.kind) for action in told] == [
        (1, ActionKind.STOPPED),
        (2, ActionKind.DELETED),
        (3, ActionKind.STARTED),
    ]
