"""Decides which type the values of a column have, once all of them were seen.

A column whose values are mostly numbers or dates is one of numbers or dates; values that are not,
or units that differ, stand beside it in a column of the values as they are shown. A column of words
with some numbers among them has these in a column beside it.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from personal_bot.documents.converters.tables.cells import Cell, CellKind, join_lines
from personal_bot.documents.tables.values import (
    DIGIT,
    LONGEST,
    find_iso_date,
    is_absent,
    read_date,
    read_number,
    read_plain_number,
)

HOURS: Final = "hours"
"""The unit of times and durations."""

_MAIN: Final = 0.5  # share of the values of a column
_NOTABLE: Final = 0.2
_UNITS: Final = 8  # more of them are words rather than units
_YEARS: Final = range(1_900, 2_101)
_DAY: Final = 24  # hours


class Type(StrEnum):
    NUMBER = "REAL"
    YEAR = "INTEGER"
    DATE = "DATE"
    TEXT = "TEXT"


Stored = tuple[float | str | None, str | None]
"""A value as it is kept until the type is known, None for what only may be one; what is shown."""

_NOTHING: Final[Stored] = (None, None)


class Column(NamedTuple):
    """A column of the finished table, from staged `value` or `shown`; `suffix` is of its name."""

    type: Type
    suffix: str = ""
    is_shown: bool = False
    unit: str = ""


class Profile:
    """What is known of the values of a column."""

    def __init__(self) -> None:
        self._cells = 0
        self._numbers = 0
        self._dates = 0
        self._codes = 0
        self._units: Counter[str] = Counter()
        self._marks: Counter[str] = Counter()
        self._orders = {"day": 0, "month": 0}
        self._open_dates = 0
        self._years = True
        self.is_open = False  # some values depend on the others

    def take(self, cell: Cell | None) -> Stored:
        """Note a value, and return it as far as it can be read now."""
        if cell is None or not cell.text:
            return _NOTHING
        value, kind = cell.value, cell.kind
        if isinstance(value, (int, float)) and kind is not CellKind.DATE:
            return self._take_number(float(value), cell.text)
        text = join_lines(value) if isinstance(value, str) else cell.text
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if len(text) > LONGEST or not DIGIT.search(text):
            if not text or is_absent(text):
                return _NOTHING
            self._cells += 1
            self._years = False
            return None, text
        self._cells += 1
        if kind is CellKind.DATE and (iso := find_iso_date(text)):
            self._dates += 1
            self._years = False
            return iso, text
        return self._take_text(text)

    def _take_number(self, value: float, text: str) -> Stored:
        self._cells += 1
        unit = ""
        if ":" in text or "(PT" in text:
            value, unit = round(value * _DAY, 9), HOURS
        elif not text.isdecimal():
            unit = found.unit if (found := read_number(text)) else ""
        elif text[0] == "0" and len(text) > 1:
            self._codes += 1  # a format shows zeros before it
            return None, text
        self._add_number(value, unit)
        return value, text

    def _take_text(self, text: str) -> Stored:
        if (value := read_plain_number(text)) is not None:
            if text[-2:-1] == "," or text[-3:-2] == ",":
                self._marks[","] += 1
            self._add_number(value, "")
            return value, text
        date = read_date(text)
        if date is not None:
            self._dates += 1
            self._years = False
            if date.other:
                self.is_open = True
                self._open_dates += 1
                return None, text
            self._note_order(text, date.iso)
            return date.iso, text
        number = read_number(text)
        if number is None:
            self._codes += text.isdigit()  # with leading zeros, or too long for a number
            self._years = False
            return None, text
        if number.mark:
            self._marks[number.mark] += 1
        self._add_number(number.point, number.unit)
        if number.is_open:
            self.is_open = True
            return None, text
        return number.point, text

    def _note_order(self, text: str, iso: str) -> None:
        day = str(int(iso[8:10]))
        if "/" in text or "-" in text:
            first = text.lstrip("0").partition("/" if "/" in text else "-")[0]
            self._orders["day" if first == day else "month"] += 1

    def _add_number(self, value: float, unit: str) -> None:
        self._numbers += 1
        if len(self._units) <= _UNITS:
            self._units[unit] += 1
        self._years = self._years and value.is_integer() and int(value) in _YEARS and not unit

    @property
    def _has_order(self) -> bool:
        """Whether the other dates tell which number is the day, and agree."""
        return bool(self._orders["day"]) != bool(self._orders["month"])

    def read_open(self, text: str) -> float | str | None:
        """Return the value of a text that depends on the others of the column."""
        if (date := read_date(text)) is not None:
            return date.iso if self._orders["day"] else date.other
        number = read_number(text)
        if number is None:
            return None
        is_comma = self._marks[","] > self._marks["."]
        return number.comma if is_comma else number.point

    def decide(self) -> Iterator[Column]:
        """Yield the columns of the finished table; none if there are no values."""
        if not self._cells:
            return
        if self._codes or (self._open_dates and not self._has_order):
            yield Column(Type.TEXT, is_shown=True)
            return
        is_number = self._numbers >= _MAIN * self._cells and len(self._units) <= _UNITS
        if is_number:
            unit = next(iter(self._units)) if len(self._units) == 1 else ""
            yield Column(Type.YEAR if self._years else Type.NUMBER, unit=unit)
            if len(self._units) > 1 or self._numbers < self._cells:
                yield Column(Type.TEXT, "_shown", is_shown=True)
            return
        if self._dates >= _MAIN * self._cells:
            yield Column(Type.DATE)
            if self._dates < self._cells:
                yield Column(Type.TEXT, "_shown", is_shown=True)
            return
        yield Column(Type.TEXT, is_shown=True)
        if self._numbers > 1 and self._numbers >= _NOTABLE * self._cells:
            yield Column(Type.NUMBER, "_number")
