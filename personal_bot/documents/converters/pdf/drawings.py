"""What people see on a PDF page without text: pictures, painted areas, letters drawn as shapes."""

import ctypes
from itertools import islice
from typing import TYPE_CHECKING, Final

from personal_bot.documents.converters.pdf.boxes import Box
from personal_bot.documents.converters.pdf.shapes import move_out, read_mode

if TYPE_CHECKING:
    from pypdfium2 import PdfObject, PdfPage

_OBJECTS: Final = 30_000
_PAINTED_SHARE: Final = 0.1  # of the page
_TINY: Final = 36.0  # points, of the shorter side of a picture
_DRAWINGS: Final = 20  # shapes that are neither lines nor rectangles
_SEGMENTS: Final = 7  # the fewest of such a shape
_WHITE: Final = 250


def shows_content(page: "PdfPage") -> bool:
    """Tell whether a picture that is not tiny, or drawings on a good part of it, are visible."""
    from pypdfium2 import raw  # noqa: PLC0415 - loads the library

    frame = Box(*page.get_bbox())
    painted = 0.0
    drawings = 0
    for item in islice(page.get_objects(max_depth=8), _OBJECTS):
        if item.type not in {
            raw.FPDF_PAGEOBJ_PATH,
            raw.FPDF_PAGEOBJ_IMAGE,
            raw.FPDF_PAGEOBJ_SHADING,
        }:
            continue
        box = move_out(Box(*item.get_bounds()), item).intersect(frame)
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            if min(box.x1 - box.x0, box.y1 - box.y0) >= _TINY:
                return True
        elif item.type == raw.FPDF_PAGEOBJ_SHADING:
            painted += box.area
        else:
            is_filled, is_stroked = read_mode(item)
            is_filled = is_filled and not _is_white(item)
            painted += box.area if is_filled else 0.0
            is_shape = raw.FPDFPath_CountSegments(item) >= _SEGMENTS
            drawings += is_shape and (is_filled or is_stroked)
        if drawings >= _DRAWINGS or painted >= _PAINTED_SHARE * frame.area > 0:
            return True
    return False


def _is_white(path: "PdfObject") -> bool:
    """Tell whether an area has the colour of paper, or none."""
    from pypdfium2 import raw  # noqa: PLC0415

    colour = [ctypes.c_uint(0) for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(path, *colour):  # a pattern
        return False
    *parts, opacity = (part.value for part in colour)
    return opacity == 0 or min(parts) >= _WHITE
