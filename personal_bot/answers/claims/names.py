"""Finds names in an answer, capitalized words within a sentence, and compares them.

Names are compared by what is left without an ending of Russian declension: Snowball's stems, which
the index uses, tell `Иванов` from `Ивановым`, because `-ов` is an ending of other words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’-][^\W\d_]+)*(?!\w)")
_BOUNDARY = re.compile(r"[.!?…:;«„“”\"(\[|•>·\n]\s*\Z")
_INITIAL = re.compile(r"(?<![^\W\d_])[^\W\d_]\.\s*\Z")
_ENDINGS_OF_NAMES = """
а я у ю е и ы о й ь ом ем ой ей ою ею ым им ых их ого его ому ему ую юю ая яя ое ее ые ие ами ями ам
ям ах ях ов ев ий ый ии ью ыми ими 's s es ies y 'а
"""
_ENDINGS = frozenset(_ENDINGS_OF_NAMES.split())
_LONGEST_ENDING = 3  # letters
_SHORTEST_BASE = 3  # letters
_FLEETING = re.compile(r"(?<=[^\W\d_аеиоуыэюя]{1})[ео](?=[лцкнр]\Z)")  # Павел, Павла
_ROMAN = re.compile(r"[IVXLC]+")
_ROMAN_WORD = re.compile(r"(?<!\w)[IVXLC]{1,8}(?!\w)")
_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_POLITE = re.compile(r"[Вв](?:ы|ас|ам|ами|аш\w{0,3})|I(?:['’]\w+)?")
_OTHER_WORDS = """
yes no ok mr mrs ms dr prof st inc ltd english russian german
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec да нет
"""
_NO_NAMES = frozenset(_OTHER_WORDS.split())
_FEW = 4  # words
_LONG = 4  # letters
_TITLE = 0.85  # of the long words
_ENOUGH = 4_000  # characters to tell a script by
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[a-zà-öø-ÿ\u0100-\u017f]")
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|nicht|mit|für|von|wird|beträgt)\b")
_ENGLISH = re.compile(r"\b(?:the|and|of|is|to|in|was)\b")


@dataclass(frozen=True)
class Name:
    """A capitalized word at `text[start:end]`."""

    start: int
    end: int
    text: str


def find_names(text: str, start: int, end: int) -> Iterator[Name]:
    """Find capitalized words in a sentence, but not at its start and not in a title."""
    words = list(_WORD.finditer(text, start, end))[1:]
    capitalized = [
        word for word in words if word[0][0].isupper() and not _is_start(text, start, word.start())
    ]
    long = [word[0] for word in words if len(word[0]) >= _LONG] if capitalized else []
    if len(long) > _FEW and sum(word[0].isupper() for word in long) > _TITLE * len(long):
        return
    for word in capitalized:
        if _may_be_name(word[0]):
            yield Name(*word.span(), word[0])


def _is_start(text: str, start: int, position: int) -> bool:
    before = text[max(start, position - 6) : position].rstrip(" *_~")
    return bool(_BOUNDARY.search(before)) and not _INITIAL.search(before)


def _may_be_name(word: str) -> bool:
    if len(word) < 2 or _ROMAN.fullmatch(word) or _POLITE.fullmatch(word):
        return False
    return word.lower() not in _NO_NAMES


@lru_cache(maxsize=8_192)
def list_bases(word: str) -> frozenset[str]:
    """Return the forms of a folded word that all cases of a name share, at least one of them."""
    bases = {word}
    for length in range(1, min(_LONGEST_ENDING, len(word) - _SHORTEST_BASE) + 1):
        if word[-length:] in _ENDINGS:
            bases.add(word[:-length])
    return frozenset(bases | {_FLEETING.sub("", base) for base in bases})


def is_cyrillic(text: str) -> bool:
    """Tell whether most letters of a text are Cyrillic."""
    folded = text[:_ENOUGH].lower()
    return len(_CYRILLIC.findall(folded)) > len(_LATIN.findall(folded))


def capitalizes_nouns(folded: str) -> bool:
    """Tell whether a text is German, where capital letters make no name."""
    german = len(_GERMAN.findall(folded))
    return german > 2 and german > len(_ENGLISH.findall(folded))


def read_roman(text: str) -> Iterator[int]:
    """Yield the Roman numerals in a text, as in `XVIII век`."""
    for match in _ROMAN_WORD.finditer(text):
        values = [_DIGITS[letter] for letter in match[0]]
        yield sum(-one if one < after else one for one, after in pairwise([*values, 0]))
