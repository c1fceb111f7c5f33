"""Tells emphasis of words from what only looks like it: expressions, file names, identifiers."""

import re

# What may stand before and after emphasis, apart from marks of other emphasis.
_BEFORE = re.compile(r"(?:^|[\s(\[{\"'«„“‘‹—–|•>])\Z")
_AFTER = re.compile(
    r"[*_~]{0,3}(?:\Z|[\s)\]}\[\"'»”’›—–|…]|[.,:;!?]+(?!\w)|-(?=[^\W\d_]))",
)
_NEVER_FIRST, _NEVER_LAST = r"./\,;:)]}=", r"/\([{="  # characters of emphasized text
_WORD = re.compile(r"\w")
_IDENTIFIER = re.compile(r"[!-~]+")
_DEEPEST_NESTING = 3  # marks of emphasis in a row


def is_emphasis(text: str, start: int, end: int, markup: str) -> bool:
    """Tell whether the marks at both ends of `text[start:end]` emphasize words.

    They stand around whole words, not inside one, and not around an identifier.
    """
    before = text[max(0, start - _DEEPEST_NESTING - 1) : start]
    outside = before.rstrip("*_~")
    content = text[start + len(markup) : end - len(markup)]
    if before and not outside and len(before) > _DEEPEST_NESTING:
        return False
    if not (_BEFORE.search(outside) and _AFTER.match(text, end) and _WORD.search(content)):
        return False
    if content[0] in _NEVER_FIRST or content[-1] in _NEVER_LAST:
        return False
    if markup[0] == "_" and _IDENTIFIER.fullmatch(content):
        return markup == "_" and content.rstrip(".,:;!?").isalpha()
    return True
