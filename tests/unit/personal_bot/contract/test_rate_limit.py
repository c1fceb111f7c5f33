"""A burst is allowed, a flood gets one warning, and slowing down ends it."""

import pytest

from personal_bot.contract import Decision, RateLimiter, rate_limit
from personal_bot.contract.rate_limit import BURST, REARM_LEVEL, REFILL_SECONDS


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock) -> RateLimiter:
    return RateLimiter(clock)


def check(limiter: RateLimiter, times: int, person: int = 1) -> list[Decision]:
    return [limiter.check(person) for _ in range(times)]


def test_a_flood_is_told_once(limiter) -> None:
    assert check(limiter, BURST) == [Decision.ALLOW] * BURST
    assert check(limiter, 3) == [Decision.WARN, Decision.IGNORE, Decision.IGNORE]


def test_who_slows_down_is_followed_again(limiter, clock) -> None:
    check(limiter, BURST + 1)
    clock.now += 2 * REFILL_SECONDS
    assert check(limiter, 3) == [Decision.ALLOW, Decision.ALLOW, Decision.IGNORE]


def test_after_a_calm_the_next_flood_is_told_anew(limiter, clock) -> None:
    check(limiter, BURST + 1)
    clock.now += (REARM_LEVEL + 1) * REFILL_SECONDS
    assert check(limiter, REARM_LEVEL + 2)[-1] is Decision.WARN


def test_nobody_saves_up_more_than_a_burst(limiter, clock) -> None:
    check(limiter, 1)
    clock.now += 1_000 * REFILL_SECONDS
    assert check(limiter, BURST + 1)[-1] is Decision.WARN


def test_one_persons_flood_does_not_slow_another(limiter) -> None:
    check(limiter, BURST + 1)
    assert check(limiter, 1, person=2) == [Decision.ALLOW]


def test_a_crowd_takes_no_more_than_its_share_of_memory(limiter, monkeypatch) -> None:
    """The least recently seen person is forgotten, but never one who keeps flooding."""
    monkeypatch.setattr(rate_limit, "REMEMBERED", 3)
    check(limiter, BURST + 1, person=0)
    for person in range(1, 50):
        check(limiter, 1, person)
        assert check(limiter, 1, person=0) == [Decision.IGNORE]
    assert len(limiter._allowances) == 3
