"""Numbers, times and tables read well, with one bot as with many."""

import time

import pytest

from master.cli import words
from personal_bot.contract import LibrarySize


@pytest.fixture
def in_moscow(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Moscow")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("n", "said"), [(0, "0 bots"), (1, "1 bot"), (2, "2 bots")])
def test_one_is_not_several(n, said):
    assert words.count(n, "bot") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (62.9, "1 min 2 s"), (3_600, "1 h"), (93_784, "1 d 2 h"), (86_460, "1 d 1 min")],
)
def test_durations_have_their_two_largest_units(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(("n", "said"), [(1, "1 byte"), (1_500, "1.5 KB"), (3 * 10**9, "3.0 GB")])
def test_sizes_have_a_unit(n, said):
    assert words.size(n) == said


def test_times_say_their_zone(in_moscow):
    assert words.moment(1_777_816_800) == "2026-05-03 17:00 +0300"


def test_a_number_that_may_have_changed_since_has_its_time(in_moscow):
    library = LibrarySize(12, 340, 1_777_816_800)
    assert words.documents(library, is_current=True) == "12"
    assert words.documents(library, is_current=False) == "12 as of 2026-05-03 17:00 +0300"
    assert words.documents(None, is_current=True) == "-"


def test_columns_are_aligned_below_their_headings():
    assert words.table(("A", "B"), [("long", "1"), ("x", "22")]) == [
        "A     B",
        "long  1",
        "x     22",
    ]
