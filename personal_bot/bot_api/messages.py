"""Edits and deletions of messages: the meaning of Telegram's errors."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import Message

logger = logging.getLogger(__name__)


def is_unchanged(error: TelegramBadRequest) -> bool:
    """Tell whether an edit was refused because the message already has this content."""
    return "message is not modified" in error.message


def is_uneditable(error: TelegramBadRequest) -> bool:
    """Tell whether an edit was refused because the message is gone or cannot be edited any more."""
    return "message to edit not found" in error.message or "can't be edited" in error.message


async def delete_secret(bot: Bot, message: Message) -> bool:
    """Delete a message that contained a secret; return whether it is gone from the chat."""
    try:
        await bot.delete_message(message.chat.id, message.message_id)
    except TelegramAPIError as error:
        if "message to delete not found" in error.message:
            return True
        logger.warning("Cannot delete a message with a secret: %s", error.message)
        return False
    return True
