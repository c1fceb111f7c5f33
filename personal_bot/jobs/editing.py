"""Records edited questions, to be answered anew in the messages that show their answers."""

from dataclasses import replace

from personal_bot.answers import conversations
from personal_bot.answers.conversations import ShownQuestion
from personal_bot.jobs.queue import (
    NewJob,
    find_questions,
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


def _change(job: Job, edit: NewJob) -> None:
    """Give a pending question its new text; an answer that is being shown is forgotten."""
    payload = read_payload(job)
    if payload["text"] == edit.payload["text"]:
        return
    if payload.pop("exchange_id", None) is not None:
        payload["replaces"] = True
        conversations.forget_question(edit.message_id)
    replace_payload(job, {**payload, **edit.payload})


def _answer_anew(shown: ShownQuestion, edit: NewJob) -> NewJob:
    payload = {
        **edit.payload,
        "further_ids": list(shown.message_ids[1:]),
        "replaces": shown.is_answered,
    }
    return replace(edit, payload=payload, reply_id=next(iter(shown.message_ids), None))
