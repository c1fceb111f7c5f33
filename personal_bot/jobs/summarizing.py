"""Handles questions about whole documents: asks what is not clear, reads, answers."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardMarkup

from personal_bot.answers.references import Reference
from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.requests import recognize
from personal_bot.answers.summaries.targets import Unclear
from personal_bot.answers.summaries.tasks import Task
from personal_bot.contract.service_names import name_service
from personal_bot.documents.records import find_card
from personal_bot.errors import DocumentNotFoundError
from personal_bot.jobs.answering import QuestionJobHandler
from personal_bot.jobs.queue import (
    JobKind,
    change_kind,
    read_payload,
    replace_payload,
    save_payload,
)
from personal_bot.jobs.stopping import ChangedError, Stop, find_stop, run_unless_changed
from personal_bot.jobs.whole_documents import find_wish, set_aside
from personal_bot.storage.models import Document, Job
from personal_bot.telegram import keyboards, summary_buttons
from personal_bot.telegram.delivery import Content
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.texts import summaries

if TYPE_CHECKING:  # they import Haystack
    from personal_bot.answers.answer import Answer
    from personal_bot.answers.summaries.reading import Progress
    from personal_bot.answers.summaries.summarizer import Plan, Summarizer

_MARKUP = re.compile(r"([\\`*_\[\]#+~<>|-])")


class _UndecidedError(Exception):
    """The owner has to decide something first: `content` asks it."""

    def __init__(self, content: Content, keyboard: InlineKeyboardMarkup) -> None:
        super().__init__()
        self.content = content
        self.keyboard = keyboard


@dataclass(frozen=True)
class _Assignment:
    """A task with the name of its document, empty if there are several, and its last page."""

    task: Task
    name: str
    pages: int

    @property
    def documents(self) -> int:
        return len(self.task.versions)


class SummaryJobHandler(QuestionJobHandler):
    """Answers from whole documents, otherwise like any question.

    Each part that the model has read is kept, so that a stop, an error or a restart repeats
    nothing. Questions to the owner set a job aside until a button is tapped.
    """

    async def _answer(self, job: Job) -> None:
        payload = read_payload(job)
        if payload.get("exchange_id") is None:
            if payload.get("agreed") is False:
                await self._close(job, summaries.say_declined(), keyboards.offer_retry())
                return
            if find_stop(job) is Stop.ANSWER:
                await self._close(job, summaries.say_stopped(), keyboards.offer_retry())
                return
        await super()._answer(job)

    async def _ask(self, job: Job) -> bool:
        try:
            return await super()._ask(job)
        except _UndecidedError as error:
            await self._messages.put(job, 0, error.content, error.keyboard)
            await self._context.database.run(set_aside, job)
        except DocumentNotFoundError as error:
            await self._close(job, self._context.explain(error))
        return False

    async def _close(
        self, job: Job, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        payload = read_payload(job)
        if keyboard is not None and "reading" in payload:  # the message replies to no question
            kind = Kind(payload["reading"])
            keyboard = summary_buttons.offer_retry(payload["document_id"], kind)
        await super()._close(job, content, keyboard)

    async def _generate(
        self,
        job: Job,
        reference: Reference | None,  # noqa: ARG002 - part of what is understood, see `find_wish`
        live: LiveMessage,
    ) -> tuple["Answer", bool]:
        assignment = await self._find_assignment(job)
        return await run_unless_changed(
            self._context.queue, job, self._read(job, assignment, live)
        ), False

    async def _find_assignment(self, job: Job) -> _Assignment:
        """Return what to do. Raises _UndecidedError, DocumentNotFoundError and ChangedError."""
        payload = read_payload(job)
        kind, question, phrase = self._understand(payload)
        is_pinned = False
        if "document_id" in payload:
            card = await self._context.database.run(find_card, payload["document_id"])
            ids = [] if card is None else [card.document_id]
        else:
            wish = await self._context.database.run(find_wish, payload)
            if wish is None:  # what it names is gone: an ordinary question
                await self._context.database.run(_pass_back, job)
                await self._context.queue.announce_change()
                raise ChangedError
            target = wish[1]
            if isinstance(target, Unclear):
                keyboard = summary_buttons.choose_document(target.choices)
                raise _UndecidedError(summaries.ask_which(), keyboard)
            ids, is_pinned = [*target.document_ids], target.is_pinned
        documents = await self._context.database.run(_list_documents, ids)
        if not documents:
            raise DocumentNotFoundError
        pinned = [str(document.name) for document in documents] if is_pinned else []
        await self._context.database.run(partial(save_payload, job, pinned=pinned))
        versions = [str(document.sha256) for document in documents]
        most = self._context.settings.summary_confirm_tokens
        task = Task(kind, question, versions, phrase, most, anew=payload.get("wide", False))
        [first, *others] = documents
        return _Assignment(task, "" if others else str(first.name), 0 if others else first.pages)

    def _understand(self, payload: dict[str, Any]) -> tuple[Kind, str, str]:
        """Return the kind, the question for the model, and the words to search for."""
        if "reading" in payload:
            kind = Kind(payload["reading"])
            return kind, summaries.put_question(kind), ""
        request = recognize(payload["text"])
        if request is None:
            raise ChangedError
        if request.says_more:
            return request.kind, payload["text"], request.phrase
        with self._context.languages.speaking(request.language):
            return request.kind, summaries.put_question(request.kind), request.phrase

    async def _read(self, job: Job, assignment: _Assignment, live: LiveMessage) -> "Answer":
        payload = read_payload(job)
        async with self._context.services.use_summarizer() as summarizer:
            plan = await summarizer.plan(assignment.task)
            if not payload.get("agreed"):
                self._require_consent(plan, assignment)
            answer = await self._carry_out(job, summarizer, plan, assignment, live)
        text = answer.text or summaries.say_nothing_found()
        if job.message_id == job.reply_id:  # a button asked, so no question stands above it
            title = _MARKUP.sub(r"\\\1", payload["text"])
            text = f"**{title}**\n\n{text}"
        note = summaries.note_reading(
            assignment.documents, plan.passages, is_partial=plan.is_partial
        )
        return replace(answer, text=f"{text}\n\n*{note}*")

    def _require_consent(self, plan: "Plan", assignment: _Assignment) -> None:
        settings = self._context.settings
        if plan.estimate.tokens > settings.summary_confirm_tokens:
            question = summaries.ask_consent(
                assignment.name,
                assignment.documents,
                plan.estimate,
                name_service(settings.openai_base_url),
            )
            raise _UndecidedError(question, summary_buttons.ask_consent())

    async def _carry_out(
        self,
        job: Job,
        summarizer: "Summarizer",
        plan: "Plan",
        assignment: _Assignment,
        live: LiveMessage,
    ) -> "Answer":
        is_renewed = False

        async def report(progress: "Progress") -> None:
            nonlocal is_renewed
            if progress.paid and not is_renewed:
                is_renewed = True
                await self._context.queue.renew(job)
            counts = progress.done, progress.total
            if progress.window is None:
                live.show(summaries.show_merging(counts))
            else:
                live.show(
                    summaries.show_progress(
                        assignment.name,
                        assignment.documents,
                        progress.window.pages,
                        assignment.pages,
                        counts,
                    )
                )

        return await summarizer.carry_out(plan, report)


def _list_documents(document_ids: list[int]) -> list[Document]:
    found = Document.select().where(Document.document_id.in_(document_ids))
    return list(found.order_by(Document.name))


def _pass_back(job: Job) -> None:
    payload = read_payload(job)
    payload.pop("whole", None)
    replace_payload(job, payload)
    change_kind(job, JobKind.QUESTION)
