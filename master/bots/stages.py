"""How far the creation of a bot has come, for whoever watches."""

from collections.abc import Awaitable, Callable
from enum import StrEnum


class Stage(StrEnum):
    """How far a bot's creation has come."""

    SAVED = "saved"
    CONFIGURED = "configured"
    STARTED = "started"
    READY = "ready"


OnStage = Callable[[Stage], Awaitable[None]]


async def ignore_stage(_stage: Stage) -> None:
    """Tell nobody."""
