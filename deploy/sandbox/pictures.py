"""Photos as Telegram makes them: JPEG in several sizes. And what a picture says of itself."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

#: The longer sides in pixels, as in https://core.telegram.org/api/files#image-thumbnail-types
SIDES: Final = (90, 320, 800, 1280)
MAX_SUM_OF_SIDES = 10_000
MAX_RATIO = 20
_QUALITY = 87
_TEXTS = ("Description", "description", "Comment", "comment")


class PictureError(Exception):
    """A picture cannot become a photo. The message is Telegram's name of the reason."""


@dataclass(frozen=True)
class Picture:
    """A JPEG; width and height are in pixels."""

    content: bytes
    width: int
    height: int


def make_sizes(path: Path) -> list[Picture]:
    """Return a picture in all sizes of a photo, smallest first. Raises PictureError.

    Telegram removes all metadata. Here the description stays, because the stand-in for a vision
    model reads it instead of the picture.
    """
    try:
        with Image.open(path) as opened:
            _check_dimensions(*opened.size)
            description = describe(opened)
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PictureError("IMAGE_PROCESS_FAILED") from None
    longer = max(image.size)
    sides = [side for side in SIDES if side < longer] + [longer]
    return [_shrink(image, side, description) for side in sides[: len(SIDES)]]


def read_description(content: bytes) -> str:
    """Return what the metadata of a picture says, or "". Raises ValueError if it is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            return describe(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("not a picture") from None


def describe(image: Image.Image) -> str:
    """Return the description or comment in the metadata of a PNG, JPEG, GIF or WebP."""
    for name in _TEXTS:
        if text := image.info.get(name):
            return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return str(image.getexif().get(ExifTags.Base.ImageDescription, ""))


def _check_dimensions(width: int, height: int) -> None:
    ratio = max(width, height) / max(1, min(width, height))
    if width + height > MAX_SUM_OF_SIDES or ratio > MAX_RATIO:
        raise PictureError("PHOTO_INVALID_DIMENSIONS")


def _shrink(image: Image.Image, side: int, description: str) -> Picture:
    small = ImageOps.contain(image, (side, side)) if side < max(image.size) else image
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY, comment=description.encode() or None)
    return Picture(buffer.getvalue(), *small.size)
