import os
from pathlib import Path

import pytest

from personal_bot.contract import Report, write_report
from personal_bot.process.boot_order import MasterFirst


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUPERVISOR_ENABLED", "1")
    return tmp_path / "master.json"


def test_bots_wait_until_the_master_is_ready_and_never_again(report):
    first = MasterFirst(report)
    assert first.must_wait()
    write_report(report, Report(os.getpid(), 0.0))  # has the same parent as this process
    assert not first.must_wait()
    report.unlink()
    assert not first.must_wait()


def test_the_mark_of_a_master_from_before_the_reboot_does_not_count(report):
    write_report(report, Report(1, 0.0))
    assert MasterFirst(report).must_wait()


def test_a_master_that_does_not_get_ready_is_not_waited_for_for_ever(report):
    assert not MasterFirst(report, patience=0.0).must_wait()


def test_nobody_waits_where_there_is_no_supervisord(report, monkeypatch):
    monkeypatch.delenv("SUPERVISOR_ENABLED")
    assert not MasterFirst(report).must_wait()
