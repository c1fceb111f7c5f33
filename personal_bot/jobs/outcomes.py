"""Outcomes of files whose progress message still shows unfinished ones.

The functions are queries, to be called through `Database.run`.
"""

import json
from collections.abc import Sequence

from personal_bot.documents.records import DocumentCard, find_card
from personal_bot.jobs.queue import find_files, read_payload
from personal_bot.storage.models import Job, Outcome, UploadProgress


def read_progress(reply_id: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return the final lines of finished files and the names of pending ones, both by job_id."""
    outcomes: list[Outcome] = list(Outcome.select().where(Outcome.reply_id == reply_id))
    return (
        {row.job_id: row.text for row in outcomes},
        {job.job_id: read_payload(job)["name"] for job in find_files(reply_id)},
    )


def record_outcome(job: Job, text: str, document_ids: Sequence[int] = ()) -> None:
    """Store the final line of a file, and which documents were made of it."""
    if job.reply_id:
        UploadProgress.insert(
            progress_id=job.reply_id, upload_id=job.message_id
        ).on_conflict_ignore().execute()
    Outcome.insert(
        job_id=job.job_id,
        reply_id=job.reply_id,
        chat_id=job.chat_id,
        text=text,
        document_ids=json.dumps([*document_ids]),
    ).on_conflict_replace().execute()


def list_added(reply_id: int) -> list[DocumentCard]:
    """Return the documents made of the finished files of one progress message."""
    outcomes = Outcome.select().where(Outcome.reply_id == reply_id).order_by(Outcome.job_id)
    cards = (find_card(number) for row in outcomes for number in json.loads(row.document_ids))
    return [card for card in cards if card is not None]


def forget_outcomes(reply_id: int) -> None:
    Outcome.delete().where(Outcome.reply_id == reply_id).execute()


def find_unclosed() -> list[tuple[int, int]]:
    """Return (chat_id, reply_id) of incomplete progress messages whose files are all finished."""
    pending = Job.select(Job.reply_id).where(Job.reply_id.is_null(False))
    rows = Outcome.select().where(Outcome.reply_id.not_in(pending))
    return sorted({(row.chat_id, row.reply_id) for row in rows})
