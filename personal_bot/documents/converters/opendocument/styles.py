"""Reads what the styles of an OpenDocument file say about paragraphs, words, tables and cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from personal_bot.documents.converters.opendocument.names import (
    FO,
    NUMBER,
    PRESENTATION,
    STYLE,
    TABLE,
    TEXT,
)

_ANCESTORS: Final = 20  # limits cycles of styles
_ENCODED: Final = re.compile("_([0-9a-f]{1,4})_")
_CODE: Final = re.compile(
    r"\b(?:code|preformatted|listing|source text|листинг|код)\b", re.IGNORECASE
)
_NO_FILLS: Final = {"transparent", "#ffffff", "none", ""}
_BOLD: Final = {"bold", "600", "700", "800", "900"}
_PAGE: Final = "page"


@dataclass(frozen=True)
class Style:
    """A style with what it inherits. None stands for what neither it nor its ancestors say."""

    names: frozenset[str] = frozenset()  # its own and those of its ancestors, in lower case
    is_bold: bool | None = None
    is_hidden: bool | None = None
    is_filled: bool = False
    is_displayed: bool = True  # of a table
    font: str = ""
    level: int | None = None  # of the outline, from 1
    list_style: str | None = None
    master: str = ""  # the master page that begins before the paragraph
    begins_page: bool = False
    ends_page: bool = False
    data_style: str = ""  # the number format of a cell
    visibility: str = ""  # of a slide

    @property
    def is_caption(self) -> bool:
        return "caption" in self.names

    @property
    def is_title(self) -> bool:
        return "title" in self.names

    @property
    def is_code(self) -> bool:
        return any(map(_CODE.search, self.names))


class Styles:
    """The styles within elements such as `office:styles`; those of later ones come first."""

    def __init__(self, *parents: etree._Element | None) -> None:
        self._elements = {
            (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")): style
            for parent in parents
            if parent is not None
            for style in parent.iterfind(f"{STYLE}style")
        }
        self._found: dict[tuple[str, str], Style] = {}

    def find(self, family: str, name: str | None) -> Style:
        """Return a style; one that is not defined says nothing."""
        key = (family, name or "")
        style = self._found.get(key)
        if style is None:
            style = self._found[key] = _read_style([*self._list_ancestors(*key)])
        return style

    def _list_ancestors(self, family: str, name: str) -> Iterator[etree._Element]:
        """Yield a style, that on which it is based, and so on."""
        for _ in range(_ANCESTORS):
            style = self._elements.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")


def list_durations(*parents: etree._Element | None) -> frozenset[str]:
    """Return the names of the formats of times that count hours beyond a day."""
    return frozenset(
        style.get(f"{STYLE}name", "")
        for parent in parents
        if parent is not None
        for style in parent.iterfind(f"{NUMBER}time-style")
        if style.get(f"{NUMBER}truncate-on-overflow") == "false"
    )


def _read_style(chain: list[etree._Element]) -> Style:
    def find(name: str) -> str | None:
        values = (style.get(name) for style in chain)
        return next((value for value in values if value is not None), None)

    groups = [{child.tag: child for child in style} for style in chain]

    def find_property(group: str, name: str) -> str | None:
        tag = f"{STYLE}{group}-properties"
        values = (found[tag].get(name) for found in groups if tag in found)
        return next((value for value in values if value is not None), None)

    weight = find_property("text", f"{FO}font-weight")
    display = find_property("text", f"{TEXT}display")
    font = find_property("text", f"{STYLE}font-name") or find_property("text", f"{FO}font-family")
    fill = find_property("table-cell", f"{FO}background-color")
    level = find(f"{STYLE}default-outline-level")
    return Style(
        names=frozenset(_read_name(style).lower() for style in chain),
        is_bold=None if weight is None else weight in _BOLD,
        is_hidden=None if display is None else display == "none",
        is_filled=(fill or "").lower() not in _NO_FILLS,
        is_displayed=find_property("table", f"{TABLE}display") != "false",
        font=(font or "").strip("'\""),
        level=int(level) if level and level.isdecimal() and len(level) < 3 else None,
        list_style=find(f"{STYLE}list-style-name"),
        master=find(f"{STYLE}master-page-name") or "",
        begins_page=find_property("paragraph", f"{FO}break-before") == _PAGE,
        ends_page=find_property("paragraph", f"{FO}break-after") == _PAGE,
        data_style=find(f"{STYLE}data-style-name") or "",
        visibility=find_property("drawing-page", f"{PRESENTATION}visibility") or "",
    )


def _read_name(style: etree._Element) -> str:
    name = style.get(f"{STYLE}display-name")
    if name is not None:
        return name
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), style.get(f"{STYLE}name", ""))


def read_plain_text(element: etree._Element) -> str:
    """Return the text of an element that has no fields or notes, on a line."""
    return " ".join("".join(map(str, element.itertext())).split())
