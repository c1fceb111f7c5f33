"""Each combination of evidence about a bot's process leads to the right condition."""

import os
import time

import pytest

from master.bots.diagnostics import SILENT_SECONDS, Evidence, diagnose, examine, judge
from master.bots.readiness import READY_SECONDS, is_ready
from master.supervision.logs import ProcessExit
from master.supervision.programs import BotLogs
from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import (
    BotFiles,
    Condition,
    ExitReport,
    Problem,
    Report,
    write_exit_report,
    write_report,
)

NOW = 1_800_000_000
KILLED = ProcessExit(None, "SIGKILL")


def make_process(
    state: str, *, pid=0, started_at=NOW - 60, stopped_at=0, exit_status=0, spawn_error=""
):
    return Process(
        "bot-7", ProcessState(state), pid, started_at, stopped_at, NOW, exit_status, spawn_error
    )


def make_evidence(process=None, **facts) -> Evidence:
    known = {
        "active": True,
        "report": None,
        "report_age": 1.0,
        "exit_report": None,
        "end": None,
        "stderr": "",
    }
    return Evidence(process=process, **(known | facts))


running = make_process("RUNNING", pid=5)
long_running = make_process("RUNNING", pid=5, started_at=NOW - READY_SECONDS - 1)
exited = make_process("EXITED", stopped_at=NOW - 1)
fatal = make_process("FATAL", stopped_at=NOW - 1, spawn_error="Exited too quickly")
report = Report(5, NOW - 50)
broke = Report(5, NOW, problem=Problem(Condition.OPENAI_QUOTA_EXCEEDED, NOW, "429"))
left = ExitReport(5, 77, Condition.TOKEN_REVOKED, NOW - 1, "Unauthorized")
crashed = ExitReport(5, 1, Condition.CRASHED, NOW - 1, "ValueError: x")


@pytest.mark.parametrize(
    ("evidence", "condition"),
    [
        (make_evidence(running, report=report), None),
        (make_evidence(running), None),
        (make_evidence(make_process("STARTING", pid=5)), None),
        (make_evidence(long_running), Condition.NOT_RESPONDING),
        (make_evidence(long_running, report=Report(4, 0)), Condition.NOT_RESPONDING),
        (
            make_evidence(running, report=report, report_age=SILENT_SECONDS + 1),
            Condition.NOT_RESPONDING,
        ),
        (make_evidence(running, report=broke), Condition.OPENAI_QUOTA_EXCEEDED),
        (make_evidence(None), Condition.NEVER_STARTED),
        (make_evidence(None, active=False), Condition.STOPPED),
        (make_evidence(make_process("STOPPED", started_at=0)), Condition.NEVER_STARTED),
        (make_evidence(make_process("STOPPED", stopped_at=NOW)), Condition.STOPPED),
        (make_evidence(exited, exit_report=left), Condition.TOKEN_REVOKED),
        (make_evidence(exited, end=ProcessExit(77, None)), Condition.TOKEN_REVOKED),
        (make_evidence(exited, end=ProcessExit(78, None)), Condition.MISCONFIGURED),
        (make_evidence(exited, end=ProcessExit(0, None)), Condition.STOPPED),
        (make_evidence(exited, end=ProcessExit(1, None)), Condition.CRASHED),
        (make_evidence(fatal, end=KILLED), Condition.OUT_OF_MEMORY),
        (make_evidence(fatal, end=ProcessExit(None, "SIGSEGV")), Condition.CRASHED),
        (make_evidence(fatal, end=ProcessExit(None, "SIGBUS")), Condition.DISK_FULL),
        (make_evidence(fatal, exit_report=crashed, end=ProcessExit(1, None)), Condition.CRASHED),
        (
            make_evidence(make_process("FATAL", spawn_error="can't find command '/x'")),
            Condition.MISCONFIGURED,
        ),
    ],
)
def test_each_situation_has_its_condition(evidence, condition):
    assert judge(evidence)[0] == condition


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("ModuleNotFoundError: No module named 'aiogram'", Condition.IMPORT_FAILED),
        ("ImportError: cannot import name 'x'", Condition.IMPORT_FAILED),
        ("MemoryError", Condition.OUT_OF_MEMORY),
        ("OSError: [Errno 28] No space left on device", Condition.DISK_FULL),
        ("aiogram.exceptions.TelegramUnauthorizedError: Unauthorized", Condition.TOKEN_REVOKED),
        ("aiogram.exceptions.TelegramConflictError: Conflict", Condition.TOKEN_IN_USE),
        ("aiogram.exceptions.TelegramNetworkError: timeout", Condition.TELEGRAM_UNREACHABLE),
        ("openai.RateLimitError: insufficient_quota", Condition.OPENAI_QUOTA_EXCEEDED),
    ],
)
def test_the_last_symptom_in_stderr_tells(line, condition):
    stderr = f"MemoryError long ago\n{line}\nand a last word"
    evidence = make_evidence(fatal, stderr=stderr, end=ProcessExit(1, None))
    assert judge(evidence) == (condition, line)


@pytest.fixture
def files(tmp_path) -> BotFiles:
    files = BotFiles(tmp_path / "7")
    files.home.mkdir()
    return files


def test_ready_needs_running_and_a_mark_of_this_process(files):
    assert not is_ready(running, files)
    write_report(files.report, Report(4, NOW))
    os.utime(files.report, (NOW, NOW))
    assert not is_ready(running, files)
    write_report(files.report, Report(5, NOW))
    os.utime(files.report, (NOW, NOW))
    assert is_ready(running, files)
    assert not is_ready(make_process("STARTING", pid=5), files)


def test_a_mark_from_before_a_reboot_with_the_same_pid_is_none(files):
    write_report(files.report, Report(5, NOW - 9999))
    os.utime(files.report, (NOW - 9999, NOW - 9999))
    assert not is_ready(running, files)


def test_a_diagnosis_holds_no_secret(files, tmp_path):
    token, key = "123456789:" + "A" * 35, "sk-" + "b" * 40
    logs = BotLogs(tmp_path / "out", tmp_path / "err")
    logs.stdout.write_text(f"token {token}\n")
    logs.stderr.write_text(f"Traceback\nValueError: {key}\n")
    write_exit_report(files.exit_report, ExitReport(5, 1, Condition.CRASHED, NOW, f"with {token}"))
    supervisor_log = tmp_path / "supervisord.log"
    supervisor_log.write_text(
        "2026-01-01 00:00:00,000 WARN exited: bot-7 (exit status 1; not expected)\n"
    )
    found = diagnose(7, fatal, files, logs, supervisor_log, active=True)
    assert token not in repr(found)
    assert key not in repr(found)
    assert (found.exit_code, found.condition) == (1, Condition.CRASHED)
    assert found.stdout == "token 123456789:***"


def test_the_exit_report_of_an_earlier_run_says_nothing_about_this_one(files, tmp_path):
    logs = BotLogs(tmp_path / "out", tmp_path / "err")
    earlier = ExitReport(4, 77, Condition.TOKEN_REVOKED, NOW - 9999)
    write_exit_report(files.exit_report, earlier)
    found = diagnose(7, exited, files, logs, tmp_path / "none.log", active=True)
    assert found.condition == Condition.STOPPED
    assert found.exit_code == 0


def test_a_bot_without_anything_is_diagnosed_too(files, tmp_path):
    logs = BotLogs(tmp_path / "out", tmp_path / "err")
    found = diagnose(7, None, files, logs, tmp_path / "none.log", active=True)
    assert (found.state, found.pid, found.exit_code) == (ProcessState.UNKNOWN, None, None)
    assert found.condition == Condition.NEVER_STARTED
    assert str(found) == "UNKNOWN, never_started"


def test_the_age_of_a_report_is_that_of_its_file(files, tmp_path):
    logs = BotLogs(tmp_path / "out", tmp_path / "err")
    write_report(files.report, Report(5, time.time(), restarts=2))
    long_ago = time.time() - SILENT_SECONDS - 60
    os.utime(files.report, (long_ago, long_ago))
    found = diagnose(7, running, files, logs, tmp_path / "none.log", active=True)
    assert found.condition == Condition.NOT_RESPONDING
    assert found.restarts == 2


HOUR = 3_600


def test_a_clock_that_was_set_back_hides_no_bot_that_works(files):
    """A bot started before the clock was set back is ready, though its report looks older."""
    write_report(files.report, Report(5, NOW))
    os.utime(files.report, (NOW, NOW))
    assert is_ready(make_process("RUNNING", pid=5, started_at=NOW + HOUR), files)


def test_a_clock_that_was_set_back_hides_no_reason_of_an_end(files, tmp_path):
    logs = BotLogs(tmp_path / "out", tmp_path / "err")
    said = ExitReport(5, 78, Condition.CREDENTIALS_UNREADABLE, NOW - 1)
    write_exit_report(files.exit_report, said)
    process = make_process("EXITED", started_at=NOW + HOUR, stopped_at=NOW, exit_status=78)
    found = diagnose(7, process, files, logs, tmp_path / "none.log", active=True)
    assert found.condition == Condition.CREDENTIALS_UNREADABLE


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_a_bot_that_was_last_heard_of_before_the_clock_was_set_counts_as_silent(files, jump):
    """A clock change can look like silence.

    `master.bots.monitoring` therefore checks again, after longer than a poll takes.
    """
    write_report(files.report, Report(5, NOW))
    touched_at = time.time() - jump
    os.utime(files.report, (touched_at, touched_at))
    assert examine(running, files) is Condition.NOT_RESPONDING
