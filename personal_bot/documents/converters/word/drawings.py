"""Reads what drawings and diagrams say, and tells which pictures may hold text."""

import re
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office import pictures
from personal_bot.documents.converters.office.package import read_attribute

_CM: Final = {"pt": 2.54 / 72, "in": 2.54, "cm": 1.0, "mm": 0.1, "px": 2.54 / 96}
_SIZE: Final = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|px)")
_PICTURES: Final = ("{*}pic", "{*}imagedata")
FILE_NAME: Final = re.compile(
    r"[^\n]*\.(?:png|jpe?g|gif|bmp|emf|wmf|tiff?|svg|webp)", re.IGNORECASE
)


def has_picture(drawing: etree._Element) -> bool:
    return next(drawing.iter(*_PICTURES), None) is not None


def is_large(drawing: etree._Element) -> bool:
    extent = next(drawing.iter("{*}extent"), None)
    if extent is not None:
        return pictures.is_large(extent)
    shape = next((child for child in drawing.iter() if child.get("style")), None)
    style = "" if shape is None else shape.get("style", "")
    lengths = {name: float(size) * _CM[unit] for name, size, unit in _SIZE.findall(style)}
    return len(lengths) == 2 and min(lengths.values()) >= pictures.LARGE_CM


def read_alternative_text(drawing: etree._Element) -> str:
    """Return the description of a picture, unless it is only the name of a file."""
    properties = next(drawing.iter("{*}docPr"), None)
    shape = next(drawing.iter("{*}shape"), None)
    text = read_attribute(properties, "descr") or read_attribute(shape, "alt") or ""
    text = " ".join(text.split())
    return "" if FILE_NAME.fullmatch(text) else text
