"""Requests that Telegram does not take at once are made again, after as long as it asks."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

from aiogram.exceptions import (
    AiogramError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


def is_outage(error: AiogramError) -> bool:
    """Tell whether Telegram could not be reached, which passes by itself."""
    return isinstance(error, TelegramNetworkError | TelegramServerError) and not isinstance(
        error, TelegramEntityTooLarge
    )


def growing_pauses(first: float, longest: float) -> Iterator[float]:
    """Yield seconds, each twice the one before, without end."""
    pause = first
    while True:
        yield pause
        pause = min(pause * 2, longest)


async def retry(
    request: Callable[[], Awaitable[Result]],
    pauses: Iterable[float],
    *,
    longest_wait: float = math.inf,
    on_outage: Callable[[], None] = lambda: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Result:
    """Make a request again after floods and outages, once for each of the `pauses` (seconds).

    A flood (429) is waited out for as long as Telegram asks, unless that is more than
    `longest_wait`. `on_outage` is called where Telegram may or may not have done what was asked: a
    doubled message is better than a lost one. Raises what Telegram last answered.
    """
    left = iter(pauses)
    while True:
        try:
            return await request()
        except AiogramError as error:
            pause = next(left, None)
            if isinstance(error, TelegramRetryAfter):
                asked = float(error.retry_after)
                pause = None if pause is None or asked > longest_wait else asked
            elif is_outage(error):
                on_outage()
            else:
                raise
            if pause is None:
                raise
            logger.warning("Telegram: %s; again in %.1f s", type(error).__name__, pause)
        await sleep(pause)
