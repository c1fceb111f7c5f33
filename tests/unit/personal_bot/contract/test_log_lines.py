"""Every log line says when in which zone, and what went wrong in words."""

import logging
import time
from collections.abc import Iterator

import pytest

from personal_bot.contract import LineFormatter, MaskingFilter, put_in_words

MOMENT = 1_777_816_800.25  # 2026-05-03 14:00 UTC


@pytest.fixture
def in_moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Moscow")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_moscow")
def test_the_time_has_its_offset_from_utc() -> None:
    record = logging.LogRecord("master", logging.INFO, "x.py", 1, "Stopped", (), None)
    record.created = MOMENT
    assert LineFormatter().format(record) == ("2026-05-03 17:00:00.250+03:00 INFO master: Stopped")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/x"), "/x: No such file or directory"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (TimeoutError(), "TimeoutError"),
        (ValueError("too long"), "too long"),
        (OSError("cannot connect to host"), "cannot connect to host"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_are_logged_in_words(error: Exception, said: str) -> None:
    assert str(put_in_words(error)) == said
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "Job %d: %s", (7, error), None)
    MaskingFilter().filter(record)
    assert record.getMessage() == f"Job 7: {said}"
