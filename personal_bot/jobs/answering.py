"""Handles question jobs: edits a message from "…" into an answer with sources."""

import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from personal_bot.answers import conversations, ratings, references
from personal_bot.answers.answer import Answer
from personal_bot.answers.calculations import has_calculations
from personal_bot.answers.conversations import DocumentsChangedError
from personal_bot.answers.drafts import Draft
from personal_bot.answers.references import Omission, Reference, RepliedMessage
from personal_bot.answers.tools.steps import Step
from personal_bot.errors import (
    RETRIABLE_ERRORS,
    TRANSIENT_ERRORS,
    OpenAIError,
    PersonalBotError,
    StoreError,
)
from personal_bot.jobs.answer_messages import AnswerMessages
from personal_bot.jobs.context import Context
from personal_bot.jobs.exchanges import remember_answer, remember_unanswered
from personal_bot.jobs.questions import find_waiting_question
from personal_bot.jobs.queue import JobKind, read_payload, save_payload
from personal_bot.jobs.runner import PostponeError
from personal_bot.jobs.stopping import (
    ChangedError,
    Stop,
    find_stop,
    run_unless_changed,
)
from personal_bot.process.reports import WORKING
from personal_bot.storage.models import Job
from personal_bot.telegram import keyboards
from personal_bot.telegram.calculation_buttons import offer_calculation
from personal_bot.telegram.delivery import Content
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.markup import fold, read_markdown, split
from personal_bot.telegram.pin_buttons import offer_letting_go
from personal_bot.telegram.rich_text import RichText
from personal_bot.telegram.texts import answers, pins

if TYPE_CHECKING:  # it imports the index
    from personal_bot.answers.scopes import Scope

logger = logging.getLogger(__name__)

PAUSES = (2.0, 8.0, 20.0)  # seconds before each retry
LONGEST_PAUSE = 30.0  # seconds; beyond it, the owner is asked to retry


class QuestionJobHandler:
    """Answers questions.

    An answer is stored before it is shown. If the process ends in between, the answer is shown
    after the restart, in the same messages and without another request to OpenAI. It is generated
    anew, in the same messages, if the question was edited or if a document behind the answer was
    deleted or replaced in the meantime.
    """

    def __init__(self, context: Context, *, pauses: Sequence[float] = PAUSES) -> None:
        self._context = context
        self._pauses = pauses
        self._messages = AnswerMessages(context)

    async def announce(self) -> None:
        """Show which questions wait for another one; run until cancelled."""
        while True:
            await self._context.outage.retry(self._announce_next)

    async def _announce_next(self) -> None:
        job = await self._context.queue.wait_for(find_waiting_question)
        with self._context.languages.speaking():
            await self._messages.announce(job)

    async def execute(self, job: Job) -> None:
        """Answer one question, or explain why there is no answer, and finish the job."""
        with self._context.languages.speaking():
            try:
                await self._answer(job)
            except TelegramForbiddenError:
                logger.info("The owner has blocked the bot: a question remains unanswered")
        await self._context.queue.finish(job)

    async def give_up(self, job: Job) -> None:
        """Apologize for a question that cannot be answered."""
        with self._context.languages.speaking():
            try:
                await self._close(job, answers.give_up(), keyboards.offer_retry())
            except TelegramForbiddenError:
                logger.info("The owner has blocked the bot: no apology sent")

    async def _answer(self, job: Job) -> None:
        if await self._show(job):
            return
        match find_stop(job):
            case Stop.WAITING:
                await self._messages.close(job, answers.say_taken_back())
                return
            case Stop.ANSWER:
                await self._close(job, answers.say_stopped(), keyboards.offer_retry())
                return
        await self._messages.begin(job)
        try:
            if await self._has_nothing(job):
                await self._close(job, answers.say_no_documents())
            elif await self._ask(job) and not await self._show(job):
                raise PostponeError(0.0)  # a document behind it has just been deleted
        except (DocumentsChangedError, ChangedError) as error:
            logger.info("Taking a question again: %s", type(error).__name__)
            raise PostponeError(0.0) from error

    async def _has_nothing(self, job: Job) -> bool:
        """Tell whether there are no documents, after waiting for files that are being read."""
        if (await self._context.services.count()).documents:
            return False
        queue = self._context.queue
        files = await queue.count(JobKind.FILE)
        if files:
            waiting = answers.wait_for_files(files)
            await self._messages.put(job, 0, waiting, keyboards.offer_stop())
            await run_unless_changed(queue, job, queue.wait_for_files())
        return not (await self._context.services.count()).documents

    async def _ask(self, job: Job) -> bool:
        """Store an answer, or tell the owner why there is none; return whether it was stored.

        Raises PostponeError, ChangedError and DocumentsChangedError to take the job again.
        """
        reference = await self._find_reference(job)
        live = LiveMessage(
            self._context.messenger,
            job.chat_id,
            job.reply_id or 0,
            self._context.edit_interval,
            keyboards.offer_stop(),
        )
        try:
            async with live.updating(typing=True):
                answer, is_stopped = await self._generate(job, reference, live)
            if not is_stopped:
                await self._context.reporter.clear_problems(*WORKING)
            is_pinned = bool(read_payload(job).get("pinned"))
            nothing = pins.say_nothing_found() if is_pinned else answers.say_nothing_found()
            text = answer.text or nothing
            if not answer.complete:
                text = f"{text.rstrip()}…"
            omission = reference.omission if reference else None
            await self._context.database.run(
                remember_answer, job, text, answer, omission, is_stopped
            )
        except (OpenAIError, StoreError) as error:
            logger.warning("Could not answer a question: %s", type(error).__name__)
            await self._context.note_problem(error)
            pause = self._choose_pause(job, error)
            if pause is not None:
                waiting = answers.wait_for_service(error)
                await self._messages.put(job, 0, waiting, keyboards.offer_stop())
                raise PostponeError(pause) from error
            keyboard = keyboards.offer_retry() if isinstance(error, RETRIABLE_ERRORS) else None
            await self._close(job, self._context.explain(error), keyboard)
            return False
        return True

    async def _generate(
        self, job: Job, reference: Reference | None, live: LiveMessage
    ) -> tuple[Answer, bool]:
        """Return an answer, and whether the owner has stopped it and it is what there was then."""
        payload = read_payload(job)
        history = await self._context.database.run(conversations.read_history, job.message_id)
        draft = Draft()

        async def show(text: str) -> None:
            live.show(lambda: split(read_markdown(text) + RichText(" …"))[0])

        async def show_step(step: Step) -> None:
            live.show(lambda: answers.show_step(step))

        async def generate() -> Answer:
            async with self._context.services.use_answerer() as answerer:
                return await answerer.answer(
                    payload["text"],
                    history,
                    show,
                    reference,
                    scope=await self._find_scope(job, reference),
                    wide=payload.get("wide", False),
                    draft=draft,
                    on_step=show_step,
                )

        try:
            return await run_unless_changed(self._context.queue, job, generate()), False
        except ChangedError:
            answer = draft.conclude()
            if answer is None:
                raise
            return answer, True

    async def _find_scope(self, job: Job, reference: Reference | None) -> "Scope | None":
        """Return what a question is about unless it replies to documents; note what is pinned."""
        # The answerer, which is in use, has imported it already.
        from personal_bot.answers.scopes import look_up_scope  # noqa: PLC0415

        database, scope = self._context.database, None
        if reference is None or not reference.documents:
            scope = await database.run(look_up_scope, read_payload(job)["text"])
        pinned = scope.names if scope is not None and scope.pinned else ()
        await database.run(partial(save_payload, job, pinned=pinned))
        return scope

    async def _find_reference(self, job: Job) -> Reference | None:
        payload = read_payload(job)
        if "replied_to" not in payload:
            return None
        replied = RepliedMessage(**payload["replied_to"])
        return await self._context.database.run(references.find_reference, replied)

    def _choose_pause(self, job: Job, error: PersonalBotError) -> float | None:
        """Return the seconds until the next retry, or None if the owner has to retry."""
        if not isinstance(error, TRANSIENT_ERRORS) or job.attempts > len(self._pauses):
            return None
        pause = max(self._pauses[job.attempts - 1], getattr(error, "retry_after", None) or 0.0)
        return pause if pause <= LONGEST_PAUSE else None

    async def _show(self, job: Job) -> bool:
        """Show the stored answer; return False if there is none that may be shown."""
        payload = read_payload(job)
        exchange_id = payload.get("exchange_id")
        if exchange_id is None:
            return False
        stored = await self._context.database.run(conversations.find_answer, exchange_id)
        if stored is None:
            return False
        text, quotations = stored
        omission = Omission(payload["omission"]) if payload.get("omission") else None
        content = (
            fold(read_markdown(text))
            + answers.note_stop(is_stopped=find_stop(job) is not None)
            + answers.list_sources(quotations)
            + pins.note_pins(payload.get("pinned", []))
            + answers.note_unsupported(payload.get("unsupported", 0))
            + answers.note_omission(omission)
            + answers.note_pending(await self._context.queue.count(JobKind.FILE))
            + answers.note_replacement(
                replaces=payload.get("replaces", False), is_wider=payload.get("wide", False)
            )
        )
        rating = await self._context.database.run(ratings.find_rating, exchange_id)
        keyboard = keyboards.show_answer(quotations, rating)
        if await self._context.database.run(has_calculations, exchange_id):
            keyboard = offer_calculation(keyboard, exchange_id)
        if payload.get("pinned"):
            keyboard = offer_letting_go(keyboard)
        await self._messages.show(job, exchange_id, split(content), keyboard)
        return True

    async def _close(
        self, job: Job, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Show why there is no answer, and remember the question, to be edited or asked again."""
        await self._messages.close(job, content, keyboard)
        await self._context.database.run(remember_unanswered, job)
