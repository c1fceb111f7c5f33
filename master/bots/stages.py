"""The stages of creating or starting a bot, and the callback that reports them."""

from collections.abc import Awaitable, Callable
from enum import StrEnum


class Stage(StrEnum):
    """A stage that the creation or start of a bot has reached."""

    SAVED = "saved"
    CONFIGURED = "configured"
    STARTED = "started"
    READY = "ready"


OnStage = Callable[[Stage], Awaitable[None]]


async def ignore_stage(_stage: Stage) -> None:
    """Do nothing; the default callback."""
