"""Reads numbers and dates as people write them, in Russian and English."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

EXACT_DIGITS: Final = 15  # that a floating-point number keeps; a longer number is a code

LONGEST: Final = 60
"""Characters of a number or date with words around it."""

DIGIT: Final = re.compile(r"\d")

_ABSENT: Final = frozenset(
    [
        "-",
        "--",
        "—",
        "–",
        "−",
        "…",
        "...",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "нет",
        "н/д",
        "н.д.",
        "?",
        "*",
    ]
)
_NUMBER: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+−–])?\s?(?P<before>[^\W\d_]{0,3}\.?[$€₽£¥]?|[$€₽£¥])\s?"
    r"(?P<minus>[-−])?(?P<digits>\d(?:[\d.,'’\s]*\d)?)\s?"
    r"(?P<after>(?:[^\W\d_]|[$€₽£¥%‰°.²³/№\s])*)\)?"
)
_GROUPS: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’\s])\d{3})(?:(?P=mark)\d{3})*")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?:[T\s](\d\d:\d\d(?::\d\d)?))?(?!\d)")
_CLOCK: Final = r"(?:[T\s,]+(?P<time>\d\d?:\d\d(?::\d\d)?))?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})[-./](\d\d?)[-./](\d\d?){_CLOCK}")
_DAY_FIRST: Final = re.compile(rf"(\d\d?)([./-])(\d\d?)\2(\d{{4}}|\d\d)(?:\s?г\.?|\sгода)?{_CLOCK}")
_WORDS: Final = re.compile(
    r"«?(?P<day>\d\d?)»?(?:st|nd|rd|th)?[\s.-]+(?P<month>[^\W\d_]{3,9})\.?[\s.,-]+(?P<year>\d{4})"
    r"(?:\s?г\.?|\sгода)?|(?P<month2>[^\W\d_]{3,9})\.?\s(?P<day2>\d\d?),?\s(?P<year2>\d{4})",
)
_MONTHS: Final = {
    name: number
    for names in (
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
} | {"мая": 5}


_PLAIN: Final = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:[.,]\d{1,2})?", re.ASCII)


class Number(NamedTuple):
    """A number in a text; `point` and `comma` are its values if that is the decimal mark.

    They are equal unless the text leaves it open, as 1,234 does. `mark` is the decimal mark that it
    certainly has. `unit` is what stands beside it.
    """

    point: float
    comma: float
    unit: str
    mark: str = ""

    @property
    def is_open(self) -> bool:
        return self.point != self.comma


class Date(NamedTuple):
    """A date in ISO 8601; `other` is the other order of day and month if the text allows both."""

    iso: str
    other: str = ""


def is_absent(text: str) -> bool:
    """Tell whether a text only says that there is no value."""
    return text.lower() in _ABSENT


def read_plain_number(text: str) -> float | None:
    """Return a number that is written with digits and at most one mark; the usual case, fast."""
    if not _PLAIN.fullmatch(text):
        return None
    return float(text.replace(",", "."))


@lru_cache(maxsize=4_096)
def read_number(text: str) -> Number | None:
    """Return the number that a text is, perhaps with a unit; None for a code such as 007."""
    match = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return None
    digits = match["digits"]
    plain = re.sub(r"\D", "", digits)
    has_leading_zero = digits.startswith("0") and digits[1:2].isdigit()
    if len(plain) > EXACT_DIGITS or has_leading_zero:
        return None
    unit = " ".join(filter(None, (match["before"], match["after"].strip())))
    is_negative = bool(match["sign"] or match["minus"]) and match["sign"] != "+"
    is_negative = is_negative or (bool(match["open"]) and text.endswith(")"))
    values = [_read_digits(digits, mark) for mark in ".,"]
    if values[0] is None or values[1] is None:
        return None
    scale = (-1 if is_negative else 1) / (100 if unit == "%" else 1)
    point, comma = values[0] * scale, values[1] * scale
    mark = next((char for char in reversed(digits) if not char.isdigit()), "")
    is_decimal = point == comma and mark in {".", ","} and digits.count(mark) == 1
    return Number(point, comma, unit, mark if is_decimal else "")


def _read_digits(digits: str, decimal: str) -> float | None:
    """Return the value of digits with marks. `decimal` decides only what the marks leave open."""
    marks = [char for char in digits if not char.isdigit()]
    if not marks:
        return float(digits)
    last = marks[-1]
    whole, _, fraction = digits.rpartition(last)
    if last not in ".,":  # only spaces or apostrophes
        return float(re.sub(r"\D", "", digits)) if _GROUPS.fullmatch(digits) else None
    others = set(marks[:-1])
    if not others:
        is_group = len(fraction) == 3 and len(whole) <= 3 and whole != "0" and last != decimal
        return float(f"{whole}{fraction}" if is_group else f"{whole}.{fraction}")
    if last in others:  # repeated, so it groups
        return float(re.sub(r"\D", "", digits)) if _GROUPS.fullmatch(digits) else None
    if _GROUPS.fullmatch(whole):
        return float(f"{re.sub(r'[^0-9]', '', whole)}.{fraction}")
    return None


def find_iso_date(text: str) -> str | None:
    """Return the ISO date, with a time if there is one, in a text that shows a date."""
    matches = [*_ISO.finditer(text)]
    if not matches:
        return None
    year, month, day, time = matches[-1].groups()
    return f"{year}-{month}-{day}" + (f" {time}" if time else "")


@lru_cache(maxsize=4_096)
def read_date(text: str) -> Date | None:
    """Return the date that a text is."""
    if len(text) > LONGEST or (not text[-1:].isalnum() and text[-1:] != "."):
        return None
    if match := _YEAR_FIRST.fullmatch(text):
        return _make_date(match[1], match[2], match[3], match["time"])
    if match := _DAY_FIRST.fullmatch(text):
        first, mark, second, year = match[1], match[2], match[3], match[4]
        year = year if len(year) == 4 else f"{'19' if int(year) > 69 else '20'}{year}"
        found = _make_date(year, second, first, match["time"])
        other = _make_date(year, first, second, match["time"]) if mark != "." else None
        if found and other and found != other:
            return Date(found.iso, other.iso)
        return found or other
    if match := _WORDS.fullmatch(text):
        month = _MONTHS.get((match["month"] or match["month2"])[:3].lower())
        if month:
            return _make_date(
                match["year"] or match["year2"], str(month), match["day"] or match["day2"], None
            )
    return None


def _make_date(year: str, month: str, day: str, time: str | None) -> Date | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    iso = f"{int(year):04}-{int(month):02}-{int(day):02}"
    return Date(f"{iso} {time.zfill(5)}" if time else iso)
