"""Whether a bot works, by its own marks: the report while it lives, the exit report after."""

import time
from pathlib import Path

from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import BotFiles, ExitReport, read_exit_report, read_report

READY_SECONDS = 120  # a running bot that has not reported by then does not respond
UP = {ProcessState.RUNNING, ProcessState.STARTING}


def is_ready(process: Process, files: BotFiles) -> bool:
    """Tell whether the bot works: RUNNING to supervisord, and its own mark is of this process.

    After a reboot an old mark can show the same PID, so it must also be younger than the process.
    """
    if process.state is not ProcessState.RUNNING:
        return False
    report = read_report(files.report)
    return (
        report is not None
        and report.supervised_pid == process.pid
        and _is_since(_modified_at(files.report), process.started_at, process.now)
    )


def find_exit_report(
    files: BotFiles, process: Process | None, died_after: int | None = None
) -> ExitReport | None:
    """Return the exit report of a run that has ended, None where there is none.

    That of an earlier run says nothing about it.
    """
    report = read_exit_report(files.exit_report)
    if report is None or process is None:
        return None
    if died_after is None and process.state in UP:
        return None
    since = process.started_at if died_after is None else died_after
    return report if _is_since(report.at, since, process.now) else None


def read_age(path: Path) -> float:
    """Return how far from now a file was touched, in seconds, whichever way the clock was set."""
    return abs(time.time() - _modified_at(path))


def _is_since(moment: float, start: int, now: int) -> bool:
    """Tell whether something is of the run that began then.

    Where the start lies ahead the clock was set back since, and nothing can be said against it.
    """
    return moment >= start or start > now


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
