"""Normalizes text: no control characters, surrogates, soft hyphens, ligatures or odd spaces."""

import re
import unicodedata
from typing import Final

_SPACES: Final = dict.fromkeys(
    [0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "
)
_LINES: Final = {0x0B: "\n", 0x0C: "\n\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n\n"}
_LIGATURES: Final = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    0xF001: "fi",  # in old Apple fonts
    0xF002: "fl",
}
_DROPPED: Final = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in {0x09, 0x0A}),
        *range(0x7F, 0xA0),
        0xAD,  # soft hyphen
        0x061C,
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),  # text direction, which can disguise a text
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),  # surrogates
        *range(0xE000, 0xF900),  # private use: glyphs of symbol fonts
        *range(0xFDD0, 0xFDF0),
        0xFFFE,
        0xFFFF,
        *range(0xE0000, 0xE0080),  # tags, invisible
    ]
)
_TABLE: Final[dict[int, str | None]] = {**_DROPPED, **_SPACES, **_LINES, **_LIGATURES}
_LINE_END: Final = re.compile(r"\r\n?")
_SOFT_LINE_END: Final = re.compile("\u00ad[ \t]*\n[ \t]*")
_TRAILING: Final = re.compile(r"(?<![ \t])[ \t]+(?=\n)")  # linear for a run of spaces
_BLANKS: Final = re.compile(r"\n{3,}")
_NAME_CHARS: Final = 255  # limit of file systems
_NAME_END_CHARS: Final = 20  # kept of a longer name, including the suffix


def normalize(text: str) -> str:
    """Return the text trimmed, in NFC, with Unix line ends and no consecutive blank lines."""
    return normalize_code(text).strip()


def normalize_code(text: str) -> str:
    """Return the text as `normalize` does, but with the indentation of its first line."""
    text = _LINE_END.sub("\n", text)
    text = _SOFT_LINE_END.sub("", text).translate(_TABLE)
    text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub("\n\n", _TRAILING.sub("", text)).strip("\n").rstrip()


def normalize_line(text: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(normalize(text).split())


def normalize_name(text: str) -> str:
    """Return a file name on one line, without invisible characters, at most 255 long."""
    name = normalize_line(text)
    if len(name) <= _NAME_CHARS:
        return name
    return f"{name[: _NAME_CHARS - _NAME_END_CHARS - 1]}…{name[-_NAME_END_CHARS:]}"


def has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
