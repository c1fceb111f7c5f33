"""Long polling for updates, which are recorded first and then handled concurrently."""

import asyncio
import logging
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update
from peewee import PeeweeException

from master.errors import TokenRevokedError
from master.telegram.inbox import Inbox, RecordingDispatcher
from personal_bot.bot_api.polling import (
    FIRST_PAUSE,
    Batch,
    Poller,
    TokenRefusedError,
)
from personal_bot.bot_api.retries import exponential_backoff

logger = logging.getLogger(__name__)

POLL_TIME = 30  # seconds for which Telegram holds a request
LONGEST_WAIT = 10.0  # seconds until the database is tried again
CONFIRMING_TIME = 2  # seconds; the timeout of `confirm`


class RecordingPoller(Poller):
    """Records updates and starts to handle them without waiting for earlier ones to finish."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        dispatcher: RecordingDispatcher,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        super().__init__(bot, POLL_TIME, first_pause)
        self._inbox = inbox
        self._dispatcher = dispatcher

    async def run(self) -> None:
        """Poll until cancelled. Raises TokenRevokedError."""
        try:
            await super().run()
        except TokenRefusedError:
            raise TokenRevokedError from None

    async def take(self, batch: Batch) -> None:
        for update in await self._record([update for _, update in batch if update is not None]):
            self._dispatcher.start(self._bot, update)
        if batch:
            self.acknowledge(max(update_id for update_id, _ in batch))

    async def confirm(self) -> None:
        """Send the pending acknowledgement to Telegram now; a failure is logged only."""
        if self._offset is None:
            return
        try:
            await self._bot.get_updates(
                offset=self._offset, limit=1, timeout=0, request_timeout=CONFIRMING_TIME
            )
        except TelegramAPIError as error:
            logger.warning("Telegram may deliver the last updates again: %s", error)

    async def _record(self, updates: Sequence[Update]) -> list[Update]:
        """Record updates, retrying until the database accepts them, and return the new ones."""
        pauses = exponential_backoff(self._first_pause, LONGEST_WAIT)
        while True:
            try:
                return await self._inbox.record(updates)
            except PeeweeException as error:
                pause = next(pauses)
                logger.warning(
                    "Updates from Telegram wait until they can be recorded in the database: %s. "
                    "Retrying in %.1f s",
                    error,
                    pause,
                )
            await asyncio.sleep(pause)
