"""Finds elements of WordprocessingML within the wrappers that Word puts around them."""

from collections.abc import Container, Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute, read_tag

_OFF: Final = {"0", "false", "off"}
_WRAPPERS: Final = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
_ROWS: Final = {"tr", "tc"}  # which stay, although a control that shows its prompt empties them
_DELETIONS: Final = {"del", "moveFrom"}


def iterate(
    parent: etree._Element, wanted: str, inside: Container[str] = ()
) -> Iterator[etree._Element]:
    """Yield the children with a tag, including those in wrappers and in elements `inside`.

    Content controls that show their prompt have none.
    """
    for child in parent:
        tag = read_tag(child)
        if tag == wanted:
            yield child
        elif tag == "AlternateContent":
            yield from iterate(choose(child), wanted, inside)
        elif tag == "sdt" and wanted not in _ROWS and is_unfilled(child):
            continue
        elif tag in _WRAPPERS or tag in inside:
            yield from iterate(child, wanted, inside)


def choose(alternatives: etree._Element) -> etree._Element:
    """Return the content of an `AlternateContent` that new programs show, or the only one."""
    return next(iter(alternatives), alternatives)


def is_on(element: etree._Element | None) -> bool:
    """Tell whether a property such as `<w:b/>` is set."""
    return element is not None and read_attribute(element, "val") not in _OFF


def is_unfilled(control: etree._Element) -> bool:
    """Tell whether a content control still shows its prompt."""
    return is_on(control.find("{*}sdtPr/{*}showingPlcHdr"))


def is_prompt(cell: etree._Element) -> bool:
    """Tell whether a cell is in a content control that still shows its prompt."""
    control = next(cell.iterancestors("{*}sdt", "{*}tbl"), None)
    return control is not None and read_tag(control) == "sdt" and is_unfilled(control)


def is_mark_deleted(properties: dict[str, etree._Element]) -> bool:
    """Tell whether a tracked change joins a paragraph with the next one."""
    mark = properties.get("rPr")
    return mark is not None and any(read_tag(child) in _DELETIONS for child in mark)


def read_properties(element: etree._Element | None) -> dict[str, etree._Element]:
    """Return the properties of a paragraph, cell, row or table by tag."""
    return {} if element is None else {read_tag(child): child for child in element}


def read_style(properties: dict[str, etree._Element], tag: str = "pStyle") -> str:
    return read_attribute(properties.get(tag), "val") or ""
