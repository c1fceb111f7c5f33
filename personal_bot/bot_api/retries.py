"""Retries of requests to Telegram, after the pause that it asks for."""

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
    """Tell whether an error means that Telegram is unreachable, which is temporary."""
    return isinstance(error, TelegramNetworkError | TelegramServerError) and not isinstance(
        error, TelegramEntityTooLarge
    )


def exponential_backoff(first: float, longest: float) -> Iterator[float]:
    """Yield pauses in seconds without end, doubling from `first` up to `longest`."""
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
    """Retry a request after rate limits and outages, once for each of the `pauses` (seconds).

    After a rate limit (429) the pause is what Telegram asks for; if that exceeds `longest_wait`,
    there is no retry. `on_outage` is called when it is unknown whether Telegram has carried out
    the request, which is retried anyway: a duplicate message is better than a lost one. Raises the
    last error.
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
            logger.warning(
                "A request to Telegram failed (%s), retrying in %.1f s", type(error).__name__, pause
            )
        await sleep(pause)
