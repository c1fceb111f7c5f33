"""Polling of a personal bot: updates are handled one after another, in order."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import Update

from personal_bot.bot_api.polling import FIRST_PAUSE, Batch, Poller, TokenRefusedError
from personal_bot.contract import Condition, ExitCode
from personal_bot.errors import StartError
from personal_bot.process.reports import Reporter
from personal_bot.storage.database import is_damage

logger = logging.getLogger(__name__)

POLL_TIME = 50  # seconds for which Telegram holds a request without updates
CONFLICTS_THRESHOLD = 3  # in a row; one may come from the previous process of this bot
OUTAGES_THRESHOLD = 3  # in a row


class OrderedPoller(Poller):
    """Passes updates to `feed` in order and acknowledges each when `feed` has returned.

    `on_polling` is called once, when the token is known to work. `warn` tells the owner about a
    condition that only they can change; it is called once, too.
    """

    allowed_updates = ("message", "edited_message", "callback_query")

    def __init__(
        self,
        bot: Bot,
        feed: Callable[[Update], Awaitable[Any]],
        reporter: Reporter,
        warn: Callable[[Condition], Awaitable[None]],
        on_polling: Callable[[], Awaitable[None]],
        *,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        super().__init__(bot, POLL_TIME, first_pause)
        self._feed = feed
        self._reporter = reporter
        self._warn = warn
        self._on_polling = on_polling
        self._is_polling = False
        self._has_warned = False

    async def run(self) -> None:
        """Poll until cancelled. Raises StartError(TOKEN_REVOKED)."""
        try:
            await super().run()
        except (TokenRefusedError, TelegramUnauthorizedError) as error:
            raise StartError(
                Condition.TOKEN_REVOKED, ExitCode.REFUSED, "Telegram rejects the bot token"
            ) from error

    async def take(self, batch: Batch) -> None:
        for update_id, update in batch:
            if update is not None:
                await self._hand_over(update)
            self.acknowledge(update_id)

    async def on_answer(self) -> None:
        await self._begin()
        await self._reporter.heartbeat()
        await self._reporter.clear_problems(Condition.TOKEN_IN_USE, Condition.TELEGRAM_UNREACHABLE)

    async def on_conflict(self, conflicts: int) -> None:
        if conflicts == CONFLICTS_THRESHOLD:
            await self._begin()
            await self._reporter.add_problem(Condition.TOKEN_IN_USE)
            if not self._has_warned:
                self._has_warned = True
                await self._warn(Condition.TOKEN_IN_USE)

    async def on_outage(self, outages: int) -> None:
        if outages == OUTAGES_THRESHOLD:
            await self._reporter.add_problem(Condition.TELEGRAM_UNREACHABLE)

    async def _begin(self) -> None:
        if not self._is_polling:
            self._is_polling = True
            await self._on_polling()

    async def _hand_over(self, update: Update) -> None:
        try:
            await self._feed(update)
        except TelegramUnauthorizedError:
            raise
        except Exception as error:
            if is_damage(error):
                raise  # it is delivered again to the next process, which repairs the database
            logger.exception("Cannot handle update %d", update.update_id)
