"""Diagnosis of a bot: collects the facts about its process and infers the probable condition."""

import re
from dataclasses import dataclass
from pathlib import Path

from master.bots.readiness import READY_SECONDS, UP, find_bot_pid, find_exit_report, read_age
from master.supervision.logs import ProcessExit, read_last_exit, read_tail
from master.supervision.programs import BotLogs
from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import (
    BotFiles,
    Condition,
    ExitCode,
    ExitReport,
    Report,
    mask_secrets,
    read_report,
)

SILENT_SECONDS = 180  # the report is touched after each answered poll, at most a minute apart

_SYMPTOMS: list[tuple[re.Pattern[str], Condition]] = [
    (re.compile(pattern), condition)
    for pattern, condition in (
        (r"TelegramUnauthorizedError|Unauthorized$", Condition.TOKEN_REVOKED),
        (r"TelegramConflictError|terminated by other getUpdates", Condition.TOKEN_IN_USE),
        (r"ModuleNotFoundError|ImportError|No module named", Condition.IMPORT_FAILED),
        (r"MemoryError|Cannot allocate memory", Condition.OUT_OF_MEMORY),
        (r"No space left on device|disk is full", Condition.DISK_FULL),
        (r"insufficient_quota", Condition.OPENAI_QUOTA_EXCEEDED),
        (r"invalid_api_key|AuthenticationError", Condition.OPENAI_KEY_INVALID),
        (r"QdrantUnreachableError|ResponseHandlingException", Condition.QDRANT_UNREACHABLE),
        (r"IndexDamagedError", Condition.INDEX_DAMAGED),
        (r"CredentialsError", Condition.CREDENTIALS_UNREADABLE),
        (r"TelegramNetworkError", Condition.TELEGRAM_UNREACHABLE),
    )
]


_EXPECTED: dict[int | None, Condition] = {
    ExitCode.STOPPED: Condition.STOPPED,
    ExitCode.REFUSED: Condition.TOKEN_REVOKED,
    ExitCode.MISCONFIGURED: Condition.MISCONFIGURED,
}

_SIGNALS = {
    "SIGKILL": Condition.OUT_OF_MEMORY,
    # A memory-mapped file, such as those of the index, could not grow.
    "SIGBUS": Condition.DISK_FULL,
}


@dataclass(frozen=True)
class Diagnosis:
    """The facts about a bot's process. `condition` is None if nothing seems wrong.

    `state` is supervisord's, UNKNOWN if it does not know the program. `pid`, `bot_pid` and
    `restarts` are as in `BotStatus`. `exit_code` is that of the
    last run, -1 if a signal killed it, None while the process runs. `stdout` and `stderr` are the
    last 20 lines, secrets masked.
    """

    user_id: int
    state: ProcessState
    pid: int | None
    exit_code: int | None
    spawn_error: str
    condition: Condition | None
    detail: str
    stdout: str
    stderr: str
    restarts: int
    bot_pid: int | None = None

    def __str__(self) -> str:
        facts = [self.state, self.condition or "", self.detail]
        return ", ".join(fact for fact in facts if fact)


@dataclass(frozen=True)
class Evidence:
    """The facts on which `judge` decides."""

    active: bool
    process: Process | None
    report: Report | None
    report_age: float  # seconds since the bot last touched its report
    exit_report: ExitReport | None  # of the run to judge
    end: ProcessExit | None
    stderr: str
    died: bool = False  # whether the run to judge has ended, even if a new one began


def diagnose(
    user_id: int,
    process: Process | None,
    files: BotFiles,
    logs: BotLogs,
    supervisor_log: Path,
    *,
    active: bool,
    died_after: int | None = None,
) -> Diagnosis:
    """Collect the facts about a bot and judge them. Reads files, so it blocks. Raises OSError.

    `died_after`: the start (Unix time in seconds) of a run that is known to have ended; its end is
    judged, even if supervisord has already started the next run.
    """
    report = read_report(files.report)
    stderr = read_tail(logs.stderr)
    evidence = Evidence(
        active=active,
        process=process,
        report=report,
        report_age=read_age(files.report),
        died=died_after is not None,
        exit_report=find_exit_report(files, process, died_after),
        end=read_last_exit(supervisor_log, process.name) if process else None,
        stderr=stderr,
    )
    condition, detail = judge(evidence)
    return Diagnosis(
        user_id=user_id,
        state=process.state if process else ProcessState.UNKNOWN,
        pid=(process.pid or None) if process else None,
        exit_code=_exit_code(evidence),
        spawn_error=mask_secrets(process.spawn_error) if process else "",
        condition=condition,
        detail=mask_secrets(detail),
        stdout=read_tail(logs.stdout),
        stderr=stderr,
        restarts=report.restarts if report else 0,
        bot_pid=find_bot_pid(process, report),
    )


def examine(process: Process, files: BotFiles) -> Condition | None:
    """Return what keeps a running bot from working, or None. Blocks; does not read the logs."""
    report_age = read_age(files.report)
    report = read_report(files.report)
    condition, _ = judge(Evidence(True, process, report, report_age, None, None, ""))
    return condition


def judge(evidence: Evidence) -> tuple[Condition | None, str]:
    """Return the probable condition, None if nothing seems wrong, and a detail."""
    process = evidence.process
    if process is None or (process.state is ProcessState.STOPPED and not process.started_at):
        return (Condition.NEVER_STARTED if evidence.active else Condition.STOPPED), ""
    match process.state:
        case ProcessState.STOPPED | ProcessState.STOPPING if not (
            evidence.died and process.spawn_error  # the process could not be started at all
        ):
            return Condition.STOPPED, ""
        case _ if evidence.died:
            return _judge_dead(process, evidence)
        case ProcessState.RUNNING:
            return _judge_running(process, evidence)
        case ProcessState.STARTING:
            return None, ""
        case _:
            return _judge_dead(process, evidence)


def _judge_running(process: Process, evidence: Evidence) -> tuple[Condition | None, str]:
    report = evidence.report
    if report is None or report.supervised_pid != process.pid:
        silent = process.uptime > READY_SECONDS
        return (Condition.NOT_RESPONDING, f"{process.uptime} s") if silent else (None, "")
    if report.problem is not None:
        return report.problem.condition, report.problem.detail
    if evidence.report_age > SILENT_SECONDS:
        return Condition.NOT_RESPONDING, f"{evidence.report_age:.0f} s"
    return None, ""


def _judge_dead(process: Process, evidence: Evidence) -> tuple[Condition, str]:
    last = evidence.exit_report
    if last is not None and last.condition is not Condition.CRASHED:
        return last.condition, last.detail
    if re.search(r"can't find|not executable|no permission|couldn't exec", process.spawn_error):
        return Condition.MISCONFIGURED, process.spawn_error
    signal = (evidence.end and evidence.end.signal) or ""
    if signal in _SIGNALS:
        return _SIGNALS[signal], signal
    if symptom := _find_symptom(evidence.stderr):
        return symptom
    if condition := _EXPECTED.get(_exit_code(evidence)):
        return condition, ""
    return Condition.CRASHED, (last.detail if last else "") or signal


def _find_symptom(stderr: str) -> tuple[Condition, str] | None:
    for line in reversed(stderr.splitlines()):
        for pattern, condition in _SYMPTOMS:
            if pattern.search(line):
                return condition, line.strip()
    return None


def _exit_code(evidence: Evidence) -> int | None:
    process, end = evidence.process, evidence.end
    if process is None or not process.stopped_at:
        return None
    if process.state in UP and not evidence.died:
        return None
    if evidence.exit_report is not None:
        return evidence.exit_report.code
    if process.state is ProcessState.STOPPED or end is None:
        return process.exit_status
    return -1 if end.code is None else end.code
