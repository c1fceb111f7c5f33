"""Reports from a bot to the master: one file while the bot runs, one when it ends.

Every answered poll of Telegram updates the modification time of the running bot's report, so its
age shows whether the bot still works, and not only whether its process exists.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from personal_bot.contract.conditions import Condition
from personal_bot.contract.files import BotFiles, write_private

LAUNCHER_VARIABLE = "LAUNCHER_PID"
"""Environment variable of a forked bot with the PID of its launcher, which supervisord watches."""


@dataclass(frozen=True)
class Problem:
    """A condition that keeps a running bot from working. `since` is Unix time in seconds."""

    condition: Condition
    since: float
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """The ready mark: a report with the bot's PID means that the bot polls Telegram.

    `restarts` counts the starts after a failure: the process before had crashed or was killed.
    `launcher` is the PID of the process that supervisord watches instead of the bot, if there is
    one. `locks` restrict
    the bot to its own folder, such as ``landlock 7`` and ``seccomp``; a kernel may lack them.
    """

    pid: int
    started_at: float
    documents: int = 0
    passages: int = 0
    problem: Problem | None = None
    restarts: int = 0
    launcher: int | None = None
    locks: tuple[str, ...] = ()

    @property
    def is_confined(self) -> bool:
        """Whether the kernel denies the bot all files except its own."""
        return any(lock.startswith("landlock") for lock in self.locks)

    @property
    def supervised_pid(self) -> int:
        """The PID that supervisord knows."""
        return self.launcher or self.pid


@dataclass(frozen=True)
class ExitReport:
    """Why the bot ended, written by the bot: supervisord reports status 0 for a FATAL program."""

    pid: int
    code: int
    condition: Condition
    at: float
    detail: str = ""


def write_report(path: Path, report: Report) -> None:
    write_private(path, json.dumps(asdict(report)).encode())


def read_report(path: Path) -> Report | None:
    """Return the report, or None if it is missing or unreadable."""
    fields = _read_fields(path)
    if fields is None:
        return None
    try:
        problem = fields.pop("problem", None)
        if problem is not None:
            problem["condition"] = Condition(problem["condition"])
            problem = Problem(**problem)
        locks = tuple(fields.pop("locks", ()))
        fields.pop("starts", None)  # of versions before 0.4: all starts, even requested ones
        if "chunks" in fields:  # written by version 0.1.0
            fields["passages"] = fields.pop("chunks")
        return Report(**fields, problem=problem, locks=locks)
    except (TypeError, ValueError, KeyError):
        return None


@dataclass(frozen=True)
class LibrarySize:
    """How much a bot held when its process last polled Telegram, `at` in Unix time in seconds."""

    documents: int
    passages: int
    at: float


def read_library_size(files: BotFiles) -> LibrarySize | None:
    """Return what the present process reported, else the last one; None if none ever did."""
    for path in (files.report, files.last_report):
        report = read_report(path)
        if report is not None:
            with suppress(FileNotFoundError):  # the bot ended or started just now
                return LibrarySize(report.documents, report.passages, path.stat().st_mtime)
    return None


def write_exit_report(path: Path, report: ExitReport) -> None:
    write_private(path, json.dumps(asdict(report)).encode())


def read_exit_report(path: Path) -> ExitReport | None:
    """Return the report, or None if it is missing or unreadable."""
    fields = _read_fields(path)
    if fields is None:
        return None
    try:
        return ExitReport(**{**fields, "condition": Condition(fields["condition"])})
    except (TypeError, ValueError, KeyError):
        return None


def _read_fields(path: Path) -> dict[str, Any] | None:
    try:
        fields = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return fields if isinstance(fields, dict) else None
