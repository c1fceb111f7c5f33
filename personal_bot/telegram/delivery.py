"""Sending and editing messages, with retries after rate limits and outages."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from personal_bot.bot_api.messages import is_unchanged, is_uneditable
from personal_bot.bot_api.retries import exponential_backoff, retry
from personal_bot.telegram.markup import count_utf16_units
from personal_bot.telegram.rich_text import RichText

logger = logging.getLogger(__name__)

Content = RichText | str
"""The content of a message: a model's text with spans, or the bot's own HTML."""

UPLOAD_TIME = 120  # seconds

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ELSEWHERE = "⤵️"  # shown in a lost message if Telegram does not delete it

Result = TypeVar("Result")


class MessageGoneError(Exception):
    """The message was deleted or cannot be edited any more."""


class Messenger:
    """Sends and edits messages. Retries without limit after rate limits and outages.

    Raises TelegramForbiddenError if the owner has blocked the bot, TelegramUnauthorizedError if
    the token was revoked, TelegramBadRequest if Telegram rejects the request permanently.

    `sent` holds the ids of messages that this process has sent. `losses` counts requests without
    an answer, which Telegram may or may not have carried out.
    """

    def __init__(self, bot: Bot, first_pause: float = 1.0, longest_pause: float = 60.0) -> None:
        self.bot = bot
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self.sent: set[int] = set()
        self.losses = 0

    async def send(
        self,
        chat_id: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Send a message and return its id; if `reply_to` is gone, send it without a reply."""
        reply = (
            ReplyParameters(message_id=reply_to, allow_sending_without_reply=True)
            if reply_to
            else None
        )

        async def send(content: Content) -> int:
            text, entities = _render(content)
            message = await self.bot.send_message(
                chat_id,
                text,
                entities=entities,
                parse_mode=None if entities is not None else "HTML",
                reply_markup=keyboard,
                reply_parameters=reply,
                link_preview_options=_NO_PREVIEW,
            )
            self.sent.add(message.message_id)
            return message.message_id

        return await self._retry(lambda: _fall_back(send, content))

    async def send_file(self, chat_id: int, name: str, content: bytes, caption: str) -> None:
        """Send a file with a caption in HTML."""

        async def send() -> None:
            await self.bot.send_document(
                chat_id,
                BufferedInputFile(content, name),
                caption=caption,
                request_timeout=UPLOAD_TIME,
            )

        await self._retry(send)

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Edit a message. Raises MessageGoneError."""
        await self._retry(lambda: self.edit_once(chat_id, message_id, content, keyboard))

    async def show_buttons(
        self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Replace the buttons of a message, or remove them; do nothing if Telegram refuses it."""
        try:
            await self._retry(
                lambda: self.bot.edit_message_reply_markup(
                    chat_id=chat_id, message_id=message_id, reply_markup=keyboard
                )
            )
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            logger.info("Cannot change the buttons of message %d: %s", message_id, error.message)

    async def delete_own(self, chat_id: int, message_id: int) -> bool:
        """Delete a message if the bot wrote it; return whether it did.

        The edit before it tells: a bot may delete a person's messages, too, but edit only its own.
        """
        try:
            await self.edit(chat_id, message_id, _ELSEWHERE)
            await self._retry(lambda: self.bot.delete_message(chat_id, message_id))
        except MessageGoneError:
            return False
        except TelegramBadRequest as error:
            logger.info("Cannot delete message %d: %s", message_id, error.message)
        return True

    async def edit_or_send(
        self,
        chat_id: int,
        message_id: int | None,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Edit a message, or send a new one if it is gone or there is none; return the id."""
        if message_id is not None:
            try:
                await self.edit(chat_id, message_id, content, keyboard)
            except MessageGoneError:
                logger.info("Cannot edit message %d, sending a new one", message_id)
            else:
                return message_id
        return await self.send(chat_id, content, keyboard, reply_to)

    async def edit_once(
        self,
        chat_id: int,
        message_id: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Edit a message without retries. Raises TelegramAPIError, MessageGoneError."""

        async def edit(content: Content) -> None:
            text, entities = _render(content)
            await self.bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                entities=entities,
                parse_mode=None if entities is not None else "HTML",
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )

        try:
            await _fall_back(edit, content)
        except TelegramBadRequest as error:
            if is_uneditable(error):
                raise MessageGoneError(message_id) from error
            if not is_unchanged(error):
                raise

    async def _retry(self, request: Callable[[], Awaitable[Result]]) -> Result:
        pauses = exponential_backoff(self._first_pause, self._longest_pause)
        return await retry(request, pauses, on_outage=self._count_loss)

    def _count_loss(self) -> None:
        self.losses += 1


async def _fall_back(deliver: Callable[[Content], Awaitable[Result]], content: Content) -> Result:
    """Deliver content; if Telegram rejects the styles of a model's text, deliver it without."""
    try:
        return await deliver(content)
    except TelegramBadRequest as error:
        if isinstance(content, str) or not content.spans or "entit" not in error.message.lower():
            raise
        logger.warning("Telegram rejected the formatting of a text: %s", error.message)
        return await deliver(RichText(content.text))


def _render(content: Content) -> tuple[str, list[MessageEntity] | None]:
    if isinstance(content, str):
        return content, None
    return content.text, [
        MessageEntity(
            type=span.style,
            offset=count_utf16_units(content.text[: span.start]),
            length=count_utf16_units(content.text[span.start : span.end]),
            language=span.language,
        )
        for span in content.spans
    ]
