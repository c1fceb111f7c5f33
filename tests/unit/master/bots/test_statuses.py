"""A status tells why a bot does not work, whether it is running or has exited."""

import os

import pytest

from master.accounts.registry import BotCard
from master.bots.readiness import describe_pids
from master.bots.statuses import read_status
from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import (
    BotFiles,
    Condition,
    ExitReport,
    LibrarySize,
    Problem,
    Report,
    write_exit_report,
    write_report,
)

NOW = 1_800_000_000


def make_process(state: ProcessState, pid: int) -> Process:
    return Process("bot-7", state, pid, NOW - 60, 0 if pid else NOW, NOW, 0, "")


running = make_process(ProcessState.RUNNING, 5)
exited = make_process(ProcessState.EXITED, 0)
starting = make_process(ProcessState.STARTING, 6)


@pytest.fixture
def files(tmp_path):
    return BotFiles(tmp_path)


@pytest.fixture
def read(files):
    card = BotCard(7, 1, "docs_bot", "Docs", True)
    return lambda process: read_status(card, process, files)


def end(files: BotFiles, condition: Condition, at: float = NOW - 1) -> None:
    write_exit_report(files.exit_report, ExitReport(5, 77, condition, at))


def test_a_bot_that_has_ended_says_why(read, files):
    end(files, Condition.TOKEN_REVOKED)
    assert read(exited).problem.condition is Condition.TOKEN_REVOKED


def test_a_bot_that_was_stopped_has_no_problem(read, files):
    end(files, Condition.STOPPED)
    assert read(exited).problem is None


def test_why_an_earlier_run_ended_is_no_problem_of_this_one(read, files):
    end(files, Condition.TOKEN_REVOKED, NOW - 99)
    assert read(exited).problem is None
    end(files, Condition.TOKEN_REVOKED)
    assert read(starting).problem is None


def test_a_bot_that_runs_says_what_keeps_it_from_its_work(read, files):
    end(files, Condition.CRASHED)
    problem = Problem(Condition.OPENAI_QUOTA_EXCEEDED, NOW)
    write_report(files.report, Report(5, NOW, problem=problem))
    os.utime(files.report, (NOW, NOW))
    assert read(running).problem == problem


def test_a_bot_that_is_down_holds_what_its_last_process_reported(read, files):
    write_report(files.last_report, Report(5, NOW - 60, documents=12, passages=340))
    os.utime(files.last_report, (NOW - 9, NOW - 9))
    assert read(exited).library == LibrarySize(12, 340, NOW - 9)


def test_what_the_present_process_reports_counts(read, files):
    write_report(files.last_report, Report(4, NOW - 60, documents=12))
    write_report(files.report, Report(5, NOW, documents=11))
    assert read(running).library.documents == 11


def test_a_bot_that_never_reported_holds_nobody_knows_what(read):
    assert read(starting).library is None


def test_the_pid_is_what_supervisord_shows_and_the_bots_own_is_told_besides(read, files):
    status = read(running)
    assert (status.pid, status.bot_pid) == (5, None)
    write_report(files.report, Report(77, NOW, launcher=5))
    os.utime(files.report, (NOW, NOW))
    status = read(running)
    assert (status.pid, status.bot_pid) == (5, 77)
    status = read(exited)
    assert (status.pid, status.bot_pid) == (None, None)


def test_without_a_fork_server_both_pids_are_the_same(read, files):
    write_report(files.report, Report(5, NOW))
    os.utime(files.report, (NOW, NOW))
    status = read(running)
    assert (status.pid, status.bot_pid) == (5, 5)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (None, "launcher PID 5"),
        (Report(77, NOW, launcher=5), "PID 77, launcher 5"),
        (Report(77, NOW, launcher=4), "launcher PID 5"),  # of an earlier process
        (Report(5, NOW), "PID 5"),
    ],
)
def test_logs_name_both_pids(files, report, words):
    if report:
        write_report(files.report, report)
    assert describe_pids(running, files) == words
