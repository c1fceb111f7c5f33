"""Writes the bot's reports to the master: one while it runs, and an exit report at the end."""

import asyncio
import logging
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from personal_bot import errors
from personal_bot.contract import (
    LAUNCHER_VARIABLE,
    BotFiles,
    Condition,
    ExitCode,
    ExitReport,
    Problem,
    Report,
    read_exit_report,
    read_report,
    write_exit_report,
    write_report,
)
from personal_bot.errors import PersonalBotError

logger = logging.getLogger(__name__)

RING = "<!--XSUPERVISOR:BEGIN-->!<!--XSUPERVISOR:END-->"
"""Written to stdout, this makes supervisord emit a PROCESS_COMMUNICATION event, and is not logged.
Used because a confined bot cannot connect to a unix socket.
"""


class Reporter:
    """Keeps `report.json` current. Writes nothing before `open`, as the file is the ready mark."""

    def __init__(self, files: BotFiles, locks: tuple[str, ...] = (), restarts: int = 0) -> None:
        self._path = files.report
        self._report = Report(
            pid=os.getpid(),
            started_at=time.time(),
            launcher=int(os.environ.get(LAUNCHER_VARIABLE, "0")) or None,
            locks=locks,
            restarts=restarts,
        )
        self._problems: dict[Condition, Problem] = {}
        self._is_open = False
        self._lock = asyncio.Lock()

    @property
    def problem(self) -> Problem | None:
        """The condition that has kept the bot from working for the longest time, if any."""
        return min(self._problems.values(), key=lambda problem: problem.since, default=None)

    async def open(self) -> None:
        """Write the first report, once Telegram answers."""
        self._is_open = True
        await self._update()

    async def heartbeat(self) -> None:
        """Record a poll of Telegram by touching the file: its age reveals a bot that hangs."""
        try:
            await asyncio.to_thread(os.utime, self._path)
        except FileNotFoundError:
            await self._update()

    async def count(self, documents: int, passages: int) -> None:
        await self._update(documents=documents, passages=passages)

    async def add_problem(self, condition: Condition, detail: str = "") -> None:
        """Report what keeps the bot from working, and notify the master if it is new."""
        if condition not in self._problems:
            self._problems[condition] = Problem(condition, time.time(), detail)
            await self._update()
            if self._is_open and os.environ.get("SUPERVISOR_ENABLED"):
                sys.stdout.write(RING)
                sys.stdout.flush()

    async def clear_problems(self, *conditions: Condition) -> None:
        """Remove these conditions, because what they prevented has just worked."""
        if self._problems.keys() & set(conditions):
            for condition in conditions:
                self._problems.pop(condition, None)
            await self._update()

    async def _update(self, **changes: Any) -> None:
        async with self._lock:
            before = self._report
            self._report = replace(before, problem=self.problem, **changes)
            if self._is_open and (self._report != before or not self._path.exists()):
                try:
                    await asyncio.to_thread(write_report, self._path, self._report)
                except OSError as error:  # a full disk; later reports include this one
                    logger.warning("Cannot write the report: %s", error.strerror)


def remove_reports(files: BotFiles) -> int:
    """Put aside or remove the reports of the previous process; return the restarts so far.

    A restart counts if the previous process crashed, or was killed before it wrote an exit report.
    Every requested stop leaves one, unless the process ignores SIGTERM. Raises OSError.
    """
    _put_aside(files)
    last, end = read_report(files.last_report), read_exit_report(files.exit_report)
    files.exit_report.unlink(missing_ok=True)
    has_failed = end.code == ExitCode.CRASHED if end else last is not None
    return (last.restarts if last else 0) + has_failed


def report_exit(files: BotFiles, code: ExitCode, condition: Condition, detail: str = "") -> None:
    """Write the exit report and put the ready mark aside. Raises OSError."""
    _put_aside(files)
    write_exit_report(
        files.exit_report, ExitReport(os.getpid(), code, condition, time.time(), detail)
    )


def _put_aside(files: BotFiles) -> None:
    """End the ready mark, but keep what it says about the documents, with its time."""
    with suppress(FileNotFoundError):
        files.report.replace(files.last_report)


_CONDITIONS: dict[type[PersonalBotError], Condition] = {
    errors.OpenAIKeyInvalidError: Condition.OPENAI_KEY_INVALID,
    errors.OpenAIForbiddenError: Condition.OPENAI_KEY_INVALID,
    errors.OpenAIQuotaError: Condition.OPENAI_QUOTA_EXCEEDED,
    errors.OpenAIRegionError: Condition.MISCONFIGURED,
    errors.OpenAIModelError: Condition.MISCONFIGURED,
    errors.OpenAIParameterError: Condition.MISCONFIGURED,
    errors.OpenAINotOfferedError: Condition.MISCONFIGURED,
    errors.EmbeddingLengthError: Condition.MISCONFIGURED,
    errors.OpenAIUnreachableError: Condition.OPENAI_UNREACHABLE,
    errors.OpenAITimeoutError: Condition.OPENAI_UNREACHABLE,
    errors.OpenAIOverloadedError: Condition.OPENAI_UNREACHABLE,
    errors.DiskFullError: Condition.DISK_FULL,
    errors.QdrantUnreachableError: Condition.QDRANT_UNREACHABLE,
    errors.IndexDamagedError: Condition.INDEX_DAMAGED,
    errors.IndexMismatchError: Condition.INDEX_DAMAGED,
    errors.IndexVersionError: Condition.MISCONFIGURED,
}
_ACCOUNT = frozenset({Condition.OPENAI_KEY_INVALID, Condition.OPENAI_QUOTA_EXCEEDED})
WORKING = frozenset(_CONDITIONS.values())
"""Conditions that are cleared when a question is answered, a file indexed or the index cleared."""


def find_condition(error: PersonalBotError) -> Condition | None:
    """Return the condition behind an error, or None if it concerns a single question or file."""
    condition = _CONDITIONS.get(type(error))
    if condition in _ACCOUNT and getattr(error, "operators", False):
        return Condition.MISCONFIGURED  # not the owner's account
    return condition
