"""Sending of messages in spite of Telegram's errors, rate limits and outages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from master.telegram.keyboards import is_question
from personal_bot.bot_api.messages import is_unchanged, is_uneditable
from personal_bot.bot_api.retries import retry

logger = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0)  # seconds before each retry
LONGEST_WAIT = 60  # seconds; if Telegram asks for a longer pause, the request fails


class RetryingRequests(BaseRequestMiddleware):
    """Retries requests after rate limits and outages, except getUpdates, which polling retries."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        return await retry(
            partial(make_request, bot, method),
            () if isinstance(method, GetUpdates) else PAUSES,
            longest_wait=LONGEST_WAIT,
            sleep=self._sleep,
        )


class ReplyMessage:
    """One message in a private chat: the first `show` sends it, later ones edit it."""

    def __init__(
        self,
        bot: Bot,
        chat_id: int,
        message_id: int | None = None,
        on_sent: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._message_id = message_id
        self._on_sent = on_sent
        self._is_question = False

    @property
    def message_id(self) -> int | None:
        """The id of the message, or None if it has not been sent."""
        return self._message_id

    @property
    def is_question(self) -> bool:
        """Whether the message, as shown last, asks the user for something."""
        return self._is_question

    @classmethod
    def of(
        cls,
        bot: Bot,
        event: Message | CallbackQuery,
        reply_id: int | None = None,
        on_sent: Callable[[int], Awaitable[None]] | None = None,
    ) -> "ReplyMessage":
        """Return a reply to an event: a new message, or for a button the message that contains it.

        `reply_id` is the reply to a message that was sent before a restart; `on_sent` receives the
        id of a new one.
        """
        if isinstance(event, Message):
            return cls(bot, event.chat.id, reply_id, on_sent)
        message_id = event.message.message_id if event.message else None
        return cls(bot, event.from_user.id, message_id)

    def new(self) -> "ReplyMessage":
        """Return a reply in the same chat whose first `show` sends a new message."""
        return ReplyMessage(self._bot, self._chat_id)

    async def show(self, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send or edit the message. Raises TelegramAPIError, but not if an edit changes nothing."""
        if self._message_id is None or not await self._edit(text, keyboard):
            message = await self._bot.send_message(self._chat_id, text, reply_markup=keyboard)
            self._message_id = message.message_id
            if self._on_sent is not None:
                await self._on_sent(message.message_id)
        self._is_question = is_question(keyboard)

    async def refresh(self, text: str) -> None:
        """Show progress; an error is logged only, so that the work continues."""
        try:
            await self.show(text)
        except TelegramAPIError as error:
            logger.warning("Cannot show progress: %s", error)

    async def _edit(self, text: str, keyboard: InlineKeyboardMarkup | None) -> bool:
        try:
            await self._bot.edit_message_text(
                text, chat_id=self._chat_id, message_id=self._message_id, reply_markup=keyboard
            )
        except TelegramBadRequest as error:
            if is_uneditable(error):
                return False
            if not is_unchanged(error):
                raise
        return True


class IgnoreLateCallbackAnswers(BaseRequestMiddleware):
    """Ignores the error if a button was tapped too long ago to be answered.

    Its handler must still run: taps made during an outage arrive late.
    """

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as error:
            if not isinstance(method, AnswerCallbackQuery) or "query" not in error.message:
                raise
            logger.info("Answered a button too late: %s", error.message)
            return cast("Response[TelegramType]", True)
