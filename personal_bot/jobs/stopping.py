"""Stops questions: their answers in the middle, or before they were begun."""

import asyncio
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, TypeVar

from personal_bot.answers import conversations
from personal_bot.jobs.questions import find_shown_questions
from personal_bot.jobs.queue import JobQueue, is_edited, read_payload, read_stored, replace_payload
from personal_bot.storage.models import Job

Result = TypeVar("Result")


class Stop(StrEnum):
    """What the owner has stopped: an answer in the middle, or a question that was waiting."""

    ANSWER = "answer"
    WAITING = "waiting"


class ChangedError(Exception):
    """The owner has edited or stopped the question while it was being answered."""


def record_stop(message_id: int) -> Stop | None:
    """Stop the question whose answer this message will show; a query for `Database.run`.

    Returns None if there is none, or if its answer is complete.
    """
    for job in find_shown_questions(message_id):
        payload = read_payload(job)
        exchange_id = payload.get("exchange_id")
        if exchange_id is not None and conversations.find_answer(exchange_id) is not None:
            continue
        stop = find_stop(job) or (Stop.ANSWER if job.attempts else Stop.WAITING)
        replace_payload(job, {**payload, "stop": stop})
        return stop
    return None


def find_stop(job: Job) -> Stop | None:
    stop = read_payload(job).get("stop")
    return None if stop is None else Stop(stop)


def accept_stop(job: Job) -> None:
    """Note that a job has been stopped, if nothing else of it was changed."""
    stored = read_stored(job)
    if stored is not None and _without_stop(stored) == _without_stop(job):
        job.payload = stored.payload


def _without_stop(job: Job) -> dict[str, Any]:
    payload = read_payload(job)
    payload.pop("stop", None)
    return payload


async def run_unless_changed(
    queue: JobQueue, job: Job, work: Coroutine[Any, Any, Result]
) -> Result:
    """Return the result of `work`, which is cancelled when the owner edits or stops the job.

    Raises ChangedError in that case, and what `work` raises.
    """
    working = asyncio.create_task(work)
    watching = asyncio.create_task(queue.wait_for(is_edited, job))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return await working
        await watching
        raise ChangedError
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
