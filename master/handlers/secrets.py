"""The check of a token or key that a user sent, and the replies if it fails."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from master.errors import KeyQuotaError, KeyRejectedError, MasterError, ServiceError, TokenError
from master.handlers.middlewares import Context
from master.telegram import keyboards, texts

Result = TypeVar("Result")


async def check_secret(
    context: Context,
    announcement: str,
    check: Callable[[], Awaitable[Result]],
    refuse: Callable[[MasterError], Awaitable[None]],
    explain: Callable[[MasterError], str] = texts.explain,
) -> Result | None:
    """Return the result of `check`, or None after the user was told why it failed.

    For lack of quota or connection (KeyQuotaError, ServiceError), the user is offered a retry with
    the same secret. Any other TokenError or KeyRejectedError is passed to `refuse`. Raises any
    other MasterError.
    """
    await context.reply.refresh(announcement)
    try:
        return await check()
    except (KeyQuotaError, ServiceError) as error:
        await context.reply.show(explain(error), keyboards.retry())
    except (TokenError, KeyRejectedError) as error:
        await refuse(error)
    return None
