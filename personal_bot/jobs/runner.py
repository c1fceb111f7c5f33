"""Runs recorded jobs one after another, each until it is finished or given up."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from peewee import OperationalError

from personal_bot.jobs.queue import JobKind, JobQueue, is_edited
from personal_bot.storage.database import is_damage
from personal_bot.storage.models import Job

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5


class PostponeError(Exception):
    """The job is retried after `delay` seconds, before the later jobs of its runner.

    It is retried at once when the owner edits or stops it.
    """

    def __init__(self, delay: float) -> None:
        super().__init__(f"retry in {delay} s")
        self.delay = delay


Retry = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


class JobHandler(Protocol):
    """Executes jobs of one or more kinds."""

    async def execute(self, job: Job) -> None:
        """Execute a job and record its result. Raises PostponeError."""

    async def give_up(self, job: Job) -> None:
        """Tell the owner that a job could not be done."""


class JobRunner:
    """Runs the jobs of the kinds in `handlers`, in order of arrival.

    `retry` repeats a call until it raises no peewee.OperationalError.
    """

    def __init__(
        self, queue: JobQueue, handlers: Mapping[JobKind, JobHandler], retry: Retry
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._retry = retry

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await self._retry(self._do_next)

    async def _do_next(self) -> None:
        job = await self._queue.take(self._handlers)
        handler = self._handlers[JobKind(job.kind)]
        if job.attempts >= MAX_ATTEMPTS:
            logger.error(
                "Giving up job %d (%s) after %d attempts", job.job_id, job.kind, job.attempts
            )
            await handler.give_up(job)
        else:
            await self._queue.begin(job)
            try:
                await handler.execute(job)
            except asyncio.CancelledError:
                await self._queue.release(job)
                raise
            except PostponeError as error:
                await self._pause(job, error.delay)
                return
            except OperationalError:  # the database's fault, not the job's
                with contextlib.suppress(OperationalError):
                    await self._queue.release(job)
                raise
            except Exception as error:
                if is_damage(error):
                    raise
                logger.exception("Job %d (%s) failed", job.job_id, job.kind)
                await handler.give_up(job)
        await self._queue.finish(job)

    async def _pause(self, job: Job, delay: float) -> None:
        """Wait `delay` seconds, or until the owner edits or stops the job."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._queue.wait_for(is_edited, job)
