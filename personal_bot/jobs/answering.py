"""Handles question jobs: edits a message from "…" into an answer with sources."""

import json
import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from personal_bot.answers import conversations, references
from personal_bot.answers.conversations import DocumentsChangedError
from personal_bot.answers.references import Omission, RepliedMessage
from personal_bot.errors import (
    RETRIABLE_ERRORS,
    TRANSIENT_ERRORS,
    OpenAIError,
    PersonalBotError,
    StoreError,
)
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, is_edited, read_payload, save_payload, set_reply
from personal_bot.jobs.runner import PostponeError
from personal_bot.process.reports import WORKING
from personal_bot.storage.models import Job
from personal_bot.telegram import keyboards
from personal_bot.telegram.delivery import Content, MessageGoneError
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.markup import RichText, read_markdown, split
from personal_bot.telegram.texts import answers

if TYPE_CHECKING:  # it imports Haystack
    from personal_bot.answers.answerer import Answer

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
        await self._put(job, 0, answers.wait())
        if await self._has_nothing(job):
            await self._close(job, answers.say_no_documents())
        elif await self._ask(job) and not await self._show(job):
            raise PostponeError(0.0)  # a document behind it has just been deleted

    async def _has_nothing(self, job: Job) -> bool:
        """Tell whether there are no documents, after waiting for files that are being read."""
        if (await self._context.services.count()).documents:
            return False
        files = await self._context.queue.count(JobKind.FILE)
        if files:
            await self._put(job, 0, answers.wait_for_files(files))
            await self._context.queue.wait_for_files()
        return not (await self._context.services.count()).documents

    async def _ask(self, job: Job) -> bool:
        """Store an answer, or tell the owner why there is none; return whether it was stored.

        Raises PostponeError to ask again.
        """
        payload = read_payload(job)
        history = await self._context.database.run(conversations.read_history, job.message_id)
        reference = None
        if "replied_to" in payload:
            replied = RepliedMessage(**payload["replied_to"])
            reference = await self._context.database.run(references.find_reference, replied)
        live = LiveMessage(
            self._context.messenger, job.chat_id, job.reply_id or 0, self._context.edit_interval
        )

        async def show(text: str) -> None:
            live.show(lambda: split(read_markdown(text) + RichText(" …"))[0])

        try:
            async with (
                self._context.services.use_answerer() as answerer,
                live.updating(typing=True),
            ):
                answer = await answerer.answer(payload["text"], history, show, reference)
            await self._context.reporter.clear_problems(*WORKING)
            text = answer.text or answers.say_nothing_found()
            if not answer.complete:
                text = f"{text.rstrip()}…"
            omission = reference.omission if reference else None
            await self._context.database.run(_remember, job, text, answer, omission)
        except (DocumentsChangedError, _EditedError) as error:
            logger.info("Answering a question again: %s", type(error).__name__)
            raise PostponeError(0.0) from error
        except (OpenAIError, StoreError) as error:
            logger.warning("Could not answer a question: %s", type(error).__name__)
            await self._context.note_problem(error)
            pause = self._choose_pause(job, error)
            if pause is not None:
                await self._put(job, 0, answers.wait_for_service(error))
                raise PostponeError(pause) from error
            keyboard = keyboards.offer_retry() if isinstance(error, RETRIABLE_ERRORS) else None
            await self._close(job, self._context.explain(error), keyboard)
            return False
        return True

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
        stored = exchange_id and await self._context.database.run(
            conversations.find_answer, exchange_id
        )
        if not stored:
            return False
        text, quotations = stored
        omission = Omission(payload["omission"]) if payload.get("omission") else None
        content = (
            read_markdown(text)
            + answers.list_sources(quotations)
            + answers.note_omission(omission)
            + answers.note_pending(await self._context.queue.count(JobKind.FILE))
            + answers.note_replacement(replaces=payload.get("replaces", False))
        )
        parts = split(content)
        known = _list_shown(job)[: len(parts)]
        await self._context.database.run(_record_messages, exchange_id, known)
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            keyboard = keyboards.show_sources(quotations) if is_last else None
            await self._put(job, number, part, keyboard)
        await self._remove_surplus(job, len(parts))
        return True

    async def _close(
        self, job: Job, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Show why there is no answer."""
        await self._put(job, 0, content, keyboard)
        await self._remove_surplus(job, 1)
        await self._context.database.run(_record_unanswered, job)

    async def _remove_surplus(self, job: Job, parts: int) -> None:
        """Remove the messages of an earlier, longer answer to the same question."""
        for message_id in _list_shown(job)[parts:]:
            await self._context.messenger.delete_own(job.chat_id, message_id)

    async def _put(
        self,
        job: Job,
        number: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Show a part of the answer, in the message it had before a restart if there is one."""
        messenger = self._context.messenger
        known = _list_shown(job)
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
            max([job.message_id, *known]),
            partial(_note_message, job, number),
            None if number else job.message_id,
        )
        await messenger.edit(job.chat_id, message_id, content, keyboard)


class _EditedError(Exception):
    """The owner has edited the question while it was being answered."""


def _remember(job: Job, text: str, answer: "Answer", omission: Omission | None) -> None:
    """Store an answer. Raises DocumentsChangedError and _EditedError."""
    if is_edited(job):
        raise _EditedError
    exchange_id = conversations.record_exchange(
        read_payload(job)["text"],
        text,
        answer.sources,
        answer.versions,
        question_id=job.message_id,
        replied_to=_dump_replied(job),
    )
    save_payload(job, exchange_id=exchange_id, omission=omission)


def _record_unanswered(job: Job) -> None:
    if job.reply_id is not None and not is_edited(job):
        text = read_payload(job)["text"]
        conversations.record_unanswered(text, job.message_id, job.reply_id, _dump_replied(job))


def _dump_replied(job: Job) -> str:
    replied = read_payload(job).get("replied_to")
    return json.dumps(replied, ensure_ascii=False) if replied else ""


def _list_shown(job: Job) -> list[int]:
    """Return the ids of the messages that show the answer, as far as they exist."""
    if job.reply_id is None:
        return []
    further: list[int] = read_payload(job).get("further_ids", [])
    return [job.reply_id, *further]


def _record_messages(exchange_id: int, message_ids: Sequence[int]) -> None:
    for number, message_id in enumerate(message_ids):
        conversations.record_message(exchange_id, message_id, number)


def _note_message(job: Job, number: int, message_id: int) -> None:
    payload = read_payload(job)
    if number == 0:
        set_reply(job, message_id)
    else:
        further: list[int] = payload.get("further_ids", [])
        further[number - 1 :] = [message_id]
        save_payload(job, further_ids=further)
    if (exchange_id := payload.get("exchange_id")) is not None:
        conversations.record_message(exchange_id, message_id, number)
