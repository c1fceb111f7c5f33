"""Finds the encoding of text in RTF, which depends on its font."""

import codecs
from dataclasses import dataclass
from typing import Final

from personal_bot.documents.converters.office.symbols import is_symbol_font, translate

_CHARSETS: Final = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_CODE_PAGES: Final = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_UNUSUAL: Final = {10000: "mac_roman", 10007: "mac_cyrillic", 65001: "utf-8"}


@dataclass
class Font:
    encoding: str = ""  # of the document if empty
    name: str = ""


class Fonts:
    """The fonts of a document, and the encoding of text in each."""

    def __init__(self) -> None:
        self._fonts: dict[int, Font] = {}
        self._current = Font()  # while the table of fonts is read
        self._default = 0
        self._encoding = "cp1252"  # of the document

    def set_default(self, word: str, number: int | None) -> None:
        """Handle ``deff``, or ``ansi``, ``mac``, ``pc``, ``pca`` or ``ansicpg``."""
        if word == "deff":
            self._default = number or 0
            return
        name = _CODE_PAGES.get(word) or _UNUSUAL.get(number or 0, f"cp{number}")
        try:
            self._encoding = codecs.lookup(name).name
        except LookupError:
            return

    def define(self, word: str, number: int | None) -> None:
        """Handle a control word of the table of fonts."""
        if word == "f":
            self._current = self._fonts[number or 0] = Font()
        elif word == "fcharset":
            self._current.encoding = _CHARSETS.get(number or 0, "")
        elif word == "cpg" and number:
            self._current.encoding = f"cp{number}" if f"cp{number}" in _CHARSETS.values() else ""

    def name(self, text: str) -> None:
        self._current.name = (self._current.name + text).partition(";")[0][:100]

    def decode(self, encoded: bytes, number: int | None) -> str:
        """Return text in a font as people see it."""
        font = self._find(number)
        if is_symbol_font(font.name):
            return translate(encoded.decode("latin-1"), font.name)
        return encoded.decode(font.encoding or self._encoding, "replace")

    def translate(self, text: str, number: int | None) -> str:
        """Return Unicode text in a font as people see it."""
        return translate(text, self._find(number).name)

    def _find(self, number: int | None) -> Font:
        return self._fonts.get(self._default if number is None else number, Font())
