"""What the database refuses is tried again; of a full disk the owner hears once."""

import shutil
from types import SimpleNamespace

import pytest
from peewee import OperationalError

from personal_bot.contract import Condition, read_report
from personal_bot.process.reports import Reporter
from personal_bot.storage.outage import AGAIN, Alarm

FULL, LOCKED = OperationalError("database or disk is full"), OperationalError("database is locked")


class Watched:
    """An alarm with what it told, and the time it goes by."""

    def __init__(self, files) -> None:
        self.now = 0.0
        self.warned: list[Condition] = []
        self.reporter = Reporter(files)
        self.alarm = Alarm(
            files.home, self.reporter, self._warn, pauses=(0,), clock=lambda: self.now
        )

    async def _warn(self, condition: Condition) -> None:
        self.warned.append(condition)

    async def persist(self, *failures: Exception) -> None:
        left = list(failures)

        async def work() -> None:
            if left:
                raise left.pop(0)

        await self.alarm.persist(work)
        assert not left


@pytest.fixture
def watched(files) -> Watched:
    return Watched(files)


async def test_work_is_repeated_until_the_database_takes_it(watched) -> None:
    await watched.persist(LOCKED, LOCKED, LOCKED)
    assert watched.warned == [], "a lock passes, and nobody can do anything about it"


async def test_of_a_full_disk_the_owner_hears_once(watched) -> None:
    await watched.persist(FULL, FULL)
    await watched.persist(FULL)
    assert watched.warned == [Condition.DISK_FULL]
    watched.now += AGAIN
    await watched.persist(FULL)
    assert len(watched.warned) == 2, "much later it is another time"


async def test_a_full_disk_is_recognized_whatever_sqlite_says_of_it(watched, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=0))
    await watched.persist(OperationalError("disk I/O error"))
    assert watched.warned == [Condition.DISK_FULL]


async def test_a_full_disk_is_in_the_report_until_something_is_written(watched, files) -> None:
    await watched.reporter.open(1)
    await watched.alarm.ring(FULL)
    assert read_report(files.report).problem.condition == Condition.DISK_FULL
    await watched.persist()
    assert read_report(files.report).problem is None


async def test_other_failures_are_not_repeated(watched) -> None:
    with pytest.raises(ValueError):
        await watched.persist(ValueError("a defect"))
