"""Remembers in the conversation what became of a question."""

import json

from personal_bot.answers import conversations
from personal_bot.answers.answer import Answer
from personal_bot.answers.calculations import record_calculations
from personal_bot.answers.references import Omission
from personal_bot.jobs.queue import is_edited, read_payload, save_payload
from personal_bot.jobs.stopping import ChangedError, Stop, accept_stop
from personal_bot.storage.models import ExchangeStatus, Job


def remember_answer(
    job: Job, text: str, answer: Answer, omission: Omission | None, is_stopped: bool
) -> None:
    """Store an answer; a query for `Database.run`.

    A stop that comes after the end of an answer is ignored. What was stopped before it cited
    anything is kept, but does not belong to the conversation. Raises DocumentsChangedError, and
    ChangedError after an edit.
    """
    accept_stop(job)
    if is_edited(job):
        raise ChangedError
    exchange_id = conversations.record_exchange(
        read_payload(job)["text"],
        text,
        answer.sources,
        answer.versions,
        question_id=job.message_id,
        replied_to=_dump_replied(job),
        status=ExchangeStatus.PAST if is_stopped and not answer.sources else ExchangeStatus.CURRENT,
    )
    stop = Stop.ANSWER if is_stopped else None
    record_calculations(exchange_id, answer.calculations)
    save_payload(
        job,
        exchange_id=exchange_id,
        omission=omission,
        stop=stop,
        unsupported=answer.unsupported,
    )


def remember_unanswered(job: Job) -> None:
    """Store that a question has no answer, unless it was edited; a query for `Database.run`."""
    if job.reply_id is not None and not is_edited(job):
        text = read_payload(job)["text"]
        conversations.record_unanswered(text, job.message_id, job.reply_id, _dump_replied(job))


def _dump_replied(job: Job) -> str:
    replied = read_payload(job).get("replied_to")
    return json.dumps(replied, ensure_ascii=False) if replied else ""
