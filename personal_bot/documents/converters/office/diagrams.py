"""Reads the texts of diagrams (SmartArt)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.package import read_tag

_LINK_POINTS: Final = {"pres", "parTrans", "sibTrans"}


def list_diagram_lines(data: etree._Element) -> Iterator[str]:
    """Yield the texts of a diagram, given the part with its data."""
    for point in data.iterfind("{*}ptLst/{*}pt"):
        if point.get("type") in _LINK_POINTS:
            continue
        for paragraph in point.iterfind("{*}t/{*}p"):
            text = "".join(child.text or "" for child in paragraph.iter() if read_tag(child) == "t")
            if text.strip():
                yield text
