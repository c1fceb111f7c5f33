"""Finds sentences, so that passages are not cut in the middle of one."""

import re
from collections.abc import Iterator

import sentencex

PIECE = 20_000  # characters searched at once: the search blocks all other threads

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_CONTINUES = re.compile(r"\s*[a-zа-яё—–,;)»]")
# Ends in an abbreviation of single letters, such as «т. е.», that sentencex takes for an end.
_ABBREVIATED = re.compile(r"(?:^|[\s(])[a-zа-я]\.\s?[a-zа-я]\.\s*$")


def find_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence, without surrounding whitespace; O(length)."""
    for first, last in _cut_pieces(text):
        start = first
        for end in _find_ends(text[first:last]):
            yield from _trim(text, start, first + end)
            start = first + end


def _find_ends(piece: str) -> Iterator[int]:
    language = "ru" if _CYRILLIC.search(piece) else "en"
    boundaries = sentencex.get_sentence_boundaries(language, piece)
    ends = [boundary["end_index"] for boundary in boundaries]
    for end in ends[:-1]:
        if not _CONTINUES.match(piece, end) and not _ABBREVIATED.search(piece[end - 12 : end]):
            yield end
    yield len(piece)


def _cut_pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind(mark, start + PIECE // 2, start + PIECE) for mark in ("\n", ". ", " "))
        end = end + 1 if end > 0 else start + PIECE
        yield start, end
        start = end
    yield start, len(text)


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if stripped := part.strip():
        start += len(part) - len(part.lstrip())
        yield start, start + len(stripped)
