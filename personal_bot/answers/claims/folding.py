"""Text in one spelling, so that an answer and its passages can be compared."""

import re

_SPACES = "\t\r\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"
_HYPHENS = "‐‑‒–—−"
_SAME = (*((space, " ") for space in _SPACES), *((hyphen, "-") for hyphen in _HYPHENS))
_LETTERS = (("ё", "е"), ("’", "'"))
_OTHER = re.compile(r"[\W_]+")
_GAP = re.compile(r"\s+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")


def fold(text: str) -> str:
    """Return a text of the same length in lower case, with plain spaces and hyphens."""
    lower = text.lower()
    if len(lower) != len(text):  # as with İ
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for old, new in (*_SAME, *_LETTERS):  # faster than `translate`
        lower = lower.replace(old, new)
    return lower


def flatten(text: str) -> str:
    """Return a text on one line, without invisible characters."""
    return _GAP.sub(" ", _INVISIBLE.sub("", text))


def squeeze(folded: str) -> str:
    """Return the letters and digits of a folded text."""
    return _OTHER.sub("", folded)


def blank(text: str, ranges: list[tuple[int, int]]) -> str:
    """Return a text of the same length with spaces in these ranges, which are ordered."""
    parts = []
    position = 0
    for start, end in ranges:
        if start >= position:
            parts += [text[position:start], " " * (end - start)]
            position = end
    return "".join([*parts, text[position:]])
