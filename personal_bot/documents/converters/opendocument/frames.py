"""Finds what the frames and shapes of OpenDocument files hold, and how large pictures are."""

import re
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.pictures import LARGE_CM
from personal_bot.documents.converters.opendocument.names import DRAW, SVG, TABLE
from personal_bot.documents.converters.word.drawings import FILE_NAME

_CM: Final = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LENGTH: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)(cm|mm|in|pt|pc|px)")

FRAME: Final = f"{DRAW}frame"
TEXT_BOX: Final = f"{DRAW}text-box"
OBJECT: Final = f"{DRAW}object"
IMAGE: Final = f"{DRAW}image"
CONTROL: Final = f"{DRAW}control"
SHAPES: Final = tuple(
    f"{DRAW}{name}"
    for name in (
        *("custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path"),
        *("regular-polygon", "connector", "measure", "caption"),
    )
)
# A frame holds alternatives; programs show the first that they can.
_CONTENTS: Final = {
    *(TEXT_BOX, OBJECT, IMAGE, f"{TABLE}table"),
    *(f"{DRAW}object-ole", f"{DRAW}plugin", f"{DRAW}applet", f"{DRAW}floating-frame"),
}


def find_content(frame: etree._Element) -> etree._Element | None:
    return next((child for child in frame if child.tag in _CONTENTS), None)


def is_large(frame: etree._Element) -> bool:
    """Tell whether a picture may hold text."""
    lengths = [_LENGTH.fullmatch(frame.get(f"{SVG}{name}", "")) for name in ("width", "height")]
    return all(match and float(match[1]) * _CM[match[2]] >= LARGE_CM for match in lengths)


def read_alternative_text(frame: etree._Element) -> str:
    """Return the title and description of a picture, unless they are only the name of a file."""
    texts = (" ".join(frame.findtext(f"{SVG}{name}", "").split()) for name in ("title", "desc"))
    return " — ".join(dict.fromkeys(t for t in texts if t and not FILE_NAME.fullmatch(t)))
