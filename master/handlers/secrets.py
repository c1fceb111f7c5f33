"""The check of a token or key that a person gave, and what follows when it fails."""

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
    """Return what `check` returns, or None once the person was told why it failed.

    A failure that time or money may cure keeps the secret for another try; any other is left to
    `refuse`. Raises MasterError for what is not the secret's fault.
    """
    await context.reply.refresh(announcement)
    try:
        return await check()
    except (KeyQuotaError, ServiceError) as error:
        await context.reply.show(explain(error), keyboards.retry())
    except (TokenError, KeyRejectedError) as error:
        await refuse(error)
    return None
