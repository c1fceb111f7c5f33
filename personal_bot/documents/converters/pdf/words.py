"""The words of a PDF page with their places, composed from single glyphs as PDFium reports them.

Places are in points, in a frame in which most text of the page runs from left to right and `y`
grows downwards, however the page is rotated.
"""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personal_bot.documents.converters.pdf.boxes import Box, turn, turn_back

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_WORD_GAP: Final = 0.15  # of the font size; wider gaps separate words
_SAME_LINE: Final = 0.3  # of the font size, by which glyphs of a word may be raised or lowered
_RESIZED: Final = 0.08  # of the font size: glyphs of another size that are raised are no letters
_RAISED: Final = 0.12
_SLANT: Final = 15  # degrees, from which on text is neither upright nor turned by 90 degrees
_SLANTED: Final = -1  # instead of an angle
_FAR: Final = 1e5  # points, beyond any page
_BOLD: Final = re.compile(r"bold|black|heavy|semib|demib", re.IGNORECASE)
_STROKED: Final = 2  # text render mode: filled and stroked, which imitates bold
_HYPHENS: Final = {0x02: "-", 0xFFFE: "-"}  # how PDFium reports a hyphen at the end of a line
_SYMBOLS: Final = {
    **dict.fromkeys([0xF0A7, 0xF0B7, 0xF0D8, 0xF076, 0xF09F, 0xF06C, 0xF06E], "•"),
    **dict.fromkeys([0xF06F, 0xF070, 0xF071, 0xF0A8], "☐"),
    **dict.fromkeys([0xF0FE, 0xF052], "☑"),
    **dict.fromkeys([0xF0FD, 0xF078, 0xF054], "☒"),
    **dict.fromkeys([0xF0FC, 0xF050], "✓"),
    0xF0FB: "✗",
    0xF0E0: "→",
    0xF001: "fi",
    0xF002: "fl",
}  # glyphs of Wingdings and its like, in the private use area


@dataclass(slots=True)
class Word:
    """A run of glyphs without a space.

    `unknown` counts glyphs whose characters the file does not tell. A `placed` word is not printed
    on the page: a value of a form's field, a comment or the target of a link.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    is_bold: bool = False
    unknown: int = 0
    is_placed: bool = False

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        return self.y1 - self.y0


class _Font(NamedTuple):
    """What all glyphs of one text object have in common."""

    size: float
    angle: int
    is_bold: bool
    is_suspect: bool  # the first glyph has no known character


def read_words(page: "PdfTextPage") -> tuple[int, list[Word], list[Word], list[Word]]:
    """Return the angle of most text, the words at this angle, other lines and slanted texts."""
    words: dict[int, list[Word]] = {}
    for angle, word in _compose(page):
        words.setdefault(angle, []).append(word)
    slanted = words.pop(_SLANTED, [])
    main = max(words, key=lambda angle: sum(len(word.text) for word in words[angle]), default=0)
    others = [
        _turn_word(word, angle, main)
        for angle, group in words.items()
        if angle != main
        for word in _join_lines(group)
    ]
    return main, words.get(main, []), others, [_turn_word(word, 0, main) for word in slanted]


def _compose(page: "PdfTextPage") -> Iterator[tuple[int, Word]]:
    from pypdfium2 import raw  # noqa: PLC0415 - loads the library

    handle = page.raw
    get_unicode, get_object, get_box, has_error = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetTextObject,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_HasUnicodeMapError,
    )
    rectangle = raw.FS_RECTF()
    address, font = 0, _Font(0.0, 0, False, False)
    word: Word | None = None
    for index in range(page.count_chars()):
        found = get_object(handle, index)
        if not found:  # a space or line end that PDFium has inserted
            continue
        code = get_unicode(handle, index)
        if (current := ctypes.addressof(found.contents)) != address:
            previous, font = font, _read_font(handle, index, found)
            address = current
            if word and (previous.angle != font.angle or font.angle == _SLANTED):
                yield previous.angle, word
                word = None
        text = _HYPHENS.get(code) or _SYMBOLS.get(code) or chr(code)
        is_space = text.isspace() or code == 0x200B
        if is_space and not (word and font.angle == _SLANTED):
            if word:
                yield font.angle, word
            word = None
            continue
        get_box(handle, index, rectangle)
        box = turn(_bound(rectangle), max(font.angle, 0))
        unknown = _is_unknown(text) or (font.is_suspect and has_error(handle, index) == 1)
        if word and _follows(box, word, font):
            word.text += text
            word.x0, word.x1 = min(word.x0, box.x0), max(word.x1, box.x1)
            word.y0, word.y1 = min(word.y0, box.y0), max(word.y1, box.y1)
            word.unknown += unknown
            continue
        if word:
            yield font.angle, word
        word = Word(text, *box, font.size or box.y1 - box.y0, font.is_bold, int(unknown))
    if word:
        yield font.angle, word


def _bound(rectangle: Any) -> Box:
    """Return a box of finite numbers."""
    box = Box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    if -_FAR < sum(box) < _FAR:
        return box
    return Box(*(min(max(-_FAR, side), _FAR) for side in box))


def _read_font(handle: Any, index: int, found: Any) -> _Font:
    from pypdfium2 import raw  # noqa: PLC0415

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, index, matrix)
    nominal = raw.FPDFText_GetFontSize(handle, index)
    size = abs(nominal) * math.hypot(matrix.c, matrix.d)
    size = size if 0 < size < _FAR else 0.0
    exact = math.degrees(math.atan2(matrix.b, matrix.a))
    angle = round(exact / 90) * 90
    is_slanted = abs(exact - angle) > _SLANT
    # A negative size turns the text.
    angle = _SLANTED if is_slanted else (angle + 180 * (nominal < 0)) % 360
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.c_int())
    is_bold = bool(_BOLD.search(name.value.decode("latin-1")))
    is_bold = is_bold or raw.FPDFTextObj_GetTextRenderMode(found) == _STROKED
    return _Font(size, angle, is_bold, raw.FPDFText_HasUnicodeMapError(handle, index) == 1)


def _is_unknown(text: str) -> bool:
    return text == "\ufffd" or unicodedata.category(text[0]) in {"Cc", "Co", "Cn"}


def _follows(box: Box, word: Word, font: _Font) -> bool:
    """Tell whether a glyph continues the word, to either side, since some scripts run left."""
    if font.angle == _SLANTED:  # all texts of an object, with its spaces
        return True
    size = max(font.size, word.size)
    raised = abs(box.y1 - word.y1)
    is_resized = abs(font.size - word.size) > _RESIZED * size
    if raised > _SAME_LINE * size or (is_resized and raised > _RAISED * size):
        return False
    gap = max(box.x0 - word.x1, word.x0 - box.x1)
    return -0.5 * size < gap < _WORD_GAP * size or (box.x0 == box.x1 and gap <= 0)


def _join_lines(words: Iterable[Word]) -> Iterator[Word]:
    """Join the words of each line, in their order."""
    line: Word | None = None
    for word in words:
        gap = word.x0 - line.x1 if line else 0.0
        if line and abs(word.y - line.y) < 0.5 * line.height and 0 <= gap < 2 * line.size:
            line.text += f" {word.text}"
            line.x1 = max(line.x1, word.x1)
            line.unknown += word.unknown
            continue
        if line:
            yield line
        line = word
    if line:
        yield line


def _turn_word(word: Word, angle: int, main: int) -> Word:
    box = turn(turn_back(Box(word.x0, word.y0, word.x1, word.y1), angle), main)
    word.x0, word.y0, word.x1, word.y1 = box
    return word


def count_sizes(words: Iterable[Word]) -> Counter[float]:
    """Count the characters of each font size, rounded to half a point."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(2 * word.size) / 2] += len(word.text)
    return sizes
