"""A burst is borne with, a flood is told once, and who slows down is followed again."""

import pytest

from personal_bot.contract import Pace, Verdict, pacing
from personal_bot.contract.rate_limit import AT_ONCE, CALM, SECONDS_EACH


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock) -> Pace:
    return Pace(clock)


def judge(pace: Pace, times: int, person: int = 1) -> list[Verdict]:
    return [pace.judge(person) for _ in range(times)]


def test_a_flood_is_told_once(pace) -> None:
    assert judge(pace, AT_ONCE) == [Verdict.FOLLOW] * AT_ONCE
    assert judge(pace, 3) == [Verdict.TELL, Verdict.IGNORE, Verdict.IGNORE]


def test_who_slows_down_is_followed_again(pace, clock) -> None:
    judge(pace, AT_ONCE + 1)
    clock.now += 2 * SECONDS_EACH
    assert judge(pace, 3) == [Verdict.FOLLOW, Verdict.FOLLOW, Verdict.IGNORE]


def test_after_a_calm_the_next_flood_is_told_anew(pace, clock) -> None:
    judge(pace, AT_ONCE + 1)
    clock.now += (CALM + 1) * SECONDS_EACH
    assert judge(pace, CALM + 2)[-1] is Verdict.TELL


def test_nobody_saves_up_more_than_a_burst(pace, clock) -> None:
    judge(pace, 1)
    clock.now += 1_000 * SECONDS_EACH
    assert judge(pace, AT_ONCE + 1)[-1] is Verdict.TELL


def test_one_persons_flood_does_not_slow_another(pace) -> None:
    judge(pace, AT_ONCE + 1)
    assert judge(pace, 1, person=2) == [Verdict.FOLLOW]


def test_a_crowd_takes_no_more_than_its_share_of_memory(pace, monkeypatch) -> None:
    """The one heard of least lately is forgotten; whoever goes on flooding is not."""
    monkeypatch.setattr(pacing, "REMEMBERED", 3)
    judge(pace, AT_ONCE + 1, person=0)
    for person in range(1, 50):
        judge(pace, 1, person)
        assert judge(pace, 1, person=0) == [Verdict.IGNORE]
    assert len(pace._allowances) == 3
