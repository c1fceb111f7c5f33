"""Refused database work is retried, and the owner is told once about a full disk."""

import shutil
from types import SimpleNamespace

import pytest
from peewee import OperationalError

from personal_bot.contract import Condition, read_report
from personal_bot.process.reports import Reporter
from personal_bot.storage.outage import WARNING_INTERVAL, DatabaseOutage

FULL, LOCKED = OperationalError("database or disk is full"), OperationalError("database is locked")


class Watched:
    """A DatabaseOutage with a fake clock; records its warnings."""

    def __init__(self, files) -> None:
        self.now = 0.0
        self.warned: list[Condition] = []
        self.reporter = Reporter(files)
        self.outage = DatabaseOutage(
            files.home, self.reporter, self._warn, pauses=(0,), clock=lambda: self.now
        )

    async def _warn(self, condition: Condition) -> None:
        self.warned.append(condition)

    async def retry(self, *failures: Exception) -> None:
        left = list(failures)

        async def work() -> None:
            if left:
                raise left.pop(0)

        await self.outage.retry(work)
        assert not left


@pytest.fixture
def watched(files) -> Watched:
    return Watched(files)


async def test_work_is_repeated_until_the_database_takes_it(watched) -> None:
    await watched.retry(LOCKED, LOCKED, LOCKED)
    assert watched.warned == [], "a lock passes, and nobody can do anything about it"


async def test_of_a_full_disk_the_owner_hears_once(watched) -> None:
    await watched.retry(FULL, FULL)
    await watched.retry(FULL)
    assert watched.warned == [Condition.DISK_FULL]
    watched.now += WARNING_INTERVAL
    await watched.retry(FULL)
    assert len(watched.warned) == 2, "much later it is another time"


async def test_a_full_disk_is_recognized_whatever_sqlite_says_of_it(watched, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=0))
    await watched.retry(OperationalError("disk I/O error"))
    assert watched.warned == [Condition.DISK_FULL]


async def test_a_full_disk_is_in_the_report_until_something_is_written(watched, files) -> None:
    await watched.reporter.open()
    await watched.outage.report(FULL)
    assert read_report(files.report).problem.condition == Condition.DISK_FULL
    await watched.retry()
    assert read_report(files.report).problem is None


async def test_other_failures_are_not_repeated(watched) -> None:
    with pytest.raises(ValueError):
        await watched.retry(ValueError("a defect"))
