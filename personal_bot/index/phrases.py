"""Finds words, numbers and codes in a text exactly, however they are written there.

Words are found across line breaks and hyphenation, `1577` in `1,577`, `AB 1234` in `AB-12/34`;
letters are compared without case, and ё as е. Only the last word or number may go on: `Иванов` is
found in `Иванову`, too, and `1577` in `1,577.50`, ranked behind `Иванов` and `1,577.00`. The time
is linear in the length of the text.
"""

import re
from itertools import pairwise

from personal_bot.index.sparse import fold

LONGEST = 1_000  # characters; a phrase is looked for within one passage
WHOLE, BEGINNING = 0, 1  # ranks of a match

_PIECE = re.compile(r"[0-9]+|[^\W0-9_]+")
# Patterns begin with what the engine can look for fast, and then look back: three times as fast.
_HYPHENATION = re.compile(r"[-‐‑](?<=[^\W\d_].)[^\S\n]*\n\s*(?=[^\W\d_])")
_SPACED = re.compile(r"(?<![\w.,])\+?[0-9](?:[ ()-]{0,2}[0-9]){8,}(?![\w])")  # as of a phone
_GROUPED = re.compile(r"(?<![\w.,])[1-9][0-9]{0,2}(?:([ ,.'’])[0-9]{3})(?:\1[0-9]{3})*(?![0-9])")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_SHORT = 5  # letters before the digits of a code
_MANY = 7  # digits of a number that is written in groups of any length

_APART = r"[\W_]{1,4}"
_NEAR = r"[\W_]{0,4}"
_IN_CODE = r"[-‐‑‒–—−/_ .()]{0,2}"
_IN_NUMBER = r"[ ,.'’]?"


class Phrase:
    """A phrase to look for; nothing is found if it is empty or longer than `LONGEST`."""

    def __init__(self, text: str) -> None:
        folded = " ".join(fold(text).split()) if len(text) <= LONGEST else ""
        self._pattern = re.compile(_write_pattern(folded)) if folded else None

    def rank(self, text: str) -> int | None:
        """Return WHOLE if the text has the phrase, BEGINNING if its last word goes on, or None."""
        if self._pattern is None:
            return None
        best: int | None = None
        for match in self._pattern.finditer(_HYPHENATION.sub("", fold(text))):
            if not match["rest"]:
                return WHOLE
            best = BEGINNING
        return best


def _write_pattern(phrase: str) -> str:
    for grouped in (_SPACED, _GROUPED):
        phrase = grouped.sub(lambda match: _NOT_DIGITS.sub("", match[0]), phrase)
    pieces = [*_PIECE.finditer(phrase)]
    if not pieces:  # signs only
        return f"{re.escape(phrase)}(?P<rest>)"
    first, last = pieces[0][0], pieces[-1][0]
    codes = [_is_in_code(phrase, piece) for piece in pieces]
    look_back = r"(?<![0-9].)(?<![0-9][.,].)" if first.isdecimal() else r"(?<![^\W\d_].)"
    pattern = first[0] + look_back + _spell(first, codes[0])[1:]
    for (before, piece), in_code in zip(pairwise(pieces), codes[1:], strict=True):
        pattern += _join(before[0], phrase[before.end() : piece.start()], piece[0], in_code)
        pattern += _spell(piece[0], in_code)
    if last.isdecimal():
        return rf"{pattern}(?![0-9])(?:[.,]0+(?![0-9]))?(?P<rest>(?:[.,][0-9]+)*)"
    return rf"{pattern}(?P<rest>[^\W\d_]*)"


def _is_in_code(phrase: str, piece: re.Match[str]) -> bool:
    """Tell whether digits belong to a code, such as `AB-12/34`, or to a number, such as `1577`."""
    if not piece[0].isdecimal():
        return False
    start = phrase.rfind(" ", 0, piece.start()) + 1
    end = phrase.find(" ", piece.end())
    word = phrase[start : end if end >= 0 else None]
    before = phrase[: max(0, start - 1)].rpartition(" ")[2]
    return (
        any(character.isalpha() for character in word)
        or len(piece[0]) >= _MANY
        or (before.isalpha() and len(before) <= _SHORT)
    )


def _spell(piece: str, in_code: bool) -> str:
    if not piece.isdecimal():
        return piece
    if in_code:
        return _IN_CODE.join(piece)
    first = len(piece) % 3 or 3
    groups = [piece[:first], *(piece[at : at + 3] for at in range(first, len(piece), 3))]
    return _IN_NUMBER.join(groups)


def _join(before: str, gap: str, after: str, in_code: bool) -> str:
    if before.isdecimal() and after.isdecimal():
        return _NEAR if in_code else _APART
    are_words = not before.isdecimal() and not after.isdecimal()
    return _APART if are_words and " " in gap else _NEAR
