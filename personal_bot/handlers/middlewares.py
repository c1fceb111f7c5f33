"""Middlewares: owner only, language, secrets in messages, rate limit."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.flags import get_flag
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User

from personal_bot.bot_api.messages import delete_secret
from personal_bot.contract import Decision, RateLimiter, holds_secret
from personal_bot.errors import QueueFullError
from personal_bot.jobs.context import Context
from personal_bot.telegram.languages import Languages, match_language
from personal_bot.telegram.menu import publish_chosen_menu
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.recent_keys import RecentKeys
from personal_bot.telegram.texts import chat as texts

logger = logging.getLogger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

QUEUED = {"queued": True}
"""Flags of a handler that records jobs: limited by the queue instead of the rate limit."""


class OwnerMiddleware(BaseMiddleware):
    """Passes on the owner's updates from the private chat; tells others once that it is private.

    Strangers share one rate limit, so a flood of them is not answered.
    """

    def __init__(self) -> None:
        self._strangers = RecentKeys()
        self._limiter = RateLimiter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        if user is None or user.is_bot:
            return None
        if chat is not None and (chat.type != ChatType.PRIVATE or chat.id != user.id):
            return None
        context: Context = data["context"]
        if user.id == context.user_id:
            return await handler(event, data)
        if isinstance(event, Update) and event.message and self._strangers.add(user.id):
            await self._turn_away(data["bot"], user, context.languages)
        return None

    async def _turn_away(self, bot: Bot, user: User, languages: Languages) -> None:
        if self._limiter.check("strangers") is not Decision.ALLOW:
            return
        logger.info("Refused user %d", user.id)
        with languages.speaking(match_language(user.language_code)):
            try:
                await bot.send_message(user.id, texts.turn_away())
            except TelegramAPIError as error:
                logger.info("Cannot answer another user: %s", error)


class LanguageMiddleware(BaseMiddleware):
    """Sets the language to the owner's. Must follow `OwnerMiddleware`."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User = data["event_from_user"]
        languages = data["context"].languages
        await languages.notice(user.language_code)
        has_changed = await languages.read_choice()
        with languages.speaking():
            if has_changed:
                await self._publish_menu(data["bot"], user.id)
            return await handler(event, data)

    async def _publish_menu(self, bot: Bot, user_id: int) -> None:
        try:
            await publish_chosen_menu(bot, user_id)
        except TelegramAPIError as error:
            logger.warning("Cannot publish the menu, the next start will retry: %s", error)


class SecretMiddleware(BaseMiddleware):
    """Deletes a message with a token or key, which belongs in the master's chat, and warns."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        message = (event.message or event.edited_message) if isinstance(event, Update) else None
        text = (message.text or message.caption) if message else None
        if message is None or not text or not holds_secret(text):
            return await handler(event, data)
        context: Context = data["context"]
        is_gone = await delete_secret(data["bot"], message)
        warning = texts.warn_of_secret(context.settings.master_username, is_gone=is_gone)
        await context.messenger.send(message.chat.id, warning)
        return None


class RateLimitMiddleware(BaseMiddleware):
    """Limits the rate of updates: the first excess one gets a warning.

    Further ones are ignored until the owner slows down. For a handler with the flag `QUEUED`, only
    updates that the queue refuses are counted.
    """

    def __init__(self) -> None:
        self._limiter = RateLimiter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: Context = data["context"]
        queued = get_flag(data, "queued")
        if not queued and not await self._is_allowed(event, context):
            return None
        try:
            return await handler(event, data)
        except QueueFullError as error:
            if not queued or await self._is_allowed(event, context):
                await _tell(event, context, context.explain(error))
            return None

    async def _is_allowed(self, event: TelegramObject, context: Context) -> bool:
        decision = self._limiter.check(context.user_id)
        if decision is Decision.WARN:
            await _tell(event, context, texts.ask_patience())
        return decision is Decision.ALLOW


class OpenQuestionMiddleware(BaseMiddleware):
    """Removes the buttons of a question that the owner has left unanswered and moved on from."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        buttons = data["context"].open_buttons
        question = buttons.find(Place.QUESTION)
        result = await handler(event, data)
        if question is not None and buttons.find(Place.QUESTION) == question:
            await buttons.close(Place.QUESTION)
        return result


async def _tell(event: TelegramObject, context: Context, text: str) -> None:
    if isinstance(event, CallbackQuery):
        await event.answer(text, show_alert=True)
    elif isinstance(event, Message):
        await context.messenger.send(event.chat.id, text, reply_to=event.message_id)
