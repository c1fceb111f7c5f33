"""Reads what the styles of a DOCX say about the role of paragraphs, runs and tables."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute
from personal_bot.documents.converters.word.structure import is_on

_HEADING: Final = re.compile(r"(?:heading|заголовок)\s*([1-9])", re.IGNORECASE)
_CODE: Final = re.compile(r"\b(?:code|preformatted|listing|листинг|код)\b", re.IGNORECASE)
_CODE_CHARACTERS: Final = "character"  # the type of styles for words in a line
_NO_FILL: Final = {"auto", "FFFFFF", "ffffff", ""}
_BODY_LEVEL: Final = 9  # the outline level of ordinary text

T = TypeVar("T")


@dataclass(frozen=True)
class Styles:
    """Ids of styles by what they mean; each includes the styles based on them."""

    levels: Mapping[str, int] = field(default_factory=dict)  # of headings, from 1
    captions: Collection[str] = frozenset()
    code: Collection[str] = frozenset()
    hidden: Collection[str] = frozenset()
    bold: Collection[str] = frozenset()
    strong_first_rows: Collection[str] = frozenset()  # of tables
    strong_first_columns: Collection[str] = frozenset()

    def find_level(self, style: str, own: etree._Element | None) -> int | None:
        """Return the level of a heading, given its style and `outlineLvl`; None for other text."""
        level = _read_outline(own)
        if level is not None:
            return level if level <= _BODY_LEVEL else None
        level = self.levels.get(style)
        if level is None and style not in self.levels and (match := _HEADING.match(style)):
            return int(match[1])  # a program left out the definition
        return level if level is not None and level <= _BODY_LEVEL else None


def is_filled(properties: etree._Element | None) -> bool:
    """Tell whether the properties of a cell or table style give it a background."""
    fill = None if properties is None else properties.find("{*}shd")
    return fill is not None and (read_attribute(fill, "fill") or "") not in _NO_FILL


def read_styles(root: etree._Element | None) -> Styles:
    if root is None:
        return Styles()
    styles = {read_attribute(style, "styleId") or "": style for style in root.iterfind("{*}style")}
    based = {
        name: read_attribute(style.find("{*}basedOn"), "val") or ""
        for name, style in styles.items()
    }
    names = {
        name: read_attribute(style.find("{*}name"), "val") or "" for name, style in styles.items()
    }
    levels = {name: _read_level(style, names[name]) for name, style in styles.items()}
    return Styles(
        levels=_inherit({name: level for name, level in levels.items() if level}, based),
        captions=_spread((n for n, title in names.items() if title.lower() == "caption"), based),
        code=_spread((n for n in styles if _is_code(styles[n], names[n])), based),
        hidden=_find_on(styles, based, "vanish"),
        bold=_find_on(styles, based, "b"),
        strong_first_rows=_spread(_list_conditional(styles, "firstRow"), based),
        strong_first_columns=_spread(_list_conditional(styles, "firstCol"), based),
    )


def _read_level(style: etree._Element, name: str) -> int | None:
    level = _read_outline(style.find("{*}pPr/{*}outlineLvl"))
    if level is not None:
        return level
    if name.lower() == "title":
        return 1
    match = _HEADING.fullmatch(name)
    return int(match[1]) if match else None


def _read_outline(element: etree._Element | None) -> int | None:
    value = read_attribute(element, "val")
    return min(int(value), _BODY_LEVEL) + 1 if value and value.isdecimal() else None


def _is_code(style: etree._Element, name: str) -> bool:
    is_paragraph = read_attribute(style, "type") != _CODE_CHARACTERS
    return is_paragraph and _CODE.search(name) is not None


def _find_on(
    styles: Mapping[str, etree._Element], based: Mapping[str, str], name: str
) -> Collection[str]:
    found = {key: style.find(f"{{*}}rPr/{{*}}{name}") for key, style in styles.items()}
    own = {key: is_on(element) for key, element in found.items() if element is not None}
    return {key for key, value in _inherit(own, based).items() if value}


def _list_conditional(styles: Mapping[str, etree._Element], kind: str) -> Iterable[str]:
    """Yield the table styles that set off the first row or column."""
    for name, style in styles.items():
        for part in style.iterfind("{*}tblStylePr"):
            if read_attribute(part, "type") == kind and (
                is_on(part.find("{*}rPr/{*}b")) or is_filled(part.find("{*}tcPr"))
            ):
                yield name


def _spread(own: Iterable[str], based: Mapping[str, str]) -> Collection[str]:
    return frozenset(_inherit(dict.fromkeys(own, True), based))


def _inherit(own: Mapping[str, T], based: Mapping[str, str]) -> dict[str, T]:
    """Return the value of each style, which is its own or that of the nearest base style."""
    values = {}
    for name in {**based, **own}:
        ancestor = name
        for _ in range(20):  # limits cycles of base styles
            if ancestor in own:
                values[name] = own[ancestor]
                break
            ancestor = based.get(ancestor, "")
    return values
