"""Paragraphs, list items and headings of a PDF page, made from lines of one flow of text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf.lines import Line, has_letters, join_hyphenation

_BULLET: Final = re.compile(r"[•◦▪▫‣⁃●○■□◆◇➢➤►✓✔✗☐☑☒*]\s+(?=\S)")
# Within a sentence, a line can begin with a dash or a number, too.
_MARKER: Final = re.compile(
    r"(?:[·–—-]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]|[a-zA-Zа-яА-ЯёЁ]\))"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s+[A-ZА-ЯЁ]))\s+(?=\S)"
)
_SENTENCE_END: Final = (".", "!", "?", ":", ";", "…", ".»", ".”", '."', ".)")
_JOINT: Final = "\v"  # the end of a line within a sentence; no word holds it
_HEADING_CHARS: Final = 200
_HEADING_LINES: Final = 3
_RESIZED: Final = 0.12  # of the font size; lines that differ by more are different paragraphs
_LEVELS: Final = ((1.7, 1), (1.35, 2), (1.15, 3))  # the least share of the body's font size
_BOLD_LEVEL: Final = 4


@dataclass(slots=True)
class Piece:
    """Lines that form a paragraph, an item or a heading; `breaks` tells which lines end early."""

    lines: list[Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    breaks: frozenset[int] = frozenset()

    @property
    def y0(self) -> float:
        return self.lines[0].y0

    @property
    def y1(self) -> float:
        return self.lines[-1].y1

    @property
    def text(self) -> str:
        kept = frozenset() if self.kind is BlockKind.HEADING else self.breaks
        parts = [self.lines[0].text]
        for number, line in enumerate(self.lines[1:]):
            parts += ("\n" if number in kept else _JOINT, line.text)
        return join_hyphenation("".join(parts)).replace(_JOINT, " ")


def read_flow(lines: Sequence[Line], page_right: float = 0.0) -> Iterator[Piece]:
    """Yield the paragraphs and items of lines that follow one another.

    `page_right` is the end of the lines if they do not show it themselves.
    """
    if not lines:
        return
    left = min(line.x0 for line in lines)
    right = _find_right(lines, page_right)
    steps = [after.y1 - before.y1 for before, after in pairwise(lines) if after.y1 > before.y1]
    pitch = median(steps) if steps else 0.0
    start = 0
    breaks: set[int] = set()
    for number in range(1, len(lines) + 1):
        if number < len(lines):
            before, line = lines[number - 1], lines[number]
            ends_early = _ends_early(before, line, left, right)
            if not _begins(lines[start:number], line, left, pitch, ends_early):
                if ends_early:
                    breaks.add(number - 1 - start)
                continue
        piece = Piece(list(lines[start:number]), breaks=frozenset(breaks))
        if _is_item(piece.lines[0].text) and has_letters(piece.text):
            piece.kind = BlockKind.ITEM
        yield piece
        start, breaks = number, set()


def _find_right(lines: Sequence[Line], page_right: float) -> float:
    right = max(line.x1 for line in lines)
    left = min(line.x0 for line in lines)
    full = sum(line.x1 > right - max(3 * line.size, 0.15 * (right - left)) for line in lines)
    within = sum(line.text[:1].islower() for line in lines)
    is_wide = 2 * (right - left) > page_right - left or 2 * within >= len(lines)
    if (
        is_wide
        and full >= min(3, len(lines) - 1) >= 2
        and (2 * full >= len(lines) or 3 * within >= len(lines))
    ):
        return right
    return max(right, page_right)


def _ends_early(line: Line, following: Line, left: float, right: float) -> bool:
    """Tell whether the first word of the following line would have had a place on this one."""
    word = following.words[0]
    if following.text[:1].islower() and line.x1 - left > 0.6 * (right - left):
        return False
    return line.x1 + 0.3 * word.size + word.x1 - word.x0 < right - 0.5 * word.size


def _begins(piece: Sequence[Line], line: Line, left: float, pitch: float, ends_early: bool) -> bool:
    """Tell whether a line begins a new paragraph below the lines of `piece`."""
    before = piece[-1]
    is_complete = before.text.endswith(_SENTENCE_END)
    if line.y1 < before.y0:  # the top of the next column
        return is_complete or not line.text[:1].islower()
    step = line.y1 - before.y1
    indent = line.x0 - before.x0
    is_shifted = abs(indent) > 0.8 * line.size
    if (
        step > min(1.35 * pitch, 2.6 * line.size)
        or _is_printed_differently(before, line)
        or _BULLET.match(line.text)
        or (_is_item(line.text) and (ends_early or is_complete or is_shifted))
        or (ends_early and is_complete)
    ):
        return True
    if _is_item(piece[0].text):
        is_outside = line.x0 < piece[0].x0 - 0.8 * line.size
        return is_outside and (ends_early or is_complete)
    return is_shifted and indent > 0 and before.x0 - left < 0.5 * line.size and is_complete


def _is_printed_differently(line: Line, other: Line) -> bool:
    have_letters = has_letters(line.text) and has_letters(other.text)
    return abs(line.size - other.size) > _RESIZED * max(line.size, other.size) or (
        have_letters and line.is_bold != other.is_bold
    )


def _is_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _MARKER.match(text))


def continues(piece: Piece, following: Piece) -> bool:
    """Tell whether a sentence at the end of a column goes on at the top of the next one."""
    first, last = following.lines[0], piece.lines[-1]
    return (
        following.kind is BlockKind.PARAGRAPH
        and first.text[:1].islower()
        and not last.text.endswith(_SENTENCE_END)
        and abs(first.size - last.size) <= _RESIZED * last.size
    )


def set_levels(pieces: Iterable[Piece]) -> None:
    """Set the depth of list items by their indentation."""
    indents: list[float] = []
    for piece in pieces:
        if piece.kind is not BlockKind.ITEM:
            indents = []
            continue
        x = piece.lines[0].x0
        half = 0.5 * piece.lines[0].size
        indents = [indent for indent in indents if indent < x - half]
        piece.level = len(indents)
        indents.append(x)


def find_headings(pieces: Sequence[Piece], body_size: float) -> None:
    """Turn pieces into headings that are larger than most text, or bold among plain text."""
    letters = sum(len(piece.text) for piece in pieces)
    bold = sum(len(piece.text) for piece in pieces if _is_bold(piece))
    for number, piece in enumerate(pieces):
        level = _find_level(piece, body_size, bold_counts=2 * bold < letters)
        is_last = number == len(pieces) - 1
        if level and not (is_last and level == _BOLD_LEVEL):
            piece.kind, piece.level = BlockKind.HEADING, level


def _find_level(piece: Piece, body_size: float, *, bold_counts: bool) -> int:
    text = piece.text
    if (
        len(piece.lines) > _HEADING_LINES
        or len(text) > _HEADING_CHARS
        or not has_letters(text)
        or any(word.is_placed for line in piece.lines for word in line.words)
    ):
        return 0
    ratio = min(line.size for line in piece.lines) / body_size if body_size else 0.0
    for least, level in _LEVELS:
        if ratio >= least:
            return level
    is_label = text.endswith((".", ",", ";", ":")) or len(text.split()) > 20
    return _BOLD_LEVEL if bold_counts and _is_bold(piece) and not is_label and ratio > 0.9 else 0


def _is_bold(piece: Piece) -> bool:
    return all(line.is_bold for line in piece.lines) and has_letters(piece.text)
