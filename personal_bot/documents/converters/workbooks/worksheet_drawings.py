"""Reads the texts of shapes on a worksheet, and counts the pictures that may hold text."""

from collections.abc import Iterator

from lxml import etree

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.office.package import read_tag
from personal_bot.documents.converters.office.pictures import is_large


def read_shapes(drawing: etree._Element) -> Iterator[Block]:
    """Yield the paragraphs of text boxes and other shapes, in the order of the drawing."""
    for paragraph in drawing.iter("{*}p"):
        if _is_fallback(paragraph):
            continue
        text = "".join(
            (child.text or "")
            if read_tag(child) == "t"
            else "\n"
            if read_tag(child) == "br"
            else ""
            for child in paragraph.iter("{*}t", "{*}br")
        )
        if text.strip():
            yield Block(text)


def count_pictures(drawing: etree._Element) -> int:
    """Return the number of pictures that are large enough to hold text."""
    return sum(
        any(is_large(extent) for extent in anchor.iter("{*}ext"))
        for anchor in drawing
        if next(anchor.iter("{*}pic"), None) is not None
    )


def _is_fallback(element: etree._Element) -> bool:
    """Tell whether an element repeats another for programs that do not know that one."""
    return next(element.iterancestors("{*}Fallback"), None) is not None
