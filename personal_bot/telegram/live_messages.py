"""Live messages: a message is edited repeatedly, at the rate that Telegram allows."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import InlineKeyboardMarkup

from personal_bot.bot_api.retries import is_outage
from personal_bot.telegram.delivery import Content, MessageGoneError, Messenger

logger = logging.getLogger(__name__)

EDIT_INTERVAL = 1.2  # seconds between two edits of one message
TYPING_INTERVAL = 4.5  # seconds; Telegram shows "typing" for 5


class LiveMessage:
    """A message whose edits are throttled: each shows the newest content at that time.

    `keyboard` stays below it.
    """

    def __init__(
        self,
        messenger: Messenger,
        chat_id: int,
        message_id: int,
        interval: float = EDIT_INTERVAL,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        self._messenger = messenger
        self._chat_id = chat_id
        self._message_id = message_id
        self._interval = interval
        self._keyboard = keyboard
        self._next_at = 0.0  # monotonic time before which no edit is sent
        self._wanted: Content | Callable[[], Content] | None = None
        self._shown: Content | None = None
        self._woken = asyncio.Event()
        self._closing = asyncio.Event()

    def show(self, content: Content | Callable[[], Content]) -> None:
        """Show this content with the next edit, unless newer content replaces it before.

        Content that is costly to make may be given as a function, called only for an edit.
        """
        self._wanted = content
        self._woken.set()

    @asynccontextmanager
    async def updating(self, *, typing: bool = False) -> AsyncIterator["LiveMessage"]:
        """Send edits while the block runs; when it has ended, no edit is in progress."""
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
            wanted = self._wanted() if callable(self._wanted) else self._wanted
            if wanted is not None and wanted != self._shown:
                self._next_at = time.monotonic() + self._interval
                edit = self._messenger.edit_once(
                    self._chat_id, self._message_id, wanted, self._keyboard
                )
                if await self._try(edit):
                    self._shown = wanted
                else:
                    self._woken.set()

    async def _try(self, call: Awaitable[object]) -> bool:
        """Await a call; return False if it should be retried."""
        try:
            await call
        except TelegramRetryAfter as error:
            self._next_at = time.monotonic() + error.retry_after
            return False
        except (AiogramError, MessageGoneError) as error:
            if isinstance(error, AiogramError) and is_outage(error):
                logger.info("Skipped an edit: %s", type(error).__name__)
                return False
            logger.info("Telegram refused an edit: %s", error)
        return True


async def _is_set(event: asyncio.Event, timeout: float | None) -> bool:  # noqa: ASYNC109
    """Wait at most `timeout` seconds; tell whether the event was set."""
    try:
        async with asyncio.timeout(timeout):
            return await event.wait()
    except TimeoutError:
        return False
