"""Outcomes of files whose progress message still shows unfinished ones.

The functions are queries, to be called through `Database.run`.
"""

from personal_bot.jobs.queue import find_files, read_payload
from personal_bot.storage.models import Job, Outcome


def read_progress(reply_id: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return the final lines of finished files and the names of pending ones, both by job_id."""
    outcomes: list[Outcome] = list(Outcome.select().where(Outcome.reply_id == reply_id))
    return (
        {row.job_id: row.text for row in outcomes},
        {job.job_id: read_payload(job)["name"] for job in find_files(reply_id)},
    )


def record_outcome(job: Job, text: str) -> None:
    Outcome.insert(
        job_id=job.job_id, reply_id=job.reply_id, chat_id=job.chat_id, text=text
    ).on_conflict_replace().execute()


def forget_outcomes(reply_id: int) -> None:
    Outcome.delete().where(Outcome.reply_id == reply_id).execute()


def find_unclosed() -> list[tuple[int, int]]:
    """Return (chat_id, reply_id) of incomplete progress messages whose files are all finished."""
    pending = Job.select(Job.reply_id).where(Job.reply_id.is_null(False))
    rows = Outcome.select().where(Outcome.reply_id.not_in(pending))
    return sorted({(row.chat_id, row.reply_id) for row in rows})
