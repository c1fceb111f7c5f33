"""Finds the paragraphs, lists, headings and aligned columns of plain text, in linear time."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Final

from personal_bot.documents.converters.content import SEGMENT_CHARS, Block, BlockKind

_ITEM: Final = re.compile(
    r"[ \t]*(?:[-*+•·▪‣◦●○■□–]|\(?\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,5}[.)]?"
    r"|\(?[a-zа-яё][)])[ \t]+(?=\S)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[ \t]*\(?(\d{1,3}(?:\.\d{1,3})*)")
_CHAPTER: Final = re.compile(
    r"(?:глава|раздел|часть|статья|приложение|chapter|section|part|article|appendix|§)\s*"
    r"(?:№\s*)?[\dIVXLCА-ЯA-Z]{1,6}\b",
    re.IGNORECASE,
)
_UNDERLINE: Final = re.compile(r"[ \t]*(?:={3,}|-{3,}|~{3,}|\*{3,})[ \t]*")
_SENTENCE_END: Final = (".", ",", ";", ":", "!", "?", "…", "-", "—")
_HEADING_CHARS: Final = 100
_GAP: Final = re.compile(r"(?<=\S)(?: {2,}|[ ]*\t+[ \t]*)(?=\S)")
_CELL: Final = re.compile(r"(?<=  )\S+(?: \S+)*")  # after a gap
_FRAME: Final = re.compile(r"[ \t]*[|+│║┌╔├╠└╚┃━─═].*[|+│║┐╗┤╣┘╝┃━─═][ \t]*")
_CODE_END: Final = (";", "{", "}", "(", ")", "[", "]", ",", "\\")
_DEEPEST: Final = 6


def read_paragraphs(text: str) -> Iterator[Block]:
    """Yield the blocks of a text; blank lines separate paragraphs, which keep their line ends."""
    stanzas = chain(_find_stanzas(text), [[]])
    for stanza, following in pairwise(stanzas):
        for block in _read_stanza(stanza, following):
            for segment in cut_segments(block.text):
                yield block._replace(text=segment)


def cut_segments(text: str) -> Iterator[str]:
    """Yield a long text in segments, cut at line ends, or else at spaces."""
    start = 0
    while len(text) - start > SEGMENT_CHARS:
        latest = start + SEGMENT_CHARS
        ends = (text.rfind(end, start + SEGMENT_CHARS // 2, latest) + 1 for end in ("\n", " "))
        end = next((end for end in ends if end), latest)
        yield text[start:end]
        start = end
    yield text[start:]


def _find_stanzas(text: str) -> Iterator[list[str]]:
    stanza: list[str] = []
    for line in io.StringIO(text, newline=None):
        if line.isspace():
            if stanza:
                yield stanza
                stanza = []
        else:
            stanza.append(line.rstrip())
    if stanza:
        yield stanza


def _read_stanza(lines: list[str], following: list[str]) -> Iterator[Block]:
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and _may_be_heading(lines[0]):
        level = 1 if "=" in lines[1] else 2
        yield Block(lines[0].strip(), BlockKind.HEADING, level)
        lines = lines[2:]
    elif lines and (level := _find_heading(lines, following)):
        yield Block(lines[0].strip(), BlockKind.HEADING, level)
        lines = lines[1:]
    if _is_aligned(lines):
        yield Block("\n".join(lines), BlockKind.CODE)
    elif lines:
        yield from _read_items(lines)


def _find_heading(lines: list[str], following: list[str]) -> int:
    """Return the level of the heading that the first line clearly is, or 0."""
    line, after = lines[0].strip(), [*lines[1:2], *following[:1]][:1]
    if not after or not _may_be_heading(line):
        return 0
    number = _NUMBER.match(line)
    depth = number[1].count(".") + 2 if number else 1
    letters = [char for char in line if char.isalpha()]
    goes_on = after[0].isupper() and not (_ITEM.match(after[0]) or _CHAPTER.match(after[0]))
    if len(letters) > 3 and line.isupper() and not goes_on:
        return min(depth, _DEEPEST)
    if len(lines) > 1:
        return 0
    if _CHAPTER.match(line):
        return 1
    # A number alone on its line is an item if another item of the same depth follows.
    below = _NUMBER.match(after[0])
    is_item = below and number and below[1].count(".") <= number[1].count(".")
    return min(depth, _DEEPEST) if number and _ITEM.match(line) and not is_item else 0


def _may_be_heading(line: str) -> bool:
    return (
        len(line) <= _HEADING_CHARS
        and not line.endswith(_SENTENCE_END)
        and any(map(str.isalpha, line))
        and not _GAP.search(line.strip())
    )


def _is_aligned(lines: list[str]) -> bool:
    """Tell whether spaces in the lines have a meaning: columns, frames or indented code."""
    if len(lines) < 2:
        return False
    if sum(bool(_FRAME.fullmatch(line)) for line in lines) > len(lines) / 2:
        return True
    if all(line.startswith(("    ", "\t")) for line in lines):
        indents = {len(line) - len(line.lstrip()) for line in lines}
        code = sum(line.endswith(_CODE_END) or "=" in line for line in lines)
        return len(indents) > 1 or code > len(lines) / 3
    cells = [[match.span() for match in _CELL.finditer(line.expandtabs())] for line in lines]
    divided = [spans for spans in cells if spans]
    least = max(2, 0.6 * len(lines))
    if len(divided) < least:
        return False
    # Left-aligned columns begin, and right-aligned ones end, at the same places.
    starts = Counter(start for spans in divided for start, _ in spans)
    ends = Counter(end for spans in divided for _, end in spans)
    if max(*starts.values(), *ends.values()) >= least:
        return True
    alike = sum(len(one) == len(other) > 1 for one, other in pairwise(divided))
    return alike > len(divided) / 2 or sum("\t" in line for line in lines) > len(lines) / 2


def _read_items(lines: list[str]) -> Iterator[Block]:
    """Yield a paragraph, or items where a line with a marker begins or continues a list."""
    block: list[str] = []
    level: int | None = None  # of the item that `block` is; None for a paragraph
    indents: list[int] = []
    for line in lines:
        marker = _ITEM.match(line)
        begins = marker and (not block or level is not None or block[-1].endswith((":", ";")))
        if marker and begins:
            if block:
                yield _make(block, level)
            level = _find_level(line, indents)
            block = []
        block.append(line if level is None else line.strip())
    if block:
        yield _make(block, level)


def _make(lines: list[str], level: int | None) -> Block:
    text = "\n".join(lines)
    return Block(text) if level is None else Block(text, BlockKind.ITEM, level)


def _find_level(line: str, indents: list[int]) -> int:
    """Return the depth of an item; `indents` are those of the items around it, and updated."""
    indent = len(line) - len(line.lstrip())
    while indents and indents[-1] >= indent:
        indents.pop()
    indents.append(indent)
    number = _NUMBER.match(line)
    return min(max(len(indents) - 1, number[1].count(".") if number else 0), _DEEPEST)
