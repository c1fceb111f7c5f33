"""Questions about whole documents: told from others, set aside until the owner decides, resumed.

The job of such a question goes from QUESTION to SUMMARY, and to ASKING while it waits for a tap.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from personal_bot.answers.references import RepliedMessage, find_reference
from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.requests import Request, recognize
from personal_bot.answers.summaries.targets import Target, Unclear, find_target
from personal_bot.documents.pins import list_pins
from personal_bot.jobs.context import Context
from personal_bot.jobs.questions import find_shown_questions
from personal_bot.jobs.queue import JobKind, change_kind, is_edited, read_payload, replace_payload
from personal_bot.jobs.runner import JobHandler
from personal_bot.storage.models import Job

KEPT_ASIDE = 10  # questions that wait for a tap


class QuestionSorter:
    """Passes questions about whole documents on, and has the others answered by `handler`."""

    def __init__(self, context: Context, handler: JobHandler) -> None:
        self._context = context
        self._handler = handler

    async def execute(self, job: Job) -> None:
        if await self._context.database.run(pass_on, job):
            await self._context.queue.announce_change()
        else:
            await self._handler.execute(job)

    async def give_up(self, job: Job) -> None:
        await self._handler.give_up(job)


def pass_on(job: Job) -> bool:
    """Make a job one of SUMMARY if it asks for whole documents; a query for `Database.run`."""
    payload = read_payload(job)
    if "exchange_id" in payload or "stop" in payload or find_wish(payload) is None:
        return False
    replace_payload(job, {**payload, "whole": True})
    change_kind(job, JobKind.SUMMARY)
    return True


def find_wish(payload: dict[str, Any]) -> tuple[Request, Target | Unclear] | None:
    """Return what a question asks for and of which documents, or None if it is an ordinary one."""
    request = recognize(payload["text"])
    if request is None:
        return None
    from personal_bot.answers.scopes import look_up_scope  # noqa: PLC0415 - it imports the index

    referred: Collection[str] = ()
    if "replied_to" in payload:
        reference = find_reference(RepliedMessage(**payload["replied_to"]))
        if not reference.documents:  # it is about an earlier answer, or something else
            return None
        referred = reference.documents
    scope = look_up_scope(payload["text"]) if request.kind is Kind.QUESTION else None
    pinned = scope.versions if scope else {pin.version for pin in list_pins()}
    target = find_target(request, referred, pinned)
    if isinstance(target, Target) and target.is_pinned and scope and not scope.pinned:
        target = replace(target, is_pinned=False)  # the question names them
    return None if target is None else (request, target)


def set_aside(job: Job) -> None:
    """Let a job wait for the owner's decision, unless it was changed; a query for `Database.run`.

    Of those that wait, the oldest are dropped.
    """
    if is_edited(job):
        return
    replace_payload(job, {**read_payload(job), "aside": True})
    change_kind(job, JobKind.ASKING)
    waiting = Job.select().where(Job.kind == JobKind.ASKING).order_by(Job.job_id.desc())
    for old in waiting.offset(KEPT_ASIDE):
        old.delete_instance()


def resume(message_id: int, **changes: Any) -> bool:
    """Resume the job that this message shows, with the owner's decision.

    A query for `Database.run`. Returns False if there is none.
    """
    for job in find_shown_questions(message_id):
        payload = read_payload(job)
        payload.pop("aside", None)
        replace_payload(job, {**payload, **changes})
        change_kind(job, JobKind.SUMMARY)
        return True
    return False
