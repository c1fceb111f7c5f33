"""Error handlers: tell the user what failed, and log the details for the operator."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent, InlineKeyboardMarkup
from aiogram.utils.i18n import I18n

from master.bots.manager import BotManager
from master.errors import (
    BotNotFoundError,
    BotStartError,
    DatabaseUnavailableError,
    KeyMalformedError,
    MasterError,
    TokenError,
)
from master.telegram import keyboards, texts
from master.telegram.delivery import ReplyMessage

logger = logging.getLogger(__name__)

# Errors that users cause and can fix themselves, logged at level INFO.
EVERYDAY = (BotNotFoundError, TokenError, KeyMalformedError)


def create_router() -> Router:
    router = Router(name="errors")
    router.errors.register(note_blocked, ExceptionTypeFilter(TelegramForbiddenError))
    router.errors.register(explain_start, ExceptionTypeFilter(BotStartError))
    router.errors.register(explain, ExceptionTypeFilter(MasterError))
    router.errors.register(apologize)
    return router


async def note_blocked(event: ErrorEvent) -> None:
    logger.info("Update %d: the user has blocked the master", event.update.update_id)


async def explain_start(
    event: ErrorEvent, i18n: I18n, language: str, reply: ReplyMessage, manager: BotManager
) -> None:
    error = event.exception
    assert isinstance(error, BotStartError)  # noqa: S101 - ensured by the filter
    logger.warning("%s", error)
    bot = await manager.get(error.user_id)
    with i18n.context(), i18n.use_locale(language):
        text = texts.start_failed(bot.username, error.diagnosis)
        await _tell(reply, text, keyboards.remedies(error.diagnosis.condition))


async def explain(
    event: ErrorEvent, i18n: I18n, language: str | None = None, reply: ReplyMessage | None = None
) -> None:
    error = event.exception
    assert isinstance(error, MasterError)  # noqa: S101 - ensured by the filter
    if isinstance(error, EVERYDAY):
        logger.info("Update %d: %s", event.update.update_id, error)
    elif isinstance(error, DatabaseUnavailableError):
        logger.error("Update %d failed: %s", event.update.update_id, error)
    else:
        logger.error("Update %d failed", event.update.update_id, exc_info=error)
    if reply is None:  # it failed before `UserMiddleware` created a reply
        return
    with i18n.context(), i18n.use_locale(language or i18n.default_locale):
        await _tell(reply, texts.explain(error))


async def apologize(
    event: ErrorEvent, i18n: I18n, language: str | None = None, reply: ReplyMessage | None = None
) -> None:
    logger.error("Update %d failed", event.update.update_id, exc_info=event.exception)
    if reply is None:  # it failed before `UserMiddleware` created a reply
        return
    with i18n.context(), i18n.use_locale(language or i18n.default_locale):
        await _tell(reply, texts.apologize())


async def _tell(
    reply: ReplyMessage, text: str, keyboard: InlineKeyboardMarkup | None = None
) -> None:
    try:
        await reply.show(text, keyboard)
    except TelegramAPIError as error:
        logger.warning("Cannot tell the user about a failure: %s", error)
