"""How fast one person is followed: both bots bear with a burst, and with a human pace after it."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum, auto

AT_ONCE = 20  # messages or taps
SECONDS_EACH = 3.0  # until the next is allowed: 20 a minute in the long run
CALM = 5  # saved up again: the next flood is told anew
REMEMBERED = 10_000  # people; the one heard of least lately is forgotten


class Decision(Enum):
    """What to do with a message. `WARN` comes once for each flood."""

    ALLOW = auto()
    WARN = auto()
    IGNORE = auto()


@dataclass
class _Allowance:
    """`at` is the moment, in seconds, when `left` was true."""

    left: float
    at: float
    told: bool = False


class RateLimiter:
    """Everybody's allowance."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._allowances: OrderedDict[Hashable, _Allowance] = OrderedDict()

    def check(self, person: Hashable) -> Decision:
        """Count one message of a person."""
        allowance = self._refill(person)
        if allowance.left >= 1:
            allowance.left -= 1
            allowance.told = allowance.told and allowance.left < CALM
            return Decision.ALLOW
        if allowance.told:
            return Decision.IGNORE
        allowance.told = True
        return Decision.WARN

    def _refill(self, person: Hashable) -> _Allowance:
        now = self._clock()
        allowance = self._allowances.setdefault(person, _Allowance(AT_ONCE, now))
        self._allowances.move_to_end(person)
        if len(self._allowances) > REMEMBERED:
            self._allowances.popitem(last=False)
        allowance.left = min(AT_ONCE, allowance.left + (now - allowance.at) / SECONDS_EACH)
        allowance.at = now
        return allowance
