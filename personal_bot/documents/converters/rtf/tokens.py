"""Cuts an RTF file into groups, control words and text."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # a control word
    rb"|((?:\\'[0-9a-fA-F]{2}){1,200})"  # encoded characters
    rb"|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)


class Token(NamedTuple):
    """One of a brace, a control word with its number, encoded text, or a character."""

    word: str = ""  # also ``{`` and ``}``, and ``*`` before a destination that programs may skip
    number: int | None = None
    encoded: bytes = b""
    character: str = ""


_BRACES: Final = {
    b"{": Token("{"),
    b"}": Token("}"),
}
_SYMBOLS: Final = {
    b"*": Token("*"),
    b"~": Token(character="\u00a0"),
    b"_": Token(character="\u2011"),
    b"-": Token(character="\u00ad"),
    b"\\": Token(character="\\"),
    b"{": Token(character="{"),
    b"}": Token(character="}"),
    b"\r": Token("par"),
    b"\n": Token("par"),
}


def read_tokens(content: bytes) -> Iterator[Token]:
    position = 0
    while position < len(content):
        match = _TOKEN.match(content, position)
        if match is None:  # a backslash that ends the file
            return
        position = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if text is not None:
            yield Token(encoded=text)
        elif word == b"bin":  # followed by as many bytes of a picture
            position += max(int(number or 0), 0)
        elif word is not None:
            yield Token(word.decode(), None if number is None else int(number))
        elif code is not None:
            yield Token(encoded=bytes.fromhex(code.decode().replace("\\'", "")))
        elif brace is not None:
            yield _BRACES[brace]
        elif symbol in _SYMBOLS:
            yield _SYMBOLS[symbol]
