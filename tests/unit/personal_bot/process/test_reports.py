import os

import pytest

from personal_bot.contract import (
    Condition,
    ExitCode,
    LibrarySize,
    Report,
    read_exit_report,
    read_library_size,
    read_report,
    write_report,
)
from personal_bot.errors import IndexMismatchError, OpenAIQuotaError, OpenAIRateLimitError
from personal_bot.process.reports import RING, Reporter, find_condition, remove_reports, report_exit


@pytest.fixture
def reporter(files) -> Reporter:
    return Reporter(files)


async def test_nothing_is_written_before_telegram_answers(reporter, files) -> None:
    await reporter.count(3, 9)
    await reporter.add_problem(Condition.OPENAI_QUOTA_EXCEEDED)
    assert not files.report.exists()
    await reporter.open()
    report = read_report(files.report)
    assert (report.pid, report.restarts, report.documents, report.passages) == (
        os.getpid(),
        0,
        3,
        9,
    )
    assert report.problem.condition == Condition.OPENAI_QUOTA_EXCEEDED


async def test_a_heartbeat_changes_the_age_and_nothing_else(reporter, files) -> None:
    await reporter.open()
    content = files.report.read_bytes()
    os.utime(files.report, (1, 1))
    await reporter.heartbeat()
    assert files.report.stat().st_mtime > 1
    assert files.report.read_bytes() == content


async def test_a_report_that_vanished_is_written_again(reporter, files) -> None:
    await reporter.open()
    files.report.unlink()
    await reporter.heartbeat()
    assert read_report(files.report).pid == os.getpid()


async def test_the_problem_of_the_longest_standing_is_reported(reporter, files) -> None:
    await reporter.open()
    await reporter.add_problem(Condition.QDRANT_UNREACHABLE)
    since = reporter.problem.since
    await reporter.add_problem(Condition.OPENAI_KEY_INVALID)
    await reporter.add_problem(Condition.QDRANT_UNREACHABLE)
    assert (reporter.problem.condition, reporter.problem.since) == ("qdrant_unreachable", since)
    await reporter.clear_problems(Condition.QDRANT_UNREACHABLE)
    assert read_report(files.report).problem.condition == Condition.OPENAI_KEY_INVALID
    await reporter.clear_problems(Condition.OPENAI_KEY_INVALID)
    assert read_report(files.report).problem is None


async def test_a_full_disk_does_not_end_the_bot(reporter, files, monkeypatch, caplog) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("personal_bot.process.reports.write_report", fail)
    await reporter.open()
    assert "No space left" in caplog.text


async def test_the_end_takes_the_ready_mark_away(reporter, files) -> None:
    await reporter.open()
    report_exit(files, ExitCode.REFUSED, Condition.TOKEN_REVOKED, "why")
    left = read_exit_report(files.exit_report)
    assert not files.report.exists()
    assert (left.code, left.condition, left.detail) == (77, Condition.TOKEN_REVOKED, "why")
    remove_reports(files)
    assert not files.exit_report.exists()


async def test_how_much_the_bot_holds_outlasts_its_process(reporter, files) -> None:
    await reporter.count(3, 9)
    await reporter.open()
    os.utime(files.report, (100, 100))
    report_exit(files, ExitCode.STOPPED, Condition.STOPPED)
    remove_reports(files)  # by the next process, which may end before it reports anything
    report_exit(files, ExitCode.REFUSED, Condition.TOKEN_REVOKED)
    assert read_library_size(files) == LibrarySize(3, 9, 100)


def test_only_what_outlasts_a_question_is_a_condition() -> None:
    assert find_condition(OpenAIQuotaError()) == Condition.OPENAI_QUOTA_EXCEEDED
    assert find_condition(IndexMismatchError()) == Condition.INDEX_DAMAGED
    assert find_condition(OpenAIRateLimitError()) is None


@pytest.mark.parametrize(
    ("locks", "is_confined"),
    [(("landlock 7", "seccomp"), True), (("seccomp",), False), ((), False)],
)
async def test_the_report_tells_whether_the_kernel_locks_the_bot_in(
    files, locks, is_confined
) -> None:
    await Reporter(files, locks).open()
    report = read_report(files.report)
    assert (report.locks, report.is_confined) == (locks, is_confined)


async def test_a_new_problem_rings_for_the_master_under_supervisord_alone(
    files, capsys, monkeypatch
) -> None:
    monkeypatch.delenv("SUPERVISOR_ENABLED", raising=False)
    reporter = Reporter(files)
    await reporter.open()
    await reporter.add_problem(Condition.OPENAI_KEY_INVALID)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("SUPERVISOR_ENABLED", "1")
    for _ in range(2):
        await reporter.add_problem(Condition.INDEX_DAMAGED)
    assert capsys.readouterr().out == RING, "once"


def end_of_run(files, end: str) -> None:
    """Leave the files of a process that has polled Telegram and then ended."""
    restarts = remove_reports(files)
    write_report(files.report, Report(1, 0, restarts=restarts))
    if end != "killed":
        report_exit(files, ExitCode[end], Condition.STOPPED)


@pytest.mark.parametrize("end", ["STOPPED", "RENEWED", "REFUSED", "MISCONFIGURED"])
def test_a_start_after_a_requested_stop_or_a_refusal_is_no_restart(files, end) -> None:
    """Such as /restart, a new key or token, `supervisorctl restart`, an upgrade, a fresh fork."""
    end_of_run(files, end)
    end_of_run(files, end)
    assert remove_reports(files) == 0


@pytest.mark.parametrize("end", ["CRASHED", "killed"])
def test_a_start_after_a_failure_counts_and_later_requested_stops_keep_the_count(
    files, end
) -> None:
    end_of_run(files, end)
    end_of_run(files, end)
    end_of_run(files, "STOPPED")
    assert remove_reports(files) == 2


def test_the_first_start_is_no_restart_and_one_after_a_crash_during_it_is(files) -> None:
    assert remove_reports(files) == 0
    report_exit(files, ExitCode.CRASHED, Condition.CRASHED)
    assert remove_reports(files) == 1


def test_what_an_earlier_version_counted_is_dropped(files) -> None:
    """It counted every start, even those that were requested."""
    files.report.write_text('{"pid": 1, "started_at": 0, "starts": 9, "documents": 4}')
    report_exit(files, ExitCode.STOPPED, Condition.STOPPED)
    assert remove_reports(files) == 0
    assert read_library_size(files).documents == 4
