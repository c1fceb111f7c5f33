"""While nothing is running, `tgrag` works on the database and the files, and says what to do."""

import pytest

from master.accounts.operator_actions import ActionKind
from personal_bot.contract import Condition, ExitReport, write_exit_report
from tests.unit.master.cli.conftest import ANNA, BORIS


def test_the_status_lists_the_bots_and_what_is_wanted_of_them(installed):
    installed.tgrag("stop", str(BORIS))
    status, shown, complaint = installed.tgrag("status")
    headings, anna, boris, total = shown.splitlines()
    assert headings.split()[:4] == ["PROGRAM", "USERNAME", "STATE", "PID"]
    assert anna.split()[:3] == ["bot-11", "@anna_docs_bot", "DOWN"]
    assert "12 as of 20" in anna
    assert anna.endswith("runs from the next start on")
    assert boris.endswith("stopped by an operator")
    assert total == "2 bots, 0 running"
    assert status == 3
    assert complaint.startswith("tgrag: nothing is running. Start everything with ")
    assert f"deploy/up --state-dir {installed.installation.root}\n" in complaint


def test_a_bot_that_is_stopped_does_not_start_with_supervisord(installed):
    status, _, complaint = installed.tgrag("stop", str(ANNA))
    assert (status, complaint.count("\n")) == (0, 1)
    assert "@anna_docs_bot will not start either, until you start it." in complaint
    assert installed.card(ANNA).stopped_by_operator
    assert not installed.starts_by_itself(ANNA)


@pytest.mark.parametrize("command", ["start", "restart"])
def test_a_bot_that_is_started_runs_from_the_next_start_on(installed, command):
    installed.tgrag("stop", str(ANNA))
    status, _, complaint = installed.tgrag(command, str(ANNA))
    assert status == 3
    assert "@anna_docs_bot will run from the next start on." in complaint
    assert installed.card(ANNA).active
    assert installed.starts_by_itself(ANNA)


def test_a_bot_is_deleted_at_the_next_start_after_a_question(installed):
    status, shown, _ = installed.tgrag("delete", str(ANNA))
    assert status == 1
    assert "deletes @anna_docs_bot" in shown
    assert "its documents (12 as of 20" in shown
    assert "Repeat the command with --yes" in shown
    assert installed.card(ANNA) is not None

    status, _, complaint = installed.tgrag("delete", str(ANNA), "--yes")
    assert status == 3
    assert "@anna_docs_bot will be deleted at the next start." in complaint
    assert installed.is_being_deleted(ANNA)
    assert not installed.starts_by_itself(ANNA)
    assert installed.untold() == []  # until it is done


def test_the_owners_are_told_at_the_next_start(installed):
    installed.tgrag("stop", str(ANNA))
    [action] = installed.untold()
    assert (action.user_id, action.kind) == (ANNA, ActionKind.STOPPED)


def test_the_logs_and_the_end_of_the_last_run_can_be_read(installed):
    said = ExitReport(7, 77, Condition.TOKEN_REVOKED, 1_777_816_800.0, "Unauthorized")
    write_exit_report(installed.installation.bot(ANNA).exit_report, said)
    (installed.installation.logs / "bot-11.err.log").write_text("its last words\n")
    status, shown, complaint = installed.tgrag("debug", str(ANNA))
    assert status == 0
    assert shown.startswith("bot-11: @anna_docs_bot, wanted running\nended: 2026-05-0")
    for fact in ("exit status: 77", "condition: token revoked", "--- stderr\nits last words\n"):
        assert fact in shown
    assert "nothing is running. This is what was left of the last run." in complaint


def test_there_is_nothing_to_reconcile(installed):
    status, shown, complaint = installed.tgrag("reconcile")
    assert (status, shown) == (3, "")
    assert "nothing is running. Every start makes processes match the database." in complaint


def test_program_files_are_checked(installed):
    status, shown, complaint = installed.tgrag("check")
    assert (status, complaint) == (0, "")
    assert "are valid" in shown


@pytest.mark.parametrize("command", ["debug", "start", "stop", "restart", "delete"])
def test_a_user_without_a_bot_is_named(installed, command):
    status, _, complaint = installed.tgrag(command, "999")
    assert (status, complaint) == (
        1,
        "tgrag: user 999 has no bot; `tgrag status` lists all bots\n",
    )


def test_a_sandbox_is_started_as_one(installed):
    (installed.installation.root / "sandbox").mkdir()
    assert "up --sandbox --state-dir" in installed.tgrag("status")[2]
