"""Readiness of a bot by its own files: the report while it runs, the exit report afterwards."""

import time
from pathlib import Path

from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import BotFiles, ExitReport, Report, read_exit_report, read_report

READY_SECONDS = 120  # a running bot without a report after this time does not respond
UP = {ProcessState.RUNNING, ProcessState.STARTING}


def is_ready(process: Process, files: BotFiles) -> bool:
    """Tell whether a bot is ready: its process is RUNNING and has written the report.

    After a reboot an old report can show the same PID, so the report must also be newer than the
    start of the process.
    """
    if process.state is not ProcessState.RUNNING:
        return False
    report = read_report(files.report)
    return (
        report is not None
        and report.supervised_pid == process.pid
        and _is_since(_modified_at(files.report), process.started_at, process.now)
    )


def find_bot_pid(process: Process | None, report: Report | None) -> int | None:
    """Return the PID of the bot itself, None if its present process has not reported it.

    supervisord knows the launcher's, which is the bot's own only if it was not forked.
    """
    if process is None or not process.pid or report is None:
        return None
    return report.pid if report.supervised_pid == process.pid else None


def describe_pids(process: Process, files: BotFiles) -> str:
    """Name the bot's own PID, if known, and its launcher's. Reads a file, so it blocks."""
    bot_pid = find_bot_pid(process, read_report(files.report))
    if bot_pid is None:
        return f"launcher PID {process.pid}"
    return f"PID {bot_pid}" + ("" if bot_pid == process.pid else f", launcher {process.pid}")


def find_exit_report(
    files: BotFiles, process: Process | None, died_after: int | None = None
) -> ExitReport | None:
    """Return the exit report of the last run, or None if it is running or wrote no report.

    `died_after`: the start of a run that has ended, in Unix time, whatever the process does now.
    The report of an earlier run does not count.
    """
    report = read_exit_report(files.exit_report)
    if report is None or process is None:
        return None
    if died_after is None and process.state in UP:
        return None
    since = process.started_at if died_after is None else died_after
    return report if _is_since(report.at, since, process.now) else None


def read_age(path: Path) -> float:
    """Return the seconds between now and a file's modification, positive even if it is ahead."""
    return abs(time.time() - _modified_at(path))


def _is_since(moment: float, start: int, now: int) -> bool:
    """Tell whether `moment` belongs to the run that began at `start`; Unix times.

    A start in the future means that the clock was set back, so any moment is accepted then.
    """
    return moment >= start or start > now


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
