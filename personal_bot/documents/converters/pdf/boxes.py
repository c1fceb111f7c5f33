"""Places on a PDF page, in the file's coordinates or in the frame in which its text is upright."""

from typing import Final, NamedTuple


class Box(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def area(self) -> float:
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def intersect(self, other: "Box") -> "Box":
        return Box(
            max(self.x0, other.x0),
            max(self.y0, other.y0),
            min(self.x1, other.x1),
            min(self.y1, other.y1),
        )


NOWHERE: Final = Box(0.0, 0.0, 0.0, 0.0)


def turn(box: Box, angle: int) -> Box:
    """Return a box of PDF coordinates in the frame in which text of this angle is upright."""
    left, bottom, right, top = box
    if angle == 90:
        return Box(bottom, left, top, right)
    if angle == 180:
        return Box(-right, bottom, -left, top)
    if angle == 270:
        return Box(-top, -right, -bottom, -left)
    return Box(left, -top, right, -bottom)


def turn_back(box: Box, angle: int) -> Box:
    """Return a box of that frame in PDF coordinates."""
    x0, y0, x1, y1 = box
    if angle == 90:
        return Box(y0, x0, y1, x1)
    if angle == 180:
        return Box(-x1, y0, -x0, y1)
    if angle == 270:
        return Box(-y1, -x1, -y0, -x0)
    return Box(x0, -y1, x1, -y0)
