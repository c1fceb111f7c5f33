"""The lines and pictures of a PDF page, in the frame of its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from personal_bot.documents.converters.pdf.boxes import Box, turn

if TYPE_CHECKING:
    from pypdfium2 import PdfObject, PdfPage

_OBJECTS: Final = 30_000  # of a page; drawings with more, such as maps, are looked at in part
_SEGMENTS: Final = 20_000  # of all paths of a page
_THICKNESS: Final = 3.0  # points, of a line
_SHORTEST: Final = 4.0  # points, of a line


@dataclass(slots=True)
class Shapes:
    """`across` and `down` are horizontal and vertical lines, of no thickness.

    `edges` are the sides of filled areas: they divide a table only if it has no lines.
    """

    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    edges: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    count: int = 0  # of all objects, texts included


def read_shapes(page: "PdfPage", angle: int) -> Shapes:
    """Return lines and pictures, also those of nested forms."""
    from pypdfium2 import PdfImage, raw  # noqa: PLC0415 - loads the library

    shapes = Shapes()
    segments = _SEGMENTS
    for item in islice(page.get_objects(max_depth=8), _OBJECTS):
        shapes.count += 1
        if item.type not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
            continue
        bounds = move_out(Box(*item.get_bounds()), item)
        box = turn(bounds, angle)
        if isinstance(item, PdfImage):
            shapes.pictures.append(box)
            continue
        is_filled, is_stroked = read_mode(item)
        if not (is_filled or is_stroked):  # only clips
            continue
        if min(box.x1 - box.x0, box.y1 - box.y0) <= _THICKNESS:
            _add_line(shapes, box)
            continue
        number = raw.FPDFPath_CountSegments(item)
        segments -= number
        if segments > 0:
            for side in _find_sides(item, number):
                line = turn(move_out(side, item), angle)
                if is_stroked:
                    _add_line(shapes, line)
                else:
                    shapes.edges.append(line)
    return shapes


def read_mode(path: "PdfObject") -> tuple[bool, bool]:
    import ctypes  # noqa: PLC0415

    from pypdfium2 import raw  # noqa: PLC0415

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(fill.value), bool(stroke.value)


def _add_line(shapes: Shapes, box: Box) -> None:
    width, height = box.x1 - box.x0, box.y1 - box.y0
    if max(width, height) < _SHORTEST or min(width, height) > _THICKNESS:
        return
    if width >= height:
        y = (box.y0 + box.y1) / 2
        shapes.across.append(Box(box.x0, y, box.x1, y))
    else:
        x = (box.x0 + box.x1) / 2
        shapes.down.append(Box(x, box.y0, x, box.y1))


def _find_sides(path: "PdfObject", number: int) -> Iterator[Box]:
    """Yield the straight parts of a path, in the coordinates of its container."""
    import ctypes  # noqa: PLC0415

    from pypdfium2 import raw  # noqa: PLC0415

    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(number):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield _span(last, point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield _span(point, start)
        last = point


def _span(a: tuple[float, float], b: tuple[float, float]) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def move_out(box: Box, item: "PdfObject") -> Box:
    """Return a box in the coordinates of the page, out of those of the forms around an object."""
    container = item.container
    while container is not None:
        box = Box(*container.get_matrix().on_rect(*box))
        container = container.container
    return box
