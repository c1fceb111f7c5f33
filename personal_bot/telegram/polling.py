"""Long polling that nothing stops but the end of the token.

aiogram's own polling fetches an update that it cannot decode again for ever, takes a refused token
for an outage, and acknowledges an update whose handler has failed (3.31, `Dispatcher._polling`).
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update
from pydantic import ValidationError

from personal_bot.contract import Condition, ExitCode
from personal_bot.errors import StartError
from personal_bot.process.reports import Reporter
from personal_bot.storage.database import is_damage

logger = logging.getLogger(__name__)

POLL_TIME = 50  # seconds that Telegram holds a request without news
ANSWER_TIME = 20  # seconds on top of it, until a request counts as lost
KINDS = ["message", "callback_query"]
CONFLICTS_BELIEVED = 3  # in a row: one may be a request of our own predecessor
OUTAGES_REPORTED = 3  # in a row
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds

Batch = list[tuple[int, Update | None]]
"""Updates with their ids; None in the place of one that cannot be decoded."""


class Poller:
    """Fetches updates and feeds them in order; each is acknowledged when `feed` has returned.

    `warn` tells the owner of a condition that they alone can mend; it is called once.
    """

    def __init__(
        self,
        bot: Bot,
        feed: Callable[[Update], Awaitable[Any]],
        reporter: Reporter,
        warn: Callable[[Condition], Awaitable[None]],
        on_polling: Callable[[], Awaitable[None]],
        *,
        poll_time: int = POLL_TIME,
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        self._bot = bot
        self._feed = feed
        self._reporter = reporter
        self._warn = warn
        self._on_polling = on_polling
        self._poll_time = poll_time
        self._first_pause = first_pause
        self._offset: int | None = None
        self._is_polling = False
        self._has_warned = False

    async def run(self) -> None:
        """Poll until cancelled. Raises StartError(TOKEN_REVOKED)."""
        while True:
            for update_id, update in await self._fetch():
                if update is not None:
                    await self._hand_over(update)
                self._offset = update_id + 1

    async def _fetch(self) -> Batch:
        """Wait for updates through conflicts and outages."""
        pauses = self._pauses()
        conflicts = outages = 0
        while True:
            try:
                batch = await self._request()
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                raise StartError(
                    Condition.TOKEN_REVOKED, ExitCode.REFUSED, "Telegram refuses the bot token"
                ) from error
            except TelegramConflictError as error:
                conflicts += 1
                logger.warning("Telegram: %s", error.message)
                await self._mend_conflict(error.message, conflicts)
                pause = next(pauses)
            except TelegramRetryAfter as error:
                # A thousand bots that were told the same must not come back in the same moment.
                pause = error.retry_after + next(pauses)
            except (TelegramAPIError, ClientDecodeError) as error:
                outages += 1
                pause = next(pauses)
                logger.warning("No updates: %s; again in %.1f s", type(error).__name__, pause)
                if outages == OUTAGES_REPORTED:
                    await self._reporter.add_problem(Condition.TELEGRAM_UNREACHABLE)
            else:
                await self._note_answer()
                return batch
            await asyncio.sleep(pause)

    async def _request(self) -> Batch:
        # The first one is answered at once: it tells whether the token works.
        timeout = self._poll_time if self._is_polling else 0
        method = GetUpdates(offset=self._offset, timeout=timeout, allowed_updates=KINDS)
        try:
            updates = await self._bot(method, request_timeout=timeout + ANSWER_TIME)
        except ClientDecodeError as error:
            return decode_one_by_one(self._bot, error)
        return [(update.update_id, update) for update in updates]

    async def _note_answer(self) -> None:
        await self._begin_polling()
        await self._reporter.beat()
        await self._reporter.clear_problems(Condition.TOKEN_IN_USE, Condition.TELEGRAM_UNREACHABLE)

    async def _begin_polling(self) -> None:
        if not self._is_polling:
            self._is_polling = True
            await self._on_polling()

    async def _mend_conflict(self, message: str, conflicts: int) -> None:
        if "webhook" in message:
            # Left behind by whatever used the token before; updates wait and are not dropped.
            logger.warning("Removing the webhook of this token")
            await self._try(self._bot.delete_webhook())
        elif conflicts == CONFLICTS_BELIEVED:
            await self._begin_polling()
            await self._reporter.add_problem(Condition.TOKEN_IN_USE)
            if not self._has_warned:
                self._has_warned = True
                await self._warn(Condition.TOKEN_IN_USE)

    async def _hand_over(self, update: Update) -> None:
        try:
            await self._feed(update)
        except TelegramUnauthorizedError as error:
            raise StartError(
                Condition.TOKEN_REVOKED, ExitCode.REFUSED, "Telegram refuses the bot token"
            ) from error
        except Exception as error:
            if is_damage(error):
                raise  # it is delivered again to a process that has mended the database
            logger.exception("Update %d could not be handled", update.update_id)

    async def _try(self, call: Awaitable[Any]) -> None:
        try:
            await call
        except TelegramAPIError as error:
            logger.warning("Telegram did not take it: %s", error)

    def _pauses(self) -> Iterator[float]:
        """Seconds to wait, growing, and never the same for many bots that start at once."""
        pause = self._first_pause
        while True:
            yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
            pause = min(pause * 2, _LONGEST_PAUSE)


def decode_one_by_one(bot: Bot, error: ClientDecodeError) -> Batch:
    """Save what can be decoded of a batch. Raises the error again if that is not a batch at all."""
    results = error.data.get("result") if isinstance(error.data, dict) else None
    if not isinstance(results, list):
        raise error
    batch: Batch = []
    for raw in results:
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int):
            continue
        try:
            batch.append((update_id, Update.model_validate(raw, context={"bot": bot})))
        except ValidationError as reason:
            # Where it failed, not what was in it: an update is somebody's message.
            places = [".".join(map(str, found["loc"])) for found in reason.errors()][:5]
            logger.warning("Skipped update %d: cannot decode %s", update_id, places)
            batch.append((update_id, None))
    if not batch:
        raise error
    return batch
