"""Computes Word's paragraph numbers, which the text lacks, although people cite «п. 5.2»."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute
from personal_bot.documents.converters.office.symbols import translate

_LEVELS: Final = 9  # of a list, according to the format
_BULLET: Final = "•"
_TELLING_BULLETS: Final = frozenset("☐☑☒✓✔✗✘")  # others only decorate
_RUSSIAN: Final = "абвгдежзиклмнопрстуфхцчшщэюя"
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_PLACE: Final = re.compile(r"%([1-9])")
_LONGEST_TEXT: Final = 255  # characters; the text is repeated at each paragraph of its level
_HIGHEST: Final = 100_000  # larger values are limited to this


class Number(NamedTuple):
    """The number or bullet of a paragraph, with a space; empty if the list shows none."""

    label: str
    level: int  # in its list, from 0


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str  # such as ``%1.%2.``
    style: str  # of the paragraphs that belong to this level
    is_decimal: bool  # also for the numbers of higher levels
    restarts: bool  # after a paragraph of a higher level


_Levels = dict[int, _Level]
_Place = tuple[str | None, int | None]  # list id, level


@dataclass
class _List:
    """A use of an abstract list; all uses of one share its count."""

    abstract: str
    levels: _Levels
    starts: dict[int, int]  # overrides, used once


class Numbering:
    """Counts the paragraphs of each list; paragraphs must be passed in document order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        places, parents = _read_styles(styles)
        if numbering is not None:
            self._read_lists(numbering)
            self._inherit(places, parents)

    def count(self, style: str, own: etree._Element | None) -> Number | None:
        """Count a paragraph, given its style and `numPr`; return None if it is in no list."""
        place = self._find_place(style, own)
        if place is None or place[0] not in self._lists:
            return None
        numbered, level = self._lists[place[0]], place[1]
        levels = numbered.levels
        if level not in levels:
            return None
        counters = self._counters.setdefault(numbered.abstract, {})
        for index, start in numbered.starts.items():
            counters[index] = start - 1
        numbered.starts.clear()
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [index for index in counters if index > level]:
            if deeper not in levels or levels[deeper].restarts:
                del counters[deeper]
        return Number(_render(levels, counters, level), level)

    def _find_place(self, style: str, own: etree._Element | None) -> tuple[str, int] | None:
        """Return (list id, level) of the paragraph itself or of its style."""
        inherited = self._styles.get(style)
        if own is None:
            return inherited
        number, level = _read_place(own)
        if number is None:
            return (inherited[0], level or 0) if inherited else None
        return number, level or 0

    def _read_lists(self, root: etree._Element) -> None:
        abstract: dict[str, _Levels] = {}
        defined: dict[str, str] = {}  # abstract list by the list style that it defines
        linked: dict[str, str] = {}  # list style by the abstract list that only refers to it
        for element in root.iterfind("{*}abstractNum"):
            name = read_attribute(element, "abstractNumId") or ""
            abstract[name] = _read_levels(element)
            defined[read_attribute(element.find("{*}styleLink"), "val") or ""] = name
            if style := read_attribute(element.find("{*}numStyleLink"), "val"):
                linked[name] = style
        for number in root.iterfind("{*}num"):
            name = read_attribute(number.find("{*}abstractNumId"), "val") or ""
            name = defined.get(linked.get(name, "-"), name)
            levels, starts = dict(abstract.get(name, {})), {}
            for override in number.iterfind("{*}lvlOverride"):
                levels |= _read_levels(override)
                if start := read_attribute(override.find("{*}startOverride"), "val"):
                    index = _read_number(read_attribute(override, "ilvl"))
                    starts[index] = _read_number(start, default=1)
            self._lists[read_attribute(number, "numId") or ""] = _List(name, levels, starts)

    def _inherit(self, places: dict[str, _Place], parents: dict[str, str]) -> None:
        """Give each style its list; one without a list inherits that of its base style."""
        for name in parents:
            ancestor, level = name, None
            for _ in range(20):  # limits cycles of base styles
                number, own = places.get(ancestor, (None, None))
                level = own if level is None else level
                if number is not None:
                    self._styles[name] = (number, self._find_level(number, ancestor, level))
                    break
                ancestor = parents.get(ancestor, "")

    def _find_level(self, number: str, style: str, level: int | None) -> int:
        if level is not None or number not in self._lists:
            return level or 0
        levels = self._lists[number].levels
        return next((index for index, found in levels.items() if found.style == style), 0)


def _read_styles(root: etree._Element | None) -> tuple[dict[str, _Place], dict[str, str]]:
    """Return list and level, and the base style, by style id."""
    places: dict[str, _Place] = {}
    parents: dict[str, str] = {}
    for style in root.iterfind("{*}style") if root is not None else ():
        name = read_attribute(style, "styleId") or ""
        parents[name] = read_attribute(style.find("{*}basedOn"), "val") or ""
        place = style.find("{*}pPr/{*}numPr")
        if place is not None:
            places[name] = _read_place(place)
    return places, parents


def _read_levels(parent: etree._Element) -> _Levels:
    return {
        _read_number(read_attribute(level, "ilvl")): _read_level(level)
        for level in parent.iterfind("{*}lvl")
    }


def _read_level(level: etree._Element) -> _Level:
    form = read_attribute(level.find("{*}numFmt"), "val") or "decimal"
    text = (read_attribute(level.find("{*}lvlText"), "val") or "")[:_LONGEST_TEXT]
    if form == "bullet":
        font = read_attribute(level.find("{*}rPr/{*}rFonts"), "ascii") or ""
        text = show_bullet(text, font)
    restart = read_attribute(level.find("{*}lvlRestart"), "val")
    return _Level(
        start=_read_number(read_attribute(level.find("{*}start"), "val"), default=1),
        form=form,
        text=text,
        style=read_attribute(level.find("{*}pStyle"), "val") or "",
        is_decimal=level.find("{*}isLgl") is not None,
        restarts=restart != "0",
    )


def _render(levels: _Levels, counters: dict[int, int], level: int) -> str:
    def fill(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        if index not in levels:
            return ""
        form = "decimal" if levels[level].is_decimal else levels[index].form
        return write_number(counters.get(index, levels[index].start), form)

    text = _PLACE.sub(fill, levels[level].text)
    return f"{text} " if text else ""


def _read_place(place: etree._Element) -> _Place:
    level = read_attribute(place.find("{*}ilvl"), "val")
    number = read_attribute(place.find("{*}numId"), "val")
    return number, None if level is None else min(_read_number(level), _LEVELS - 1)


def _read_number(value: str | None, default: int = 0) -> int:
    if value is None or not value.isdecimal() or len(value) > 6:
        return default
    return min(int(value), _HIGHEST)


def show_bullet(text: str, font: str) -> str:
    """Return the bullet that people see if it tells something, such as a tick, or else a dot."""
    seen = translate(text, font)
    return seen if seen in _TELLING_BULLETS else _BULLET


def write_number(number: int, form: str) -> str:
    """Write a number in one of Word's formats, such as `lowerRoman`."""
    if form in {"russianLower", "lowerLetter", "russianUpper", "upperLetter"}:
        alphabet = _RUSSIAN if form.startswith("russian") else _LATIN
        rounds, index = divmod(max(number, 1) - 1, len(alphabet))
        text = alphabet[index] * min(rounds + 1, 10)
    elif form in {"lowerRoman", "upperRoman"}:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (number // value)
            number %= value
    elif form == "none":
        return ""
    else:
        return f"{number:02}" if form == "decimalZero" else str(number)
    return text.upper() if form.endswith("Upper") or form.startswith("upper") else text
