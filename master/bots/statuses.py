"""The status of a bot, combined from supervisord's process info and the bot's own report."""

from dataclasses import dataclass
from enum import StrEnum

from master.accounts.registry import BotCard
from master.bots.diagnostics import Diagnosis
from master.bots.readiness import find_bot_pid, find_exit_report, is_ready
from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import (
    BotFiles,
    Condition,
    LibrarySize,
    Problem,
    read_library_size,
    read_report,
)


@dataclass(frozen=True)
class BotStatus:
    """The status of a bot. `pid` and `uptime` (seconds) are None while it is not running.

    `pid` is what supervisord shows: the launcher's. `bot_pid` is the bot's own, None until it is
    ready, and equal to `pid` if it was started without the fork server. `is_ready`: the bot is
    running and polls Telegram. `restarts` (only those after a failure) and `problem` are what the
    bot itself reported last, and so is `library`, None if it never did. `confined` is whether the
    kernel denies the bot access to all files but its own, None while it is not ready.
    """

    card: BotCard
    state: ProcessState
    is_ready: bool
    pid: int | None
    uptime: float | None
    restarts: int
    library: LibrarySize | None
    problem: Problem | None
    confined: bool | None = None
    bot_pid: int | None = None


class ProcessStatus(StrEnum):
    RUNNING = "running"
    TERMINATED = "terminated"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class ProcessInfo:
    """The process of a bot; `pid` is its launcher's.

    `stdout` and `stderr` are the last 20 lines, secrets masked.
    """

    status: ProcessStatus
    pid: int | None = None
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""


def read_status(card: BotCard, process: Process | None, files: BotFiles) -> BotStatus:
    """Combine supervisord's info with the bot's report. Reads files, so it blocks."""
    report = read_report(files.report)
    ready = report is not None and process is not None and is_ready(process, files)
    pid = process.pid if process else 0
    return BotStatus(
        card=card,
        state=process.state if process else ProcessState.UNKNOWN,
        is_ready=ready,
        pid=pid or None,
        uptime=process.uptime if process and pid else None,
        restarts=report.restarts if report else 0,
        library=read_library_size(files),
        problem=report.problem if report and ready else _find_last_problem(process, files),
        confined=report.is_confined if report and ready else None,
        bot_pid=find_bot_pid(process, report) if ready else None,
    )


def _find_last_problem(process: Process | None, files: BotFiles) -> Problem | None:
    words = find_exit_report(files, process)
    if words is None or words.condition is Condition.STOPPED:
        return None
    return Problem(words.condition, words.at)


def describe_process(diagnosis: Diagnosis) -> ProcessInfo:
    """Return only the facts about the process from a diagnosis."""
    if diagnosis.state is ProcessState.UNKNOWN:
        return ProcessInfo(ProcessStatus.NOT_FOUND)
    status = ProcessStatus.RUNNING if diagnosis.pid else ProcessStatus.TERMINATED
    return ProcessInfo(
        status, diagnosis.pid, diagnosis.exit_code, diagnosis.stdout, diagnosis.stderr
    )
