"""Long polling that only a refused token stops.

aiogram's own polling fetches an undecodable update again and again, treats a refused token as an
outage, and acknowledges an update whose handler has failed (3.31, `Dispatcher._polling`).
"""

import asyncio
import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update
from pydantic import ValidationError

from personal_bot.bot_api.retries import exponential_backoff

logger = logging.getLogger(__name__)

REQUEST_MARGIN = 20  # seconds beyond the poll time until a request times out
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds

Batch = list[tuple[int, Update | None]]
"""Updates with their ids; None for an update that cannot be decoded."""


class TokenRefusedError(Exception):
    """Telegram does not accept the token, or no longer does."""


class Poller(ABC):
    """Fetches updates and passes them to `take`. Those not acknowledged are delivered again.

    `poll_time` is how long Telegram holds a request while there are no updates, in seconds.
    """

    allowed_updates: ClassVar[Sequence[str]] = ("message", "callback_query")
    """Update types to request."""

    def __init__(self, bot: Bot, poll_time: int, first_pause: float = FIRST_PAUSE) -> None:
        self._bot = bot
        self._poll_time = poll_time
        self._first_pause = first_pause
        self._offset: int | None = None
        self._has_answered = False

    async def run(self) -> None:
        """Poll until cancelled. Raises TokenRefusedError."""
        while True:
            await self.take(await self._fetch())

    def acknowledge(self, update_id: int) -> None:
        """Acknowledge this update and those before it with the next request."""
        self._offset = update_id + 1

    @abstractmethod
    async def take(self, batch: Batch) -> None:
        """Handle the updates, or have them handled."""

    async def on_answer(self) -> None:  # noqa: B027 - a subclass may have nothing to do
        """React to an answer from Telegram, with or without updates."""

    async def on_conflict(self, conflicts: int) -> None:  # noqa: B027
        """React to another poller of this token; `conflicts` counts such answers in a row."""

    async def on_outage(self, outages: int) -> None:  # noqa: B027
        """React to a failed request; `outages` counts such failures in a row."""

    async def _fetch(self) -> Batch:
        """Wait for updates, retrying after conflicts and outages."""
        pauses = exponential_backoff(self._first_pause, LONGEST_PAUSE)
        conflicts = outages = 0
        while True:
            # Jitter, because many bots may start, or be told to wait, at the same time.
            pause = next(pauses) * random.uniform(0.5, 1.0)  # noqa: S311 - not for security
            try:
                batch = await self._request()
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                raise TokenRefusedError from error
            except TelegramConflictError as error:
                logger.warning("Telegram: %s", error.message)
                conflicts += 1
                await self._resolve_conflict(error.message, conflicts)
            except TelegramRetryAfter as error:
                pause += error.retry_after
            except (TelegramAPIError, ClientDecodeError) as error:
                logger.warning(
                    "Cannot get updates (%s), retrying in %.1f s", type(error).__name__, pause
                )
                outages += 1
                await self.on_outage(outages)
            else:
                self._has_answered = True
                await self.on_answer()
                return batch
            await asyncio.sleep(pause)

    async def _request(self) -> Batch:
        # The first request is answered at once, to tell whether the token works.
        timeout = self._poll_time if self._has_answered else 0
        method = GetUpdates(
            offset=self._offset, timeout=timeout, allowed_updates=list(self.allowed_updates)
        )
        try:
            updates: Sequence[Update] | None = await self._bot(
                method, request_timeout=timeout + REQUEST_MARGIN
            )
        except ClientDecodeError as error:
            return decode_one_by_one(self._bot, error)
        if updates is None:
            raise TelegramServerError(method, "getUpdates without a result")
        return [(update.update_id, update) for update in updates]

    async def _resolve_conflict(self, message: str, conflicts: int) -> None:
        if "webhook" not in message:
            await self.on_conflict(conflicts)
            return
        # Left by an earlier use of the token; the pending updates are not dropped.
        logger.warning("Removing the webhook of this token")
        try:
            await self._bot.delete_webhook()
        except TelegramAPIError as error:
            logger.warning("Telegram did not remove it: %s", error)


def decode_one_by_one(bot: Bot, error: ClientDecodeError) -> Batch:
    """Decode the updates of a batch one by one. Raises the error again if there is no batch."""
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
            # Log the fields that failed, not their content: an update is a person's message.
            places = [".".join(map(str, found["loc"])) for found in reason.errors()][:5]
            logger.warning("Skipped update %d: cannot decode %s", update_id, ", ".join(places))
            batch.append((update_id, None))
    if not batch:
        raise error
    return batch
