"""Handles question jobs: edits a message from "…" into an answer with sources."""

import logging
from collections.abc import Sequence
from functools import partial

from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.errors import TRANSIENT_ERRORS, OpenAIError, PersonalBotError, StoreError
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, read_payload, save_payload, set_reply
from personal_bot.jobs.runner import PostponeError
from personal_bot.process.reports import WORKING
from personal_bot.storage.models import Job
from personal_bot.telegram import keyboards
from personal_bot.telegram.delivery import Content, MessageGoneError
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.markup import RichText, read_markdown, split
from personal_bot.telegram.texts import answers

logger = logging.getLogger(__name__)

PAUSES = (2.0, 8.0, 20.0)  # seconds before each retry
LONGEST_PAUSE = 30.0  # seconds; beyond it, the owner is asked to retry


class QuestionJobHandler:
    """Answers questions.

    An answer is stored before it is shown. If the process ends in between, the answer is shown
    after the restart, in the same messages and without another request to OpenAI.
    """

    def __init__(self, context: Context, *, pauses: Sequence[float] = PAUSES) -> None:
        self._context = context
        self._pauses = pauses

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
        exchange_id = read_payload(job).get("exchange_id")
        if exchange_id is None:
            await self._put(job, 0, answers.wait())
            if await self._has_nothing(job):
                await self._close(job, answers.say_no_documents())
                return
            exchange_id = await self._ask(job)
        if exchange_id is not None:
            await self._show(job, exchange_id)

    async def _has_nothing(self, job: Job) -> bool:
        """Tell whether there are no documents, after waiting for files that are being read."""
        if (await self._context.services.count()).documents:
            return False
        files = await self._context.queue.count(JobKind.FILE)
        if files:
            await self._put(job, 0, answers.wait_for_files(files))
            await self._context.queue.wait_for_files()
        return not (await self._context.services.count()).documents

    async def _ask(self, job: Job) -> int | None:
        """Return the id of the stored exchange; None if the owner was told why no answer exists."""
        question = read_payload(job)["text"]
        history = await self._context.database.run(conversations.read_history)
        live = LiveMessage(
            self._context.messenger, job.chat_id, job.reply_id or 0, self._context.edit_interval
        )

        async def show(text: str) -> None:
            live.show(split(read_markdown(text) + RichText(" …"))[0])

        try:
            async with (
                self._context.services.use_answerer() as answerer,
                live.updating(typing=True),
            ):
                answer = await answerer.answer(question, history, show)
        except (OpenAIError, StoreError) as error:
            logger.warning("Could not answer a question: %s", type(error).__name__)
            await self._context.note_problem(error)
            pause = self._choose_pause(job, error)
            if pause is not None:
                await self._put(job, 0, answers.wait_for_service(error))
                raise PostponeError(pause) from error
            await self._close(job, self._context.explain(error), keyboards.offer_retry())
            return None
        await self._context.reporter.clear_problems(*WORKING)
        text = answer.text or answers.say_nothing_found()
        if not answer.complete:
            text = f"{text.rstrip()}…"
        return await self._context.database.run(_remember, job, question, text, answer.sources)

    def _choose_pause(self, job: Job, error: PersonalBotError) -> float | None:
        """Return the seconds until the next retry, or None if the owner has to retry."""
        if not isinstance(error, TRANSIENT_ERRORS) or job.attempts > len(self._pauses):
            return None
        pause = max(self._pauses[job.attempts - 1], getattr(error, "retry_after", None) or 0.0)
        return pause if pause <= LONGEST_PAUSE else None

    async def _show(self, job: Job, exchange_id: int) -> None:
        stored = await self._context.database.run(conversations.find_answer, exchange_id)
        if stored is None:  # the owner has started a new conversation
            await self._close(job, answers.say_question_gone())
            return
        text, quotations = stored
        pending = await self._context.queue.count(JobKind.FILE)
        content = (
            read_markdown(text) + answers.list_sources(quotations) + answers.note_pending(pending)
        )
        parts = split(content)
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            keyboard = keyboards.show_sources(quotations) if is_last else None
            await self._put(job, number, part, keyboard)

    async def _close(
        self, job: Job, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        await self._put(job, 0, content, keyboard)

    async def _put(
        self,
        job: Job,
        number: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Show a part of the answer, in the message it had before a restart if there is one."""
        messenger = self._context.messenger
        further: list[int] = read_payload(job).get("further_ids", [])
        known = [job.reply_id, *further]
        message_id = known[number] if number < len(known) else None
        if message_id is not None:
            try:
                await messenger.edit(job.chat_id, message_id, content, keyboard)
            except MessageGoneError:
                logger.info("Cannot edit message %d, sending a new one", message_id)
            else:
                return
        message_id = await self._context.placeholders.place(
            job.chat_id,
            answers.wait(),
            max(job.message_id, *(shown or 0 for shown in known)),
            partial(_note_message, job, number),
            None if number else job.message_id,
        )
        await messenger.edit(job.chat_id, message_id, content, keyboard)


def _remember(job: Job, question: str, answer: str, sources: Sequence[Source]) -> int:
    exchange_id = conversations.record_exchange(question, answer, sources)
    save_payload(job, exchange_id=exchange_id)
    return exchange_id


def _note_message(job: Job, number: int, message_id: int) -> None:
    if number == 0:
        set_reply(job, message_id)
        return
    further: list[int] = read_payload(job).get("further_ids", [])
    further[number - 1 :] = [message_id]
    save_payload(job, further_ids=further)
