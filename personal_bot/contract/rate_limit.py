"""Rate limit per person, for both programs: a burst is allowed, and a human pace after it."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum, auto

BURST = 20  # messages or taps in a burst
REFILL_SECONDS = 3.0  # until the next is allowed: 20 a minute in the long run
REARM_LEVEL = 5  # messages; with so many allowed again, the next flood gets a warning
REMEMBERED = 10_000  # people; the least recently seen is forgotten


class Decision(Enum):
    """What to do with a message. `WARN` is returned once per flood."""

    ALLOW = auto()
    WARN = auto()
    IGNORE = auto()


@dataclass
class _Allowance:
    """`left` messages were allowed at the time `at`, in seconds; `warned` is set by a warning."""

    left: float
    at: float
    warned: bool = False


class RateLimiter:
    """A token bucket for each person."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._allowances: OrderedDict[Hashable, _Allowance] = OrderedDict()

    def check(self, person: Hashable) -> Decision:
        """Count one message from a person, and decide what to do with it."""
        allowance = self._refill(person)
        if allowance.left >= 1:
            allowance.left -= 1
            allowance.warned = allowance.warned and allowance.left < REARM_LEVEL
            return Decision.ALLOW
        if allowance.warned:
            return Decision.IGNORE
        allowance.warned = True
        return Decision.WARN

    def _refill(self, person: Hashable) -> _Allowance:
        now = self._clock()
        allowance = self._allowances.setdefault(person, _Allowance(BURST, now))
        self._allowances.move_to_end(person)
        if len(self._allowances) > REMEMBERED:
            self._allowances.popitem(last=False)
        allowance.left = min(BURST, allowance.left + (now - allowance.at) / REFILL_SECONDS)
        allowance.at = now
        return allowance
