"""The messages that show an answer, in parts; a restart finds them again."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from personal_bot.answers import conversations
from personal_bot.jobs.context import Context
from personal_bot.jobs.questions import list_shown
from personal_bot.jobs.queue import read_payload, read_stored, save_payload, set_reply
from personal_bot.storage.models import Job
from personal_bot.telegram import keyboards
from personal_bot.telegram.delivery import Content, MessageGoneError
from personal_bot.telegram.texts import answers

logger = logging.getLogger(__name__)


class AnswerMessages:
    """Sends and edits the messages of answers. Raises what `Messenger` raises."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # Held while a question gets its first message: either it waits, or it is being answered.
        self._placing = asyncio.Lock()

    async def announce(self, job: Job) -> None:
        """Show that a question waits for another one, unless it has a message by now."""
        async with self._placing:
            stored = await self._context.database.run(read_stored, job)
            if stored is None or stored.reply_id is not None:
                return
            try:
                await self._context.placeholders.place(
                    job.chat_id,
                    answers.wait_for_earlier(),
                    job.message_id,
                    partial(set_reply, job),
                    job.message_id,
                    keyboard=keyboards.offer_taking_back(),
                )
            except (TelegramForbiddenError, TelegramBadRequest) as error:
                logger.info("Cannot show that a question waits: %s", error.message)
                await self._context.database.run(set_reply, job, 0)  # it waits without a message

    async def begin(self, job: Job) -> None:
        """Show that a question is being answered."""
        if not await self._send_first(job):
            await self.put(job, 0, answers.wait(), keyboards.offer_stop())

    async def show(
        self,
        job: Job,
        exchange_id: int,
        parts: Sequence[Content],
        keyboard: InlineKeyboardMarkup | None,
    ) -> None:
        """Show a stored answer, with the keyboard below its last part."""
        known = list_shown(job)[: len(parts)]
        await self._context.database.run(_record_messages, exchange_id, known)
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            await self.put(job, number, part, keyboard if is_last else None)
        await self._remove_surplus(job, len(parts))

    async def close(
        self, job: Job, content: Content, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Show why there is no answer."""
        await self._send_first(job)
        await self.put(job, 0, content, keyboard)
        await self._remove_surplus(job, 1)

    async def put(
        self,
        job: Job,
        number: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Show a part of the answer, in the message it had before a restart if there is one."""
        messenger = self._context.messenger
        known = list_shown(job)
        message_id = known[number] if number < len(known) else None
        if message_id is not None:
            try:
                await messenger.edit(job.chat_id, message_id, content, keyboard)
            except MessageGoneError:
                logger.info("Cannot edit message %d, sending a new one", message_id)
            else:
                return
        message_id = await self._place(job, number)
        await messenger.edit(job.chat_id, message_id, content, keyboard)

    async def _send_first(self, job: Job) -> bool:
        """Send the first message, unless there is one, e.g. because the question was waiting."""
        async with self._placing:
            stored = await self._context.database.run(read_stored, job)
            if stored is not None and stored.reply_id is not None:
                job.reply_id = stored.reply_id
            if job.reply_id is not None:
                return False
            await self._place(job, 0)
            return True

    async def _place(self, job: Job, number: int) -> int:
        return await self._context.placeholders.place(
            job.chat_id,
            answers.wait(),
            max([job.message_id, *list_shown(job)]),
            partial(_note_message, job, number),
            None if number else job.message_id,
            keyboard=None if number else keyboards.offer_stop(),
        )

    async def _remove_surplus(self, job: Job, parts: int) -> None:
        """Remove the messages of an earlier, longer answer to the same question."""
        for message_id in list_shown(job)[parts:]:
            await self._context.messenger.delete_own(job.chat_id, message_id)


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
