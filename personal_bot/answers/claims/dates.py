"""Finds dates in a text: `2024-05-03`, `3 May 2024`, `May 3rd`, `03.05.2024`, `3 мая`, `May 2024`.

A date of which only a part is given matches any date with that part. `03/05/2024` has two readings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Reading = tuple[int | None, int | None, int | None]  # year, month, day

_MONTHS = """
jan january januar janvier enero gennaio янв январь января январю январе январем
feb february februar février febrero febbraio фев февр февраль февраля февралю феврале февралем
mar march märz mars marzo мар март марта марту марте мартом
apr april avril abril aprile апр апрель апреля апрелю апреле апрелем
may mai mayo maggio май мая маю мае маем
jun june juni juin junio giugno июн июнь июня июню июне июнем
jul july juli juillet julio luglio июл июль июля июлю июле июлем
aug august août agosto авг август августа августу августе августом
sep sept september septembre septiembre settembre сен сент сентябрь сентября сентябрю \
сентябре сентябрем
oct october oktober octobre octubre ottobre окт октябрь октября октябрю октябре октябрем
nov november novembre noviembre ноя нояб ноябрь ноября ноябрю ноябре ноябрем
dec december dezember décembre diciembre dicembre дек декабрь декабря декабрю \
декабре декабрем
"""
_NUMBERS = {
    word: number for number, words in enumerate(_MONTHS.split("\n")) for word in words.split()
}
# Words that mean something else in lower case, and abbreviations that need a number beside them.
_CAPITALIZED = frozenset({"may", "march", "mars", "mai"})
_NEED_NUMBER = frozenset(word for word in _NUMBERS if len(word) <= 4) - {
    "мая", "май", "мае", "маю", "маем", "may", "june", "july", "июнь", "июня", "июне", "июню",
    "июль", "июля", "июле", "июлю", "март",
}  # fmt: skip

_NUMERIC = re.compile(
    r"(?<![0-9])(?:(?P<y>[0-9]{4})(?P<s1>[-./])(?P<m>[0-9]{1,2})(?P=s1)(?P<d>[0-9]{1,2})"
    r"|(?P<a>[0-9]{1,2})(?P<s2>[./-])(?P<b>[0-9]{1,2})(?P=s2)(?P<c>[0-9]{4}|[0-9]{2})"
    r"|(?P<my>[0-9]{4})-(?P<mm>0[1-9]|1[0-2])"
    r"|(?P<nm>0?[1-9]|1[0-2])[./](?P<ny>(?:19|20)[0-9]{2}))(?![0-9])(?![-./][0-9])"
)
_WORD = re.compile(r"(?<!\w)[^\W\d_]{3,10}(?!\w)")
_BEFORE = re.compile(
    r"(?:(?<![0-9])(?<![0-9][.,/:])(?P<from>[0-9]{1,2})(?:st|nd|rd|th|-?(?:го|е|ое))?"
    r"(?: ?- ?| (?:to|and|until|по|до|и) | ?, ?))?"
    r"(?<![0-9])(?<![0-9][.,/:])(?P<day>[0-9]{1,2})"
    r"(?:st|nd|rd|th|-?(?:го|е|ое|й)|\.|er)?[»\"”“]? {0,3}(?:of |de |day of )?\Z"
)
_AFTER = re.compile(
    r"\.? {0,3}(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9])(?![.,:]?[0-9]))?"
    r"(?:,? {0,3}(?:of |de )?(?P<year>(?:19|20)[0-9]{2})(?![0-9]))?"
)
_LONGEST_BEFORE = 30  # characters


@dataclass(frozen=True)
class Date:
    """A date at `text[start:end]`, with its possible readings."""

    start: int
    end: int
    readings: tuple[Reading, ...]


def find_dates(text: str, folded: str, *, abbreviated: bool = False) -> Iterator[Date]:
    """Find dates; `folded` is the text in lower case, of the same length, with plain hyphens.

    With `abbreviated`, a month such as `Jan` is one without a number beside it, as in a table.
    """
    for match in _NUMERIC.finditer(folded):
        if readings := tuple(_read_numeric(match)):
            yield Date(*match.span(), readings)
    for match in _WORD.finditer(folded):
        if match[0] not in _NUMBERS:
            continue
        if match[0] in _CAPITALIZED and not text[match.start()].isupper():
            continue
        yield from _read_worded(match, folded, abbreviated)


def _read_numeric(match: re.Match[str]) -> Iterator[Reading]:
    year, month, day = match["y"], match["m"], match["d"]
    if year:
        yield from _make(year, month, day)
    elif match["c"]:
        century = "20" if len(match["c"]) == 2 else ""
        yield from _make(century + match["c"], match["b"], match["a"])
        if match["s2"] == "/":
            yield from _make(century + match["c"], match["a"], match["b"])
    else:
        yield from _make(match["my"] or match["ny"], match["mm"] or match["nm"], None)


def _read_worded(match: re.Match[str], folded: str, abbreviated: bool) -> Iterator[Date]:
    month = _NUMBERS[match[0]]
    start, end = match.span()
    offset = max(0, start - _LONGEST_BEFORE)
    before = _BEFORE.search(folded[offset:start])
    after = _AFTER.match(folded, end)
    day = before["day"] if before else None
    year = None
    if after:
        if not before and after["day"]:
            day, year, end = after["day"], after["year"], after.end()
        elif after["year"] and not after["day"]:
            year, end = after["year"], after.end()
    if day is None and year is None and match[0] in _NEED_NUMBER and not abbreviated:
        return
    if before:
        if before["from"]:
            first = offset + before.start("from")
            yield from _date(first, offset + before.end("from"), year, month, before["from"])
        start = offset + before.start("day")
    yield from _date(start, end, year, month, day)


def _date(start: int, end: int, year: str | None, month: int, day: str | None) -> Iterator[Date]:
    if readings := tuple(_make(year, month, day)):
        yield Date(start, end, readings)


def _make(year: str | None, month: str | int, day: str | None) -> Iterator[Reading]:
    if 1 <= int(month) <= 12 and (day is None or 1 <= int(day) <= 31):
        yield int(year) if year else None, int(month), int(day) if day else None
