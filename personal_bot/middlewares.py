"""Who is served, and in which language: decided for every update before any handler sees it."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, TelegramObject, Update, User

from personal_bot.languages import Languages, match_language
from personal_bot.recent import Recent
from personal_bot.texts import chat as texts
from personal_bot.workbench import Workbench

logger = logging.getLogger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class OwnerOnly(BaseMiddleware):
    """Let through what the owner does in the private chat; tell anyone else once, politely."""

    def __init__(self) -> None:
        self._strangers = Recent()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        if user is None or user.is_bot or (chat is not None and chat.type != "private"):
            return None
        bench: Workbench = data["bench"]
        if user.id == bench.user_id:
            return await handler(event, data)
        if isinstance(event, Update) and event.message and self._strangers.is_new(user.id):
            await self._turn_away(data["bot"], user, bench.languages)
        return None

    async def _turn_away(self, bot: Bot, user: User, languages: Languages) -> None:
        logger.info("Turned away user %d", user.id)
        with languages.speaking(match_language(user.language_code)):
            try:
                await bot.send_message(user.id, texts.turn_away())
            except TelegramAPIError as error:
                logger.info("A stranger was not told: %s", error)


class OwnersLanguage(BaseMiddleware):
    """Speak the owner's language; behind `OwnerOnly`."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User = data["event_from_user"]
        languages = data["bench"].languages
        await languages.notice(user.language_code)
        with languages.speaking():
            return await handler(event, data)
