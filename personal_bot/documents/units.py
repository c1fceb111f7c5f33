"""Cuts blocks into units: sentences, list items, table rows and lines of code.

A passage consists of whole units. Only a unit longer than a passage is cut itself, between words.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from personal_bot.documents.converters.content import (
    PASSAGE_CHARS,
    PASSAGE_WORDS,
    Block,
    BlockKind,
    close_fence,
)
from personal_bot.documents.sentences import find_sentences
from personal_bot.process.yielding import yield_interpreter

_TURN = 200  # units between two moments for other threads: about 1 ms
_BREAKS = ("\n", "; ", ", ", " ")  # where a long sentence is cut, best first


class Cut(IntEnum):
    """How well a passage can begin with a unit."""

    NEVER = 0  # it belongs to the unit before it
    SENTENCE = 1
    PARAGRAPH = 2  # or a row, a list item, a line of code
    BLOCK = 3  # a table, a list or code begins or has ended


class Unit(NamedTuple):
    """A part of a section's text.

    A passage that begins with the unit shows `lead` first, and one that ends with it shows `tail`
    last, because the section's text shows them elsewhere.
    """

    start: int
    end: int
    words: int
    cut: Cut
    lead: str = ""
    tail: str = ""


def cut_block(block: Block, offset: int, cut: Cut, lead: str) -> Iterator[Unit]:
    """Yield the units of a block whose text begins at `offset`; `cut` is that of the first."""
    if block.kind in {BlockKind.TABLE, BlockKind.CODE}:
        units = _cut_lines(block, offset, cut, lead)
    else:
        units = _cut_prose(block.text, offset, cut, lead if block.kind is BlockKind.ITEM else "")
    for number, unit in enumerate(units):
        if number % _TURN == 0:
            yield_interpreter()
        yield unit


def count_words(text: str) -> int:
    return len(text.split())


def _cut_prose(text: str, offset: int, cut: Cut, lead: str) -> Iterator[Unit]:
    for start, end in find_sentences(text):
        for first, last in _cut_long(text, start, end):
            words = count_words(text[first:last])
            yield Unit(offset + first, offset + last, words, cut, lead)
            cut = Cut.SENTENCE


def _cut_lines(block: Block, offset: int, cut: Cut, lead: str) -> Iterator[Unit]:
    tail = close_fence(lead) if block.kind is BlockKind.CODE else ""
    start = 0
    for line in block.text.split("\n"):
        end = start + len(line)
        if line.strip():
            for first, last in _cut_long(block.text, start, end):
                words = count_words(block.text[first:last])
                yield Unit(offset + first, offset + last, words, cut, lead, tail)
                cut = Cut.PARAGRAPH
        else:  # a blank line within code
            cut = max(cut, Cut.BLOCK)
        start = end + 1


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of parts that fit into a passage."""
    while end - start > PASSAGE_CHARS or count_words(text[start:end]) > PASSAGE_WORDS:
        latest = start + _measure_words(text[start : min(end, start + PASSAGE_CHARS)])
        middle = start + (latest - start) // 2
        places = ((text.rfind(mark, middle, latest), mark) for mark in _BREAKS)
        place, mark = next((found for found in places if found[0] > 0), (latest, ""))
        yield start, place + len(mark.rstrip(" \n"))
        start = place + len(mark)
    if end > start:
        yield start, end


def _measure_words(text: str) -> int:
    """Return the length of the first `PASSAGE_WORDS` words."""
    for number, match in enumerate(re.finditer(r"\S+", text), start=1):
        if number == PASSAGE_WORDS:
            return match.end()
    return len(text)
