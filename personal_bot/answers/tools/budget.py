"""How much a model may look up for one question."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one question; `rounds` are requests to the model, `tokens` those of all results."""

    rounds: int = 6
    tokens: int = 30_000
    seconds: float = 90.0


CALLS_PER_ROUND = 8
CHARACTERS_PER_TOKEN = 3  # of mixed English and Russian text; only an estimate


class Budget:
    """What is left of the limits of one question."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._ends_at = clock() + limits.seconds
        self._calls = limits.rounds * CALLS_PER_ROUND
        self._characters = limits.tokens * CHARACTERS_PER_TOKEN

    @property
    def is_spent(self) -> bool:
        return self._calls <= 0 or self._characters <= 0 or self._clock() >= self._ends_at

    def take_call(self) -> bool:
        """Count a call; return False if the limits are reached."""
        if self.is_spent:
            return False
        self._calls -= 1
        return True

    def spend(self, text: str) -> None:
        """Count the result of a call."""
        self._characters -= len(text)
