"""Computes Word's paragraph numbers, which the text lacks, although people cite «п. 5.2»."""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office import Package, read_attribute

_LEVELS: Final = 9  # of a list, according to the format
_BULLET: Final = "•"
_RUSSIAN: Final = "абвгдежзиклмнопрстуфхцчшщэюя"
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_PLACE: Final = re.compile(r"%([1-9])")
_LONGEST_TEXT: Final = 255  # characters; the text is repeated at each paragraph of its level
_HIGHEST: Final = 100_000  # larger values are limited to this


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str  # such as ``%1.%2.``


class Numbering:
    """Counts the paragraphs of each list; paragraphs must be passed in document order."""

    def __init__(self, package: Package) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # by id of the abstract list
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}  # (abstract list, start overrides)
        self._counters: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._read_lists(package.find("word/numbering.xml"))
        self._read_styles(package.find("word/styles.xml"))

    def count(self, properties: etree._Element | None) -> str:
        """Count a paragraph; return its number or bullet and a space, or an empty string."""
        place = self._find_place(properties)
        if place is None or place[0] not in self._lists:
            return ""
        abstract, starts = self._lists[place[0]]
        level = place[1]
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counters = self._counters.setdefault(abstract, {})
        for index, start in starts.items():  # only once; after that, the list continues from there
            counters[index] = start - 1
        starts.clear()
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [index for index in counters if index > level]:
            del counters[deeper]
        return self._render(levels, counters, level)

    def _render(self, levels: dict[int, _Level], counters: dict[int, int], level: int) -> str:
        if levels[level].form == "bullet":
            return f"{_BULLET} "

        def fill(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            if index not in levels:
                return ""
            return _write(counters.get(index, levels[index].start), levels[index].form)

        text = _PLACE.sub(fill, levels[level].text)
        return f"{text} " if text else ""

    def _find_place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """Return (list id, level) of the paragraph itself or of its style."""
        if properties is None:
            return None
        style = read_attribute(properties.find("{*}pStyle"), "val") or ""
        inherited = self._styles.get(style)
        own = _read_place(properties)
        if own is None:
            return inherited
        number, level = own
        if number is None:
            return (inherited[0], level) if inherited else None
        return number, level

    def _read_lists(self, root: etree._Element | None) -> None:
        if root is None:
            return
        for abstract in root.iterfind("{*}abstractNum"):
            name = read_attribute(abstract, "abstractNumId") or ""
            self._levels[name] = {
                _read_number(read_attribute(level, "ilvl")): _Level(
                    _read_number(read_attribute(level.find("{*}start"), "val"), default=1),
                    read_attribute(level.find("{*}numFmt"), "val") or "decimal",
                    (read_attribute(level.find("{*}lvlText"), "val") or "")[:_LONGEST_TEXT],
                )
                for level in abstract.iterfind("{*}lvl")
            }
        for number in root.iterfind("{*}num"):
            starts = {
                _read_number(read_attribute(override, "ilvl")): _read_number(start, default=1)
                for override in number.iterfind("{*}lvlOverride")
                if (start := read_attribute(override.find("{*}startOverride"), "val"))
            }
            abstract_name = read_attribute(number.find("{*}abstractNumId"), "val") or ""
            self._lists[read_attribute(number, "numId") or ""] = (abstract_name, starts)

    def _read_styles(self, root: etree._Element | None) -> None:
        """Read the lists of styles; a style without a list inherits that of its base style."""
        if root is None:
            return
        places: dict[str, tuple[str | None, int]] = {}
        parents: dict[str, str] = {}
        for style in root.iterfind("{*}style"):
            name = read_attribute(style, "styleId") or ""
            parents[name] = read_attribute(style.find("{*}basedOn"), "val") or ""
            properties = style.find("{*}pPr")
            if properties is not None and (place := _read_place(properties)) is not None:
                places[name] = place
        for name in parents:
            ancestor, level = name, None
            for _ in range(20):  # limits cycles of base styles
                number, own = places.get(ancestor, (None, None))
                level = own if level is None else level
                if number is not None:
                    self._styles[name] = (number, level or 0)
                    break
                ancestor = parents.get(ancestor, "")


def _read_place(properties: etree._Element) -> tuple[str | None, int] | None:
    place = properties.find("{*}numPr")
    if place is None:
        return None
    level = _read_number(read_attribute(place.find("{*}ilvl"), "val"))
    return read_attribute(place.find("{*}numId"), "val"), min(level, _LEVELS - 1)


def _read_number(value: str | None, default: int = 0) -> int:
    if value is None or not value.isdecimal() or len(value) > 6:
        return default
    return min(int(value), _HIGHEST)


def _write(number: int, form: str) -> str:
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
