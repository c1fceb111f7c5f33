"""The bot's word about itself to the master: a living report, and an exit report at the end."""

import asyncio
import logging
import os
import sys
import time
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
    write_exit_report,
    write_report,
)
from personal_bot.errors import PersonalBotError

logger = logging.getLogger(__name__)

RING = "<!--XSUPERVISOR:BEGIN-->!<!--XSUPERVISOR:END-->"
"""What makes an event of supervisord's, and never gets into a log: a bot reaches no socket."""


class Reporter:
    """Keeps `report.json` true. Nothing is written before `open`: the file is the ready mark."""

    def __init__(self, files: BotFiles, locks: tuple[str, ...] = ()) -> None:
        self._path = files.report
        self._report = Report(
            pid=os.getpid(),
            started_at=time.time(),
            launcher=int(os.environ.get(LAUNCHER_VARIABLE, "0")) or None,
            locks=locks,
        )
        self._problems: dict[Condition, Problem] = {}
        self._is_open = False
        self._lock = asyncio.Lock()

    @property
    def problem(self) -> Problem | None:
        """What has kept the bot from its work for the longest time."""
        return min(self._problems.values(), key=lambda problem: problem.since, default=None)

    async def open(self, starts: int) -> None:
        """Write the first report: Telegram answers. `starts` counts this bot's starts so far."""
        self._is_open = True
        await self._update(starts=starts)

    async def beat(self) -> None:
        """Say that Telegram was polled just now: the age of the file tells a bot that hangs."""
        try:
            await asyncio.to_thread(os.utime, self._path)
        except FileNotFoundError:
            await self._update()

    async def count(self, documents: int, passages: int) -> None:
        await self._update(documents=documents, passages=passages)

    async def add_problem(self, condition: Condition, detail: str = "") -> None:
        """Report what keeps the bot from its work, and have the master look at it now."""
        if condition not in self._problems:
            self._problems[condition] = Problem(condition, time.time(), detail)
            await self._update()
            if self._is_open and os.environ.get("SUPERVISOR_ENABLED"):
                sys.stdout.write(RING)
                sys.stdout.flush()

    async def clear_problems(self, *conditions: Condition) -> None:
        """Forget these conditions: what they kept the bot from has just worked."""
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
                except OSError as error:  # a full disk; what is said here is said again later
                    logger.warning("Cannot write the report: %s", error.strerror)


def remove_reports(files: BotFiles) -> None:
    """Take down what the previous process said. Raises OSError."""
    files.report.unlink(missing_ok=True)
    files.exit_report.unlink(missing_ok=True)


def report_exit(files: BotFiles, code: ExitCode, condition: Condition, detail: str = "") -> None:
    """Leave the reason of the end behind, and no ready mark. Raises OSError."""
    files.report.unlink(missing_ok=True)
    write_exit_report(
        files.exit_report, ExitReport(os.getpid(), code, condition, time.time(), detail)
    )


_CONDITIONS: dict[type[PersonalBotError], Condition] = {
    errors.OpenAIKeyInvalidError: Condition.OPENAI_KEY_INVALID,
    errors.OpenAIForbiddenError: Condition.OPENAI_KEY_INVALID,
    errors.OpenAIQuotaError: Condition.OPENAI_QUOTA_EXCEEDED,
    errors.OpenAIUnreachableError: Condition.OPENAI_UNREACHABLE,
    errors.DiskFullError: Condition.DISK_FULL,
    errors.QdrantUnreachableError: Condition.QDRANT_UNREACHABLE,
    errors.IndexDamagedError: Condition.INDEX_DAMAGED,
    errors.IndexMismatchError: Condition.INDEX_DAMAGED,
    errors.IndexVersionError: Condition.MISCONFIGURED,
}
WORKING = frozenset(_CONDITIONS.values())
"""Conditions that a finished answer or an indexed file disproves."""


def find_condition(error: PersonalBotError) -> Condition | None:
    """Return the condition that this error shows, if it outlasts one question or file."""
    return _CONDITIONS.get(type(error))
