"""Finds the jobs of questions; the functions are queries for `Database.run`."""

from personal_bot.jobs.queue import QUESTIONS, JobKind, find_ready, order_jobs, read_payload
from personal_bot.storage.models import Job


def find_group(message_id: int) -> str | None:
    """Return the group of the pending files that this message uploads or shows, if any."""
    files = order_jobs(
        Job.kind == JobKind.FILE, (Job.message_id == message_id) | (Job.reply_id == message_id)
    )
    groups = [read_payload(job).get("group") for job in files]
    return groups[-1] if groups else None


def find_questions(message_id: int) -> list[Job]:
    """Return the pending jobs that answer a message."""
    return list(order_jobs(Job.kind.in_(QUESTIONS), Job.message_id == message_id))


def find_shown_questions(message_id: int) -> list[Job]:
    """Return the pending jobs whose answers this message of the bot shows, or will show."""
    pending = order_jobs(Job.kind.in_(QUESTIONS))
    return [job for job in pending if message_id in list_shown(job)]


def find_waiting_question() -> Job | None:
    """Return a question that waits for the one before it, and has no message yet."""
    waiting = find_ready([JobKind.QUESTION]).offset(1)
    return next((job for job in waiting if job.reply_id is None), None)


def list_shown(job: Job) -> list[int]:
    """Return the ids of the messages that show the result of a job, as far as they exist."""
    if job.reply_id is None:
        return []
    further: list[int] = read_payload(job).get("further_ids", [])
    return [job.reply_id, *further]
