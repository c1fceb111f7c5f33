"""Sends requests: again after errors that may pass, and without what a service refuses."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from personal_bot.errors import OpenAIError, OpenAIParameterError, OpenAIRateLimitError
from personal_bot.openai.errors import Target, is_transient, translate
from personal_bot.openai.lessons import Notebook

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5  # seconds; doubled with each retry
LONGEST_PAUSE = 8.0  # seconds; what takes longer is the job's affair, which can be postponed

Result = TypeVar("Result")


async def send(
    request: Callable[[], Awaitable[Result]], target: Target, retries: int = 0
) -> Result:
    """Return the result of a request, sent up to `retries` times again. Raises OpenAIError."""
    for attempt in itertools.count():
        try:
            return await request()
        except Exception as error:
            known = translate(error)
            if known is None:
                raise
            target.name_in(known)
            pause = FIRST_PAUSE * 2**attempt
            if isinstance(known, OpenAIRateLimitError):
                pause = max(pause, known.retry_after or 0.0)
            if attempt >= retries or not is_transient(known) or pause > LONGEST_PAUSE:
                # Without its cause: the message of the client's error may repeat the key.
                raise known from None
            logger.info("Repeating a request to %s: %s", target.service, type(known).__name__)
        await asyncio.sleep(pause)
    raise AssertionError("unreachable")


async def adapt(
    request: Callable[[frozenset[str]], Awaitable[Result]],
    optional: Sequence[str],
    target: Target,
    notebook: Notebook,
) -> Result:
    """Return the result of a request that does without what the service is known to refuse.

    `request` receives the names of what to leave out, which are among `optional`. If the service
    names another one of these as refused, or refuses the request without a reason, it is tried
    without, and what made it succeed is learnt. Raises OpenAIError.
    """
    refused = notebook.recall(target).refused
    tried: list[str] = []
    while True:
        try:
            result = await request(refused.union(tried))
        except OpenAIError as error:
            left = [name for name in optional if name not in refused and name not in tried]
            named = error.parameter if isinstance(error, OpenAIParameterError) else None
            if named in left:
                tried.append(named)
            elif left and named is None and type(error) in {OpenAIError, OpenAIParameterError}:
                tried.append(left[0])
            else:
                raise
        else:
            for name in tried:
                await notebook.refuse(target, name)
            return result
