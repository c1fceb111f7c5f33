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
MAX_FURTHER_JOBS = 4_096  # of one update

_FURTHER_JOBS = 2**60  # far below the ids of captions, which are negated ids of updates


class JobKind(StrEnum):
    QUESTION = "question"
    FILE = "file"
    DELETION = "deletion"
    CLEARING = "clearing"
    SUMMARY = "summary"  # a question about whole documents
    ASKING = "asking"  # such a question that waits for a button to be tapped


QUESTIONS = (JobKind.QUESTION, JobKind.SUMMARY, JobKind.ASKING)

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
        await self._database.run(insert_jobs, new_jobs)
        await self.announce_change()

    async def take(self, kinds: Collection[JobKind]) -> Job:
        """Wait for the first job of these kinds that is ready to run."""
        job: Job = await self.wait_for(_next, kinds)
        return job

    async def wait_for_new_files(self) -> list[Job]:
        """Wait for files that have no progress message yet."""
        jobs: list[Job] = await self.wait_for(find_new_files)
        return jobs

    async def wait_for_files(self) -> None:
        """Wait until no file is pending."""
        await self.wait_for(lambda: not _count([JobKind.FILE]))

    async def begin(self, job: Job) -> None:
        job.attempts += 1
        await self._database.run(_update, job, {"attempts": job.attempts})

    async def release(self, job: Job) -> None:
        """Uncount an attempt that was interrupted through no fault of the job."""
        await self._database.run(_update, job, {"attempts": max(0, job.attempts - 1)})

    async def renew(self, job: Job) -> None:
        """Forget the earlier attempts of a job, because the present one has made progress."""
        job.attempts = 1
        await self._database.run(_update, job, {"attempts": 1})

    async def finish(self, job: Job, record: Callable[[], Any] | None = None) -> None:
        """Remove a job and, in the same transaction, call `record` to store its result.

        A job that was edited meanwhile remains, to be done again.
        """
        await self._database.run(_finish, job, record)
        await self.announce_change()

    async def count(self, *kinds: JobKind) -> int:
        """Count the pending jobs of these kinds, or of all that do not wait for the owner."""
        return await self._database.run(_count, kinds or set(JobKind) - {JobKind.ASKING})

    async def announce_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait_for(self, query: Callable[..., Any], *arguments: Any) -> Any:
        """Repeat a query, whenever jobs have changed, until its result is true; return that."""
        async with self._changed:
            while not (found := await self._database.run(query, *arguments)):
                await self._changed.wait()
            return found


def read_payload(job: Job) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(str(job.payload))
    return payload


def save_payload(job: Job, **changes: Any) -> None:
    """Update the stored payload of a job; a query for `Database.run`.

    The stored payload may differ from that of `job` in what the owner has edited meanwhile.
    """
    stored = read_stored(job)
    if stored is not None:
        _update(job, {"payload": _dump({**read_payload(stored), **changes})})
    job.payload = _dump({**read_payload(job), **changes})


def is_edited(job: Job) -> bool:
    """Tell whether the owner has edited or stopped a job; a query for `Database.run`."""
    return bool(Job.select().where(_is(job), Job.payload != job.payload).exists())


def replace_payload(job: Job, payload: dict[str, Any]) -> None:
    """Let a job, even one that is running, be done anew; a query for `Database.run`."""
    _update(job, {"payload": _dump(payload), "attempts": 0})


def change_kind(job: Job, kind: JobKind) -> None:
    """Let another handler do a job; a query for `Database.run`."""
    _update(job, {"kind": kind})


def read_stored(job: Job) -> Job | None:
    """Return a job as it is stored, or None if it is finished; a query for `Database.run`."""
    return Job.get_or_none(_is(job))


def _dump(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False)


def set_reply(job: Job, reply_id: int) -> None:
    """Store the id of the message that shows the result; a query for `Database.run`."""
    job.reply_id = reply_id
    _update(job, {"reply_id": reply_id})


def assign_reply(job_ids: Collection[int], reply_id: int) -> None:
    """Store the id of the progress message of these jobs; a query for `Database.run`."""
    Job.update(reply_id=reply_id).where(Job.job_id.in_(job_ids)).execute()


def find_new_files() -> list[Job]:
    return list(order_jobs(Job.kind == JobKind.FILE, Job.reply_id.is_null()))


def find_files(reply_id: int) -> list[Job]:
    """Return the pending files of one progress message, in order of arrival."""
    return list(order_jobs(Job.kind == JobKind.FILE, Job.reply_id == reply_id))


def order_jobs(*conditions: Any) -> Any:
    """Return the query of the jobs that fulfil these conditions, in order of arrival."""
    return Job.select().where(*conditions).order_by(Job.job_id)


def insert_jobs(new_jobs: Collection[NewJob], *, limited: bool = True) -> None:
    """Store new jobs and remember their updates; a query for `Database.run`.

    Raises QueueFullError if too many are waiting, unless `limited` is false.
    """
    for new_job in new_jobs:
        if is_received(new_job.update_id):
            continue
        if limited:
            _check_limit(new_job.kind)
        note_received(new_job.update_id)
        Job.create(
            update_id=new_job.update_id,
            kind=new_job.kind,
            chat_id=new_job.chat_id,
            message_id=new_job.message_id,
            payload=_dump(new_job.payload),
            reply_id=new_job.reply_id,
        )


def derive_update_id(update_id: int, number: int) -> int:
    """Return a unique id for the `number`th further job of an update; Telegram's are positive."""
    return -(_FURTHER_JOBS + update_id * MAX_FURTHER_JOBS + number)


def is_received(update_id: int) -> bool:
    """Tell whether an update was recorded; a query for `Database.run`."""
    return ReceivedUpdate.get_or_none(ReceivedUpdate.update_id == update_id) is not None


def note_received(update_id: int) -> None:
    """Remember that an update was recorded; a query for `Database.run`."""
    ReceivedUpdate.create(update_id=update_id, received_at=_now())
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
    found: Job | None = find_ready(kinds).first()
    return found


def find_ready(kinds: Collection[JobKind]) -> Any:
    """Return the query of the jobs that are ready.

    Not ready are files without a progress message and questions whose group has pending files.
    """
    other = Job.alias()
    group, others_group = (fn.json_extract(job.payload, "$.group") for job in (Job, other))
    same_group = other.select().where(other.kind == JobKind.FILE, others_group == group)
    unannounced = (Job.kind == JobKind.FILE) & Job.reply_id.is_null()
    premature = (Job.kind == JobKind.QUESTION) & fn.EXISTS(same_group)
    return order_jobs(Job.kind.in_(list(kinds)), ~(unannounced | premature))


def _update(job: Job, changes: dict[str, Any]) -> None:
    Job.update(changes).where(_is(job)).execute()


def _finish(job: Job, record: Callable[[], Any] | None) -> None:
    Job.delete().where(_is(job), Job.payload == job.payload).execute()
    if record is not None:
        record()


def _is(job: Job) -> Any:
    """Match a job by its update, because SQLite reuses the `job_id` of a finished job."""
    return Job.update_id == job.update_id


def _count(kinds: Collection[JobKind]) -> int:
    count: int = Job.select().where(Job.kind.in_(list(kinds))).count()
    return count
