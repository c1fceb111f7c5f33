"""Removes the buttons of questions that the master no longer asks."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.types import TelegramObject

from master.telegram.delivery import ReplyMessage

logger = logging.getLogger(__name__)


class OpenQuestionMiddleware(BaseMiddleware):
    """Leaves buttons only below the question that is open.

    A question is open until the next one, or until a reply after which nothing is expected any
    more. The id of its message is stored beside the conversation, so a restart leaves no buttons
    behind. Must follow the FSM middleware.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        try:
            result = await handler(event, data)
        except Exception:  # the conversation may have ended, too
            await _close_earlier(data["bot"], data["state"], data["reply"])
            raise
        await _close_earlier(data["bot"], data["state"], data["reply"])
        return result


async def _close_earlier(bot: Bot, state: FSMContext, reply: ReplyMessage) -> None:
    stored = FSMContext(state.storage, replace(state.key, destiny="question"))
    earlier: int | None = (await stored.get_data()).get("message_id")
    if reply.is_question:
        current = reply.message_id
    elif earlier != reply.message_id and await state.get_state() is not None:
        current = earlier
    else:
        current = None
    if current == earlier:
        return
    await stored.set_data({"message_id": current} if current else {})
    if earlier is not None and earlier != reply.message_id:
        await _remove_buttons(bot, state.key.chat_id, earlier)


async def _remove_buttons(bot: Bot, chat_id: int, message_id: int) -> None:
    """Remove the buttons if possible; those that remain say that they are out of date."""
    try:
        await bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id)
    except TelegramAPIError as error:
        logger.info("Cannot remove the buttons of message %d: %s", message_id, error)
