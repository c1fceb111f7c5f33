"""Other forms of the numbers, codes, dates and phone numbers in a text, as words to search for.

A document may say `1,577`, `FY2023`, `AB-1234/5` or `03.02.2024`, and a question `1577`, `FY 2023`,
`AB 1234 5` or `2024-02-03`. Each form below is one word that all spellings of a thing share. Two
things may share a form by chance (is `1.577` a fraction?), so the forms are added to the words of
a text and do not replace them. The time is linear in the length of any text.
"""

import re
from collections.abc import Iterator

LONGEST = 32  # characters of a code; anything longer is a hash or encoded data
SHORTEST = 9  # digits of a number that is written in groups of any length
_PARTS = 4  # letters and digits in turn within one word; more are not a code that people say

_SIGNS = str.maketrans("‐‒–—−’ʼ`´", "-----''''")
_DIGIT = re.compile(r"[0-9]")
_SEPARATOR = re.compile(r"[\W_]+")

_MIXED = re.compile(r"(?<![^\W_])(?:[0-9]+[^\W\d_]|[^\W\d_]+[0-9])[^\W_]*")
_PART = re.compile(r"[0-9]+|[^\W\d_]+")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})

# Thousands in groups, e.g. `1 577`, `1,577.50`, `1'577`, `1.577.000`, or a decimal, e.g. `0,5`.
_NUMBER = re.compile(
    r"(?<![0-9])(?<![0-9][.,])"
    r"(?:([1-9][0-9]{0,2}([ ,.'])[0-9]{3}(?:\2[0-9]{3}){0,4})|([0-9]{1,15}))"
    r"(?:[.,]([0-9]{1,15}))?"
    r"(?![0-9])(?![.,][0-9])"
)
_CLAUSE = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9]{1,3}(?:\.[0-9]{1,3}){2,5}(?![0-9])(?!\.[0-9])")

_DATE = re.compile(r"(?<![0-9])([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})(?![0-9])")
_DAY_MONTH = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?:-?[^\W\d_]{1,2})?[»\"”]? (?:of )?"
    r"([^\W\d_]{3,9})\.?,? ([0-9]{4})(?![0-9])"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W_])([^\W\d_]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?![0-9])"
)
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
    )
    for number, name in enumerate(names.split(), 1)
}

# Ten digits after a country code or with the area code in parentheses.
_PHONE = re.compile(
    r"(?<!\w)(?<![0-9][.,])(?:\+?[178][ .-]?|(?=\())((?:\(?[0-9]\)?[ .-]{0,2}){9}[0-9])(?![^\W_])"
)
_ABROAD = re.compile(r"\+([0-9](?:[ ().-]{0,2}[0-9]){7,14})(?![0-9])")
# Numbers of cards, accounts and passports, and phone numbers without a country code.
_SPACED = re.compile(
    r"(?<!\w)(?<![0-9][.,])([0-9]{1,7}(?:[ -][0-9]{1,7}){1,5})(?![^\W_])(?![.,][0-9])"
)

_CODE = re.compile(
    r"(?<![^\W_])(?:([^\W\d_]{1,5}) (?=[0-9]))?"
    r"([^\W_]{1,32}(?:[-/_][^\W_]{1,32}){0,5})(?![^\W_])"
    r"(?: ([0-9]{1,6})(?![^\W_])(?![.,'][0-9]))?"
)
_NUMBERED = re.compile(r"# ?([^\W_]{1,32})(?![^\W_])")


def list_forms(text: str) -> Iterator[str]:
    """Yield the further words by which a text can be found; yield nothing if it has no digits.

    `text` is in lower case and in NFKC, but with `#` for a number sign.
    """
    if _DIGIT.search(text):
        text = text.translate(_SIGNS)
        for list_some in (_parts, _numbers, _dates, _phones, _codes, _numbered):
            yield from list_some(text)


def _parts(text: str) -> Iterator[str]:
    """`fy2023` → fy, 2023."""
    for match in _MIXED.finditer(text):
        if len(match[0]) <= LONGEST:
            parts = _PART.findall(match[0])
            if len(parts) <= _PARTS:
                yield from (part for part in parts if part not in _ORDINALS)


def _numbers(text: str) -> Iterator[str]:
    """`1,577.50` → 1577, 1577d50, 1577d5; a `d` stands for the decimal point."""
    for match in _NUMBER.finditer(text):
        grouped, _, plain, fraction = match.groups()
        whole = plain or _SEPARATOR.sub("", grouped)
        if grouped:
            yield whole
        if fraction:
            significant = fraction.rstrip("0")
            if significant != fraction:
                yield f"{whole}d{significant}" if significant else whole
            yield f"{whole}d{fraction}"
    for match in _CLAUSE.finditer(text):
        yield match[0].replace(".", "d")


def _dates(text: str) -> Iterator[str]:
    """`03.02.2024`, `2024-02-03` and `3 февраля 2024` → 20240203."""
    for match in _DATE.finditer(text):
        first, separator, second, third = match.groups()
        if len(first) == 4 and len(third) <= 2:
            yield from _date(first, second, third)
        elif len(first) <= 2 and len(third) == 4:
            yield from _date(third, second, first)
            if separator == "/" and first != second:
                yield from _date(third, first, second)
        elif len(first) == len(second) == len(third) == 2:
            yield from _date(f"20{third}", second, first)
    for match in _DAY_MONTH.finditer(text):
        yield from _date(match[3], _MONTHS.get(match[2][:3]), match[1])
    for match in _MONTH_DAY.finditer(text):
        yield from _date(match[3], _MONTHS.get(match[1][:3]), match[2])


def _date(year: str, month: str | int | None, day: str) -> Iterator[str]:
    if month is not None and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        yield f"{year}{int(month):02}{int(day):02}"


def _phones(text: str) -> Iterator[str]:
    """`+7 (495) 123-45-67` and `495 123 45 67` → 4951234567."""
    for pattern in (_PHONE, _ABROAD):
        for match in pattern.finditer(text):
            yield _SEPARATOR.sub("", match[1])
    for match in _SPACED.finditer(text):
        joined = _SEPARATOR.sub("", match[1])
        if len(joined) >= SHORTEST:
            yield joined


def _codes(text: str) -> Iterator[str]:
    """`AB-1234/5` → ab12345; `AB 1234 5` → ab1234, ab12345."""
    for match in _CODE.finditer(text):
        prefix, body, suffix = match.groups()
        if not _DIGIT.search(body):
            continue
        joined = _SEPARATOR.sub("", body)
        if joined != body:
            yield joined
        if prefix:
            joined = prefix + joined
            yield joined
        if suffix and not joined.isdecimal():
            yield joined + suffix


def _numbered(text: str) -> Iterator[str]:
    """`#12` and `# 12` → no12."""
    for match in _NUMBERED.finditer(text):
        yield f"no{match[1]}"
