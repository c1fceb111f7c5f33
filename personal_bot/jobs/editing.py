"""Records questions to be answered anew in the messages that show their answers.

The owner has edited them, or wants a better answer.
"""

import json
from dataclasses import replace
from enum import Enum, auto

from personal_bot.answers import conversations
from personal_bot.answers.conversations import ShownQuestion
from personal_bot.jobs.questions import find_questions, find_shown_questions
from personal_bot.jobs.queue import (
    JobKind,
    NewJob,
    change_kind,
    insert_jobs,
    is_received,
    note_received,
    read_payload,
    replace_payload,
)
from personal_bot.storage.models import Job


def record_edit(edit: NewJob) -> None:
    """Record the new text of a question; a query for `Database.run`.

    A question that is not answered yet gets the new text and keeps its place; a text that was no
    question so far becomes one. An edit that does not change the text, as Telegram reports them
    for link previews, is ignored. Raises QueueFullError.
    """
    if is_received(edit.update_id):
        return
    pending = find_questions(edit.message_id)
    if pending:
        for job in pending:
            _change(job, edit)
        note_received(edit.update_id)
        return
    shown = conversations.find_question(edit.message_id)
    if shown is None:
        insert_jobs([edit])
    elif shown.text != edit.payload["text"]:
        insert_jobs([_answer_anew(shown, edit)])
        conversations.forget_question(edit.message_id)


class Repetition(Enum):
    """What became of the wish to have a question answered again."""

    RECORDED = auto()
    PENDING = auto()  # it is being answered, or will be
    UNKNOWN = auto()  # the question is not remembered any more


def record_repetition(update_id: int, chat_id: int, message_id: int) -> Repetition:
    """Record that the question behind an answer is asked again, with a wider search.

    A query for `Database.run`. The answer that the message shows leaves the conversation. Raises
    QueueFullError.
    """
    if is_received(update_id):
        return Repetition.RECORDED
    if find_shown_questions(message_id):
        return Repetition.PENDING
    shown = conversations.find_question(message_id)
    if shown is None or not shown.text:
        return Repetition.UNKNOWN
    payload = {"text": shown.text, "wide": True}
    if shown.replied_to:
        payload["replied_to"] = json.loads(shown.replied_to)
    again = NewJob(update_id, JobKind.QUESTION, chat_id, shown.question_id, payload)
    insert_jobs([_answer_anew(shown, again)])
    conversations.forget_question(shown.question_id)
    return Repetition.RECORDED


def _change(job: Job, edit: NewJob) -> None:
    """Give a pending question its new text; an answer that is being shown is forgotten."""
    payload = read_payload(job)
    if payload["text"] == edit.payload["text"]:
        return
    payload.pop("stop", None)
    if payload.pop("exchange_id", None) is not None:
        payload["replaces"] = True
        conversations.forget_question(edit.message_id)
    replace_payload(job, {**payload, **edit.payload})
    change_kind(job, JobKind.QUESTION)


def _answer_anew(shown: ShownQuestion, edit: NewJob) -> NewJob:
    payload = {
        **edit.payload,
        "further_ids": list(shown.message_ids[1:]),
        "replaces": shown.is_answered,
    }
    return replace(edit, payload=payload, reply_id=next(iter(shown.message_ids), None))
