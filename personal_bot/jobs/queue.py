"""The persistent job queue: jobs are recorded once per update and taken in order."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peewee import fn

from personal_bot.errors import QueueFullError
from personal_bot.storage.database import Database
from personal_bot.storage.models import Job, ReceivedUpdate

logger = logging.getLogger(__name__)

REMEMBERED_UPDATES = 1_000


class JobKind(StrEnum):
    QUESTION = "question"
    FILE = "file"
    DELETION = "deletion"
    CLEARING = "clearing"


MAX_WAITING = {JobKind.QUESTION: 50, JobKind.FILE: 200}


@dataclass(frozen=True)
class NewJob:
    """A job to record for an update. `reply_id` is the bot's message that will show the result.

    `payload` must be serializable as JSON. A question with a `group` in it waits for the files of
    that group.
    """

    update_id: int
    kind: JobKind
    chat_id: int
    message_id: int
    payload: dict[str, Any]
    reply_id: int | None = None


class JobQueue:
    """The jobs of one bot. All methods may raise peewee.OperationalError, e.g. on a full disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = asyncio.Condition()

    async def record(self, *new_jobs: NewJob) -> None:
        """Record jobs, before their update is acknowledged; skip those recorded before.

        Raises QueueFullError, without recording any, if too many jobs of a kind are waiting.
        """
        await self._database.run(_insert, new_jobs)
        await self.announce_change()

    async def take(self, kinds: Collection[JobKind]) -> Job:
        """Wait for the first job of these kinds that is ready to run."""
        job: Job = await self._wait_for(_next, kinds)
        return job

    async def wait_for_new_files(self) -> list[Job]:
        """Wait for files that have no progress message yet."""
        jobs: list[Job] = await self._wait_for(find_new_files)
        return jobs

    async def wait_for_files(self) -> None:
        """Wait until no file is pending."""
        await self._wait_for(lambda: not _count([JobKind.FILE]))

    async def begin(self, job: Job) -> None:
        job.attempts += 1
        await self._database.run(_update, job, {"attempts": job.attempts})

    async def release(self, job: Job) -> None:
        """Uncount an attempt that was interrupted through no fault of the job."""
        await self._database.run(_update, job, {"attempts": max(0, job.attempts - 1)})

    async def finish(self, job: Job, record: Callable[[], Any] | None = None) -> None:
        """Remove a job and, in the same transaction, call `record` to store its result."""
        await self._database.run(_finish, job, record)
        await self.announce_change()

    async def count(self, *kinds: JobKind) -> int:
        """Count the pending jobs of these kinds, or of all kinds."""
        return await self._database.run(_count, kinds or tuple(JobKind))

    async def announce_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _wait_for(self, query: Callable[..., Any], *arguments: Any) -> Any:
        async with self._changed:
            while not (found := await self._database.run(query, *arguments)):
                await self._changed.wait()
            return found


def read_payload(job: Job) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(str(job.payload))
    return payload


def save_payload(job: Job, **changes: Any) -> None:
    """Update the stored payload of a job; a query for `Database.run`."""
    payload = json.dumps({**read_payload(job), **changes}, ensure_ascii=False)
    job.payload = payload
    _update(job, {"payload": payload})


def set_reply(job: Job, reply_id: int) -> None:
    """Store the id of the message that shows the result; a query for `Database.run`."""
    job.reply_id = reply_id
    _update(job, {"reply_id": reply_id})


def assign_reply(job_ids: Collection[int], reply_id: int) -> None:
    """Store the id of the progress message of these jobs; a query for `Database.run`."""
    Job.update(reply_id=reply_id).where(Job.job_id.in_(job_ids)).execute()


def find_new_files() -> list[Job]:
    return list(_ordered(Job.kind == JobKind.FILE, Job.reply_id.is_null()))


def find_files(reply_id: int) -> list[Job]:
    """Return the pending files of one progress message, in order of arrival."""
    return list(_ordered(Job.kind == JobKind.FILE, Job.reply_id == reply_id))


def _ordered(*conditions: Any) -> Any:
    return Job.select().where(*conditions).order_by(Job.job_id)


def _insert(new_jobs: Collection[NewJob]) -> None:
    for new_job in new_jobs:
        if ReceivedUpdate.get_or_none(ReceivedUpdate.update_id == new_job.update_id):
            continue
        _check_limit(new_job.kind)
        ReceivedUpdate.create(update_id=new_job.update_id, received_at=_now())
        Job.create(
            update_id=new_job.update_id,
            kind=new_job.kind,
            chat_id=new_job.chat_id,
            message_id=new_job.message_id,
            payload=json.dumps(new_job.payload, ensure_ascii=False),
            reply_id=new_job.reply_id,
        )
    newest = ReceivedUpdate.select(ReceivedUpdate.update_id).order_by(
        ReceivedUpdate.received_at.desc()
    )
    ReceivedUpdate.delete().where(
        ReceivedUpdate.update_id.not_in(newest.limit(REMEMBERED_UPDATES))
    ).execute()


def _check_limit(kind: JobKind) -> None:
    limit = MAX_WAITING.get(kind)
    if limit is not None and (waiting := _count([kind])) >= limit:
        raise QueueFullError(kind, waiting)


def _now() -> float:
    """Return the time, never earlier than a stored one: the clock may have been set back."""
    newest: float | None = ReceivedUpdate.select(fn.MAX(ReceivedUpdate.received_at)).scalar()
    return max(time.time(), newest or 0.0)


def _next(kinds: Collection[JobKind]) -> Job | None:
    """Return the first job that is ready.

    Not ready are files without a progress message and questions whose group has pending files.
    """
    other = Job.alias()
    group, others_group = (fn.json_extract(job.payload, "$.group") for job in (Job, other))
    same_group = other.select().where(other.kind == JobKind.FILE, others_group == group)
    unannounced = (Job.kind == JobKind.FILE) & Job.reply_id.is_null()
    premature = (Job.kind == JobKind.QUESTION) & fn.EXISTS(same_group)
    found: Job | None = _ordered(Job.kind.in_(list(kinds)), ~(unannounced | premature)).first()
    return found


def _update(job: Job, changes: dict[str, Any]) -> None:
    Job.update(changes).where(_is(job)).execute()


def _finish(job: Job, record: Callable[[], Any] | None) -> None:
    Job.delete().where(_is(job)).execute()
    if record is not None:
        record()


def _is(job: Job) -> Any:
    """Match a job by its update, because SQLite reuses the `job_id` of a finished job."""
    return Job.update_id == job.update_id


def _count(kinds: Collection[JobKind]) -> int:
    count: int = Job.select().where(Job.kind.in_(list(kinds))).count()
    return count
