"""What a bot tells the master about itself: one file while it lives, one when it ends.

Modification time of the living report is refreshed with every answered poll of Telegram, so its
age says whether the bot still works and not only whether its process exists.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from personal_bot.contract.conditions import Condition
from personal_bot.contract.files import write_private

LAUNCHER_VARIABLE = "LAUNCHER_PID"
"""Environment variable that tells a forked bot which process supervisord watches in its place."""


@dataclass(frozen=True)
class Problem:
    """A condition that keeps a running bot from its work. `since` is Unix time in seconds."""

    condition: Condition
    since: float
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """The ready mark: present and of this PID means that the bot polls Telegram.

    `starts` is how often the bot has started since it was created, this start included. `launcher`
    is the PID of the process that supervisord watches in the bot's place, if there is one. `locks`
    keep the bot to its own folder, like ``landlock 7`` and ``seccomp``; a kernel may lack them.
    """

    pid: int
    started_at: float
    documents: int = 0
    passages: int = 0
    problem: Problem | None = None
    starts: int = 0
    launcher: int | None = None
    locks: tuple[str, ...] = ()

    @property
    def is_locked_in(self) -> bool:
        """Whether the kernel keeps the bot from all files but its own."""
        return any(lock.startswith("landlock") for lock in self.locks)

    @property
    def supervised_pid(self) -> int:
        """The PID that supervisord knows."""
        return self.launcher or self.pid


@dataclass(frozen=True)
class ExitReport:
    """Why the bot ended, in its own words: of a FATAL program supervisord reports status 0."""

    pid: int
    code: int
    condition: Condition
    at: float
    detail: str = ""


def write_report(path: Path, report: Report) -> None:
    write_private(path, json.dumps(asdict(report)).encode())


def read_report(path: Path) -> Report | None:
    """Return the report, or None where there is none that can be read."""
    fields = _read_fields(path)
    if fields is None:
        return None
    try:
        problem = fields.pop("problem", None)
        if problem is not None:
            problem["condition"] = Condition(problem["condition"])
            problem = Problem(**problem)
        locks = tuple(fields.pop("locks", ()))
        if "chunks" in fields:  # as version 0.1.0 wrote it
            fields["passages"] = fields.pop("chunks")
        return Report(**fields, problem=problem, locks=locks)
    except (TypeError, ValueError, KeyError):
        return None


def write_exit_report(path: Path, report: ExitReport) -> None:
    write_private(path, json.dumps(asdict(report)).encode())


def read_exit_report(path: Path) -> ExitReport | None:
    """Return the report, or None where there is none that can be read."""
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
