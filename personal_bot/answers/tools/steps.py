"""What a model looks up, as progress that can be shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A tool call: the name of the tool and what it looks for."""

    tool: str
    words: str


OnStep = Callable[[Step], Awaitable[None]]
