"""The check of a token or key that a user sent, and the replies if it fails."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from master.errors import (
    KeyMalformedError,
    MasterError,
    ModelRefusedError,
    Remedy,
    ServiceError,
    TokenError,
)
from master.handlers.middlewares import Context
from master.telegram import keyboards, texts

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


async def check_secret(
    context: Context,
    announcement: str,
    check: Callable[[], Awaitable[Result]],
    refuse: Callable[[MasterError], Awaitable[None]],
    explain: Callable[[MasterError], str] = texts.explain,
) -> Result | None:
    """Return the result of `check`, or None after the user was told why it failed.

    A secret that may be accepted later is offered for a retry: when a service does not respond, an
    account cannot pay, or an operator has to act, who is then told. Any other TokenError,
    KeyMalformedError or ModelRefusedError is passed to `refuse`. Raises any other MasterError.
    """
    await context.reply.refresh(announcement)
    try:
        return await check()
    except ModelRefusedError as error:
        logger.warning("Cannot use the key of user %d: %s", context.user_id, error)
        if error.remedy is Remedy.OTHER_KEY:
            await refuse(error)
            return None
        await context.reply.show(explain(error), keyboards.retry())
        if error.remedy is Remedy.OPERATOR:
            await context.operators.tell(error)
    except ServiceError as error:
        await context.reply.show(explain(error), keyboards.retry())
    except (TokenError, KeyMalformedError) as error:
        await refuse(error)
    return None
