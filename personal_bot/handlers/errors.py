"""The error handler: logs unexpected exceptions and apologizes to the owner."""

import logging
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import ErrorEvent
from peewee import OperationalError

from personal_bot.jobs.context import Context
from personal_bot.storage.database import is_damage
from personal_bot.telegram.texts import chat

logger = logging.getLogger(__name__)


def create_router() -> Router:
    router = Router(name="errors")
    router.error.register(handle_error)
    return router


async def handle_error(event: ErrorEvent, context: Context) -> Any:
    """Handle an exception, except database and token errors, which the caller handles."""
    error = event.exception
    if isinstance(error, OperationalError | TelegramUnauthorizedError) or is_damage(error):
        return UNHANDLED
    if isinstance(error, TelegramForbiddenError):
        logger.info("The owner has blocked the bot")
        return None
    if isinstance(error, TelegramBadRequest) and "query is too old" in error.message:
        logger.info("A button was answered too late")
        return None
    logger.error("Update %d failed", event.update.update_id, exc_info=error)
    with context.languages.speaking():
        await context.messenger.send(context.user_id, chat.apologize())
    return None
