"""Tells numbers, dates, codes and other shapes of values from text."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from personal_bot.documents.converters.tables.cells import Cell, CellKind


class Shape(Enum):
    TEXT = auto()
    NUMBER = auto()  # also money
    PERCENT = auto()
    MEASURE = auto()  # a number with a unit; a duration
    DATE = auto()
    CODE = auto()  # letters and digits without spaces
    CONTACT = auto()  # a telephone number or an address on the Internet
    FLAG = auto()  # yes or no
    NONE = auto()  # says that there is no value, or is a formula instead of one


_LONGEST: Final = 40  # a longer text is a text, whatever is in it
_NUMBER: Final = r"[-+−–~<>≤≥(]{0,2}\s?[$€₽£¥]?\s?\d[\d\s.,'’]*\)?"
_MONTH: Final = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^\W\d]{0,7}\.?"
)
_DAY: Final = (
    r"\d{4}-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-](?:\d{4}|\d\d)|\d\d?\.\d{4}"
    rf"|«?\d\d?»?(?:st|nd|rd|th)?[\s.-]{_MONTH}(?:[\s.,-]+\d{{2,4}})?|{_MONTH}\s\d\d?(?:,?\s\d{{4}})?"
    rf"|{_MONTH},?[\s.'’/-]\d{{4}}|{_MONTH}[.'’/-]\d\d"
)
_SHAPES: Final = [
    (re.compile(pattern, re.IGNORECASE), shape)
    for pattern, shape in (
        (rf"(?:{_DAY})(?:\sг\.?|\sгода)?(?:[T\s,]+\d\d?:\d\d(?::\d\d)?)?", Shape.DATE),
        (r"\d{1,4}:\d\d(?::\d\d)?(?:\s?[ap]m)?", Shape.MEASURE),
        (
            r"\+\d[\d\s()-]{6,}|8?\s?\(\d{3,5}\)[\d\s-]{5,}|8[-\s]\d{3}[-\s][\d\s-]{7,}",
            Shape.CONTACT,
        ),
        (rf"{_NUMBER}\s?[%‰]", Shape.PERCENT),
        (rf"{_NUMBER}\s?(?:[$€₽£¥]|р\.|руб[^\W\d]*\.?|rub|usd|eur|тыс\.?|млн\.?)?", Shape.NUMBER),
        (rf"{_NUMBER}\s?[^\W\d]{{1,10}}[.²³]?(?:/[^\W\d]{{1,10}}\.?)?", Shape.MEASURE),
        (r"\S*\d\S*", Shape.CODE),
    )
]
_ABSENT: Final = "- -- — – − … ... n/a na none null nil нет н/д н.д. отсутствует * ?"
_FORMULA: Final = re.compile(r"=[\w(+\[-]")
_FLAGS: Final = "true false yes no да истина ложь + ✓ ✔ ✗ ☑ ☐ ☒"
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:\s?г\.?|\sгод|\sy\.?)?")
_PART_OF_YEAR: Final = (
    rf"(?:{_MONTH}|(?:[1-4]|i{{1,3}}|iv)\s?-?\s?(?:й\s)?(?:кв\.?|квартал)|q[1-4]|[1-4]q"
    r"|quarter\s[1-4]|h[12]|[12]h|(?:[12]|ii?)\s?-?\s?(?:е\s)?полугодие)"
)
_PERIOD: Final = re.compile(
    rf"(?:(?:19|20)\d\d[\s,/-]*)?{_PART_OF_YEAR}"
    rf"|{_PART_OF_YEAR}[\s,.'’/-]*(?:(?:19|20)\d\d|\d\d)(?:\s?г\.?|\sгода)?"
    r"|(?:fy\s?)?(?:19|20)\d\d(?:[/–-](?:20)?\d\d)?"
    r"|(?:пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)[^\W\d]{0,8}\.?",
    re.IGNORECASE,
)


def classify(cell: Cell) -> Shape:
    """Return the shape of a cell by its text and, if the format knows it, its type."""
    shape = _classify_text(cell.text) if len(cell.text) <= _LONGEST else Shape.TEXT
    if shape in {Shape.TEXT, Shape.CODE}:
        if cell.kind is CellKind.NUMBER:
            return Shape.NUMBER
        if cell.kind is CellKind.DATE:
            return Shape.DATE
    return shape


@lru_cache(maxsize=4_096)
def _classify_text(text: str) -> Shape:
    if text.lower() in _ABSENT.split() or _FORMULA.match(text):
        return Shape.NONE
    if text.lower() in _FLAGS.split():
        return Shape.FLAG
    if "@" in text or "://" in text:
        return Shape.CONTACT
    if not any(map(str.isdecimal, text)):
        return Shape.TEXT
    return next((shape for pattern, shape in _SHAPES if pattern.fullmatch(text)), Shape.TEXT)


def is_period(text: str) -> bool:
    """Tell whether the text is a year, quarter, month or day of the week."""
    return bool(_YEAR.fullmatch(text) or _PERIOD.fullmatch(text))


def is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text))
