"""Database outages: unlimited retries, and a warning to the owner when the disk is full.

SQLite fails while the disk is full or while another process locks the file; both are temporary.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from peewee import OperationalError

from personal_bot.contract import Condition
from personal_bot.process.reports import Reporter
from personal_bot.storage.disk_space import is_full

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Warn = Callable[[Condition], Awaitable[None]]

PAUSES = (0.5, 1.0, 2.0, 5.0)  # seconds between retries; the last one repeats
WARNING_INTERVAL = 600.0  # seconds between warnings to the owner, however often the disk fills up


class DatabaseOutage:
    """Retries, and reports a full disk in the chat and in the report. `folder` is on that disk.

    `warn` tells the owner about a condition.
    """

    def __init__(
        self,
        folder: Path,
        reporter: Reporter,
        warn: Warn,
        *,
        pauses: tuple[float, ...] = PAUSES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._reporter = reporter
        self._warn = warn
        self._pauses = pauses
        self._clock = clock
        self._warned_at: float | None = None

    async def retry(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Repeat work until it raises no peewee.OperationalError; return its result."""
        pauses = self._list_pauses()
        while True:
            try:
                result = await work()
            except OperationalError as error:
                pause = next(pauses)
                logger.warning(
                    "Cannot write to the database (%s), retrying in %.1f s", error, pause
                )
                await self.report(error)
                await asyncio.sleep(pause)
            else:
                await self.clear()
                return result

    async def report(self, error: OperationalError) -> None:
        """Report a full disk, if that is the cause of the error."""
        if "full" not in str(error) and not is_full(self._folder):
            return
        await self._reporter.add_problem(Condition.DISK_FULL)
        now = self._clock()
        if self._warned_at is None or now - self._warned_at >= WARNING_INTERVAL:
            self._warned_at = now
            await self._warn(Condition.DISK_FULL)

    async def clear(self) -> None:
        """Clear the report of a full disk, because the database has just worked."""
        await self._reporter.clear_problems(Condition.DISK_FULL)

    def _list_pauses(self) -> Iterator[float]:
        yield from self._pauses
        while True:
            yield self._pauses[-1]
