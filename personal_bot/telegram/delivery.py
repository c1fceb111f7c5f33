"""How messages reach the owner: sent once, edited at Telegram's pace, patient with its outages."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters

from personal_bot.telegram.markup import Rich, measure

logger = logging.getLogger(__name__)

Content = Rich | str
"""What a message says: a model's text with spans, or our own HTML."""

EDIT_INTERVAL = 1.2  # seconds between two edits of one message
TYPING_INTERVAL = 4.5  # seconds; Telegram shows "typing" for five
_OUTAGES = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ELSEWHERE = "⤵️"  # what a lost message says where Telegram does not delete it any more

Result = TypeVar("Result")


class MessageGoneError(Exception):
    """The message was deleted in the meantime."""


class Messenger:
    """Sends and edits. Waits out floods and outages for as long as they last.

    Raises TelegramForbiddenError when the owner has blocked the bot, TelegramUnauthorizedError when
    the token was revoked, TelegramBadRequest for what Telegram will never take.

    `sent` holds the ids of what was sent by this process; `losses` counts requests without an
    answer, which Telegram may or may not have done.
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
        """Send a message and return its id; a reply is sent even if what it replies to is gone."""
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

        return await self._persist(lambda: _fall_back(send, content))

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Change a message. Raises MessageGoneError."""
        await self._persist(lambda: self.edit_once(chat_id, message_id, content, keyboard))

    async def disown(self, chat_id: int, message_id: int) -> bool:
        """Remove a message if it is our own; return whether it was.

        A bot may delete what a person wrote, too, but it can edit only what it wrote itself.
        """
        try:
            await self.edit(chat_id, message_id, _ELSEWHERE)
            await self._persist(lambda: self.bot.delete_message(chat_id, message_id))
        except MessageGoneError:
            return False
        except TelegramBadRequest as error:
            logger.info("Message %d stays: %s", message_id, error.message)
        return True

    async def put(
        self,
        chat_id: int,
        message_id: int | None,
        content: Content,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Change a message, or send a new one where there is none any more; return its id."""
        if message_id is not None:
            try:
                await self.edit(chat_id, message_id, content, keyboard)
            except MessageGoneError:
                logger.info("Message %d is gone; a new one takes its place", message_id)
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
        """Try an edit without waiting. Raises TelegramAPIError, MessageGoneError."""

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
            if "message is not modified" in error.message:
                return
            if "message to edit not found" in error.message or "can't be edited" in error.message:
                raise MessageGoneError(message_id) from error
            raise

    async def _persist(self, call: Callable[[], Awaitable[Result]]) -> Result:
        pauses = self._pauses()
        while True:
            try:
                return await call()
            except TelegramRetryAfter as error:
                pause: float = error.retry_after
            except _OUTAGES as error:
                self.losses += 1
                pause = next(pauses)
                logger.warning("Telegram: %s; again in %.0f s", type(error).__name__, pause)
            await asyncio.sleep(pause)

    def _pauses(self) -> Iterator[float]:
        pause = self._first_pause
        while True:
            yield pause
            pause = min(pause * 2, self._longest_pause)


class LiveMessage:
    """A message that follows what happens: the newest content, edited in at Telegram's pace."""

    def __init__(
        self,
        messenger: Messenger,
        chat_id: int,
        message_id: int,
        interval: float = EDIT_INTERVAL,
    ) -> None:
        self._messenger = messenger
        self._chat_id = chat_id
        self._message_id = message_id
        self._interval = interval
        self._next_at = 0.0  # monotonic time before which no edit is sent
        self._wanted: Content | None = None
        self._shown: Content | None = None
        self._woken = asyncio.Event()
        self._closing = asyncio.Event()

    def show(self, content: Content) -> None:
        """Have this shown as soon as may be; what is overtaken by newer content is left out."""
        self._wanted = content
        self._woken.set()

    @asynccontextmanager
    async def updating(self, *, typing: bool = False) -> AsyncIterator["LiveMessage"]:
        """Send edits while the block runs. None is under way any more when it ends."""
        self._closing.clear()
        pump = asyncio.create_task(self._pump(typing=typing))
        try:
            yield self
        except BaseException:
            pump.cancel()
            raise
        finally:
            self._closing.set()
            self._woken.set()
            await asyncio.wait([pump])
        await pump

    async def _pump(self, *, typing: bool) -> None:
        if typing:
            await self._try(self._messenger.bot.send_chat_action(self._chat_id, "typing"))
        while not self._closing.is_set():
            is_typing = typing and self._shown is None
            if not await _is_set(self._woken, TYPING_INTERVAL if is_typing else None):
                await self._try(self._messenger.bot.send_chat_action(self._chat_id, "typing"))
                continue
            if await _is_set(self._closing, max(0.0, self._next_at - time.monotonic())):
                return
            self._woken.clear()
            wanted = self._wanted
            if wanted is not None and wanted != self._shown:
                self._next_at = time.monotonic() + self._interval
                edit = self._messenger.edit_once(self._chat_id, self._message_id, wanted)
                if await self._try(edit):
                    self._shown = wanted
                else:
                    self._woken.set()

    async def _try(self, call: Awaitable[object]) -> bool:
        """Return False if it is worth another try. The last word is said by `Messenger.put`."""
        try:
            await call
        except TelegramRetryAfter as error:
            self._next_at = time.monotonic() + error.retry_after
            return False
        except _OUTAGES as error:
            logger.info("An edit was left out: %s", type(error).__name__)
            return False
        except (TelegramAPIError, MessageGoneError) as error:
            logger.info("An edit was refused: %s", error)
        return True


async def _is_set(event: asyncio.Event, timeout: float | None) -> bool:  # noqa: ASYNC109
    """Wait at most `timeout` seconds and tell whether the event was set."""
    try:
        async with asyncio.timeout(timeout):
            return await event.wait()
    except TimeoutError:
        return False


async def _fall_back(deliver: Callable[[Content], Awaitable[Result]], content: Content) -> Result:
    """Deliver a model's text without its styles if Telegram does not take them."""
    try:
        return await deliver(content)
    except TelegramBadRequest as error:
        if isinstance(content, str) or not content.spans or "entit" not in error.message.lower():
            raise
        logger.warning("Telegram refused the styles of a text: %s", error.message)
        return await deliver(Rich(content.text))


def _render(content: Content) -> tuple[str, list[MessageEntity] | None]:
    if isinstance(content, str):
        return content, None
    return content.text, [
        MessageEntity(
            type=span.style,
            offset=measure(content.text[: span.start]),
            length=measure(content.text[span.start : span.end]),
            language=span.language,
        )
        for span in content.spans
    ]
