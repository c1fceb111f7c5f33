"""Tells what a paragraph of an OpenDocument file is: a heading, an item of a list, code or text."""

from typing import NamedTuple

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.opendocument.lists import ListNumbers, OpenList
from personal_bot.documents.converters.opendocument.names import TEXT
from personal_bot.documents.converters.opendocument.styles import Style


class Place(NamedTuple):
    """Where the first paragraph of an item stands."""

    list: OpenList
    item: etree._Element


def describe(
    paragraph: etree._Element,
    style: Style,
    place: Place | None,
    lists: ListNumbers,
    *,
    is_margin: bool,
) -> tuple[Block, str]:
    """Return a block without text, and the number or bullet before its text."""
    level = None if is_margin else _find_level(paragraph, style)
    label = ""
    if place is not None:
        label = lists.count(place.list, place.item, style.list_style)
    elif level is not None and _is_numbered(paragraph, style):
        label = lists.count_heading(paragraph, level)
    stored = paragraph.findtext(f"{TEXT}number", "").strip()
    label = f"{stored} " if stored else label
    if style.is_code:
        return Block("", BlockKind.CODE), label
    if level is not None:
        return Block("", BlockKind.HEADING, level), label
    if place is not None and label:
        return Block("", BlockKind.ITEM, place.list.level - 1), label
    return Block(""), label


def _find_level(paragraph: etree._Element, style: Style) -> int | None:
    if paragraph.tag == f"{TEXT}h":
        level = paragraph.get(f"{TEXT}outline-level", "1")
        return max(int(level), 1) if level.isdecimal() and len(level) < 3 else 1
    return 1 if style.is_title else None


def _is_numbered(heading: etree._Element, style: Style) -> bool:
    """Tell whether the outline numbers a heading, if its level has numbers."""
    is_exempt = style.list_style == "" or heading.get(f"{TEXT}is-list-header") == "true"
    return style.level is not None and not is_exempt
