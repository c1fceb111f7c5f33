import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from personal_bot.forking import launching


@pytest.fixture
def turn(tmp_path: Path) -> Path:
    return tmp_path / "plain-start.lock"


def test_of_all_launchers_one_at_a_time_starts_without_the_fork_server(turn):
    assert launching.claim_plain_start(str(turn))
    with ThreadPoolExecutor() as others:
        assert not any(others.map(launching.claim_plain_start, [str(turn)] * 50))


@pytest.mark.parametrize(
    "seconds", [-launching.PLAIN_START_INTERVAL, launching.PLAIN_START_INTERVAL * 100]
)
def test_the_next_one_starts_a_while_later_even_if_the_clock_was_set_back(turn, seconds):
    assert launching.claim_plain_start(str(turn))
    then = time.time() + seconds
    os.utime(turn, (then, then))
    assert launching.claim_plain_start(str(turn))
    assert not launching.claim_plain_start(str(turn))


def test_where_nobody_can_take_turns_nobody_waits_for_ever(tmp_path):
    assert launching.claim_plain_start(str(tmp_path / "missing" / "plain-start.lock"))
