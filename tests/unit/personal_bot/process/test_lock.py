import os

import pytest

from personal_bot.contract import Condition, ExitCode
from personal_bot.errors import StartError
from personal_bot.process.lock import hold_lock


def test_a_twin_is_refused_and_may_try_again(tmp_path) -> None:
    path = tmp_path / "lock"
    with hold_lock(path), pytest.raises(StartError) as caught, hold_lock(path, patience=0):
        pytest.fail("two hold one lock")
    assert caught.value.condition == Condition.ALREADY_RUNNING
    assert caught.value.code == ExitCode.CRASHED
    assert f"PID {os.getpid()}" in caught.value.detail


def test_the_lock_is_free_again_after_use(tmp_path) -> None:
    for _ in range(2):
        with hold_lock(tmp_path / "lock", patience=0):
            assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
