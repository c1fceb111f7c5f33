"""Tells which pictures of Office files may hold text; smaller ones are logos and signs."""

from typing import Final

from lxml import etree

LARGE_CM: Final = 5.0  # both ways
_EMU_PER_CM: Final = 360_000


def is_large(extent: etree._Element | None) -> bool:
    """Tell whether an extent of DrawingML, in EMU, is that of a large picture."""
    sizes = [] if extent is None else [extent.get("cx", ""), extent.get("cy", "")]
    return bool(sizes) and all(
        size.isdecimal() and len(size) < 20 and int(size) >= LARGE_CM * _EMU_PER_CM
        for size in sizes
    )
