"""Numbers the items of lists and the headings of OpenDocument files."""

import re
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.office.numbering import show_bullet, write_number
from personal_bot.documents.converters.opendocument.names import LOEXT, STYLE, TEXT, XML

_LEVELS: Final = 10  # of a list, according to the format
_HIGHEST: Final = 100_000  # larger values are limited to this
_LONGEST_TEXT: Final = 255  # characters; the text is repeated at each item of its level
_PLACE: Final = re.compile(r"%([0-9]{1,2})%")
_CYRILLIC: Final = "аАбБ"
_FORMS: Final = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_NO_LABEL: Final = "none"

Counters = dict[int, int]  # by level, from 1


class OpenList(NamedTuple):
    """A list, or one within a list, that is being read."""

    style: str  # empty if only its paragraphs name one
    level: int  # from 1
    counters: Counters


class _Level(NamedTuple):
    form: str = _NO_LABEL
    text: str = ""  # such as `%1%.%2%.`, or a bullet
    start: int = 1


class ListNumbers:
    """Counts the items of all lists, and the headings; they must be passed in document order."""

    def __init__(self, *parents: etree._Element | None) -> None:
        """Read the list styles within elements such as `office:styles`."""
        self._styles: dict[str, dict[int, _Level]] = {}
        self._outline: dict[int, _Level] = {}
        self._headings: Counters = {}
        self._by_id: dict[str, Counters] = {}
        self._latest: dict[str, Counters] = {}  # by style
        for parent in parents:
            for style in () if parent is None else parent.iterfind(f"{TEXT}list-style"):
                self._styles[style.get(f"{STYLE}name", "")] = _read_levels(style)
            outline = None if parent is None else parent.find(f"{TEXT}outline-style")
            if outline is not None:
                self._outline = _read_levels(outline)

    def open(self, element: etree._Element, outer: OpenList | None) -> OpenList:
        """Begin a list, which may be in another one, or continue an earlier one."""
        own = element.get(f"{TEXT}style-name", "")
        if outer is not None:
            return OpenList(own or outer.style, min(outer.level + 1, _LEVELS), outer.counters)
        counters = self._by_id.get(element.get(f"{TEXT}continue-list", ""))
        if counters is None and element.get(f"{TEXT}continue-numbering") == "true":
            counters = self._latest.get(own)
        if counters is None:
            counters = {}
        self._latest[own] = counters
        if name := element.get(f"{XML}id") or element.get(f"{TEXT}id"):
            self._by_id[name] = counters
        return OpenList(own, 1, counters)

    def open_paragraph(self, element: etree._Element) -> OpenList:
        """Begin or continue the list of a `text:numbered-paragraph`."""
        counters = self._by_id.setdefault(element.get(f"{TEXT}list-id", ""), {})
        level = min(_read_number(element.get(f"{TEXT}level"), 1), _LEVELS)
        return OpenList(element.get(f"{TEXT}style-name", ""), level, counters)

    def count(self, open_list: OpenList, item: etree._Element, style: str | None) -> str:
        """Count an item; return its number or bullet with a space.

        `style` is the list style that the paragraph names, for a list without one.
        """
        levels = self._styles.get(open_list.style or style or "", {})
        start = item.get(f"{TEXT}start-value")
        _count(levels, open_list.counters, open_list.level, start)
        stored = item.findtext(f"{TEXT}number")
        if stored and stored.strip():
            return f"{stored.strip()} "
        return _render(levels, open_list.counters, open_list.level)

    def count_heading(self, heading: etree._Element, level: int) -> str:
        """Count a heading that the outline numbers; return its number with a space."""
        start = heading.get(f"{TEXT}start-value")
        if start is None and heading.get(f"{TEXT}restart-numbering") == "true":
            start = str(self._outline.get(level, _Level()).start)
        _count(self._outline, self._headings, level, start)
        return _render(self._outline, self._headings, level)


def _count(levels: dict[int, _Level], counters: Counters, level: int, start: str | None) -> None:
    first = levels.get(level, _Level()).start
    counters[level] = _read_number(start, counters.get(level, first - 1) + 1)
    for deeper in [index for index in counters if index > level]:
        del counters[deeper]


def _render(levels: dict[int, _Level], counters: Counters, level: int) -> str:
    def fill(match: re.Match[str]) -> str:
        index = int(match[1])
        found = levels.get(index, _Level())
        return write_number(counters.get(index, found.start), found.form)

    text = _PLACE.sub(fill, levels.get(level, _Level()).text).strip()
    return f"{text} " if text else ""


def _read_levels(style: etree._Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for element in style:
        number = _read_number(element.get(f"{TEXT}level"), 0)
        if not 1 <= number <= _LEVELS:
            continue
        if (bullet := element.get(f"{TEXT}bullet-char")) is not None:
            levels[number] = _Level(text=_read_bullet(element, bullet))
        elif element.tag == f"{TEXT}list-level-style-image":
            levels[number] = _Level(text=show_bullet("", ""))
        elif form := _read_form(element.get(f"{STYLE}num-format", "")):
            start = _read_number(element.get(f"{TEXT}start-value"), 1)
            levels[number] = _Level(form, _read_text(element, number, levels), start)
    return levels


def _read_bullet(element: etree._Element, bullet: str) -> str:
    if not bullet.strip():
        return ""
    properties = element.find(f"{STYLE}text-properties")
    font = "" if properties is None else properties.get(f"{STYLE}font-name", "")
    return show_bullet(bullet, font)


def _read_text(element: etree._Element, number: int, levels: dict[int, _Level]) -> str:
    """Return the text of a level, in which `%1%` stands for the number of the first one."""
    text = element.get(f"{LOEXT}num-list-format")
    if text is None:
        shown = _read_number(element.get(f"{TEXT}display-levels"), 1)
        above = range(max(number - shown + 1, 1), number)
        numbered = [n for n in above if n in levels and levels[n].form != _NO_LABEL]
        places = ".".join(f"%{n}%" for n in (*numbered, number))
        prefix, suffix = (element.get(f"{STYLE}num-{end}", "") for end in ("prefix", "suffix"))
        text = f"{prefix}{places}{suffix}"
    return text[:_LONGEST_TEXT]


def _read_form(form: str) -> str:
    """Return Word's name of a number format, or an empty string for none."""
    if form[:1] in _CYRILLIC and form:
        return "russianUpper" if form[0].isupper() else "russianLower"
    return _FORMS.get(form, "decimal" if form.strip() else "")


def _read_number(value: str | None, default: int) -> int:
    if value is None or not value.isdecimal() or len(value) > 6:
        return default
    return min(int(value), _HIGHEST)
