"""Reads the elements of a DOCX that stand for text, and whether and how a run is shown."""

import re
from collections.abc import Callable
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.equations import read_equation
from personal_bot.documents.converters.office.package import read_attribute, read_tag
from personal_bot.documents.converters.office.symbols import is_symbol_font, translate
from personal_bot.documents.converters.word.page_breaks import Break
from personal_bot.documents.converters.word.structure import is_on, iterate
from personal_bot.documents.converters.word.styles import Styles

_CODE: Final = re.compile("[0-9A-Fa-f]{1,5}")


def read_look(properties: etree._Element, styles: Styles, *, is_hidden: bool) -> tuple[str, bool]:
    """Return the symbol font of a run, if it has one, and whether Word hides its text.

    `is_hidden` tells whether it hides the text of the paragraph.
    """
    font = ""
    for child in properties:
        tag = read_tag(child)
        if tag == "rFonts":
            names = (str(value) for value in child.values())
            font = next((name for name in names if is_symbol_font(name)), "")
        elif tag == "vanish":
            is_hidden = is_on(child)
        elif tag == "rStyle" and styles.hidden:
            is_hidden = is_hidden or read_attribute(child, "val") in styles.hidden
    return font, is_hidden


def _read_text(element: etree._Element) -> str:
    return translate(element.text or "")


def _read_break(element: etree._Element) -> str | Break:
    return Break.EXPLICIT if read_attribute(element, "type") == "page" else "\n"


def _read_symbol(element: etree._Element) -> str:
    code = read_attribute(element, "char") or ""
    font = read_attribute(element, "font") or ""
    return translate(chr(int(code, 16)), font) if _CODE.fullmatch(code) else ""


def _read_equation(element: etree._Element) -> str:
    return translate(read_equation(element))


def _read_equations(element: etree._Element) -> str:
    return "\n".join(map(_read_equation, iterate(element, "oMath")))


def _read_word_art(element: etree._Element) -> str:
    return read_attribute(element, "string") or ""


CHARACTERS: Final[dict[str, Callable[[etree._Element], str | Break]]] = {
    "t": _read_text,
    "tab": lambda _: "\t",
    "ptab": lambda _: "\t",
    "cr": lambda _: "\n",
    "noBreakHyphen": lambda _: "-",
    "br": _read_break,
    "lastRenderedPageBreak": lambda _: Break.SAVED,
    "sym": _read_symbol,
    "oMath": _read_equation,
    "oMathPara": _read_equations,
    "textpath": _read_word_art,
}
"""What each element stands for, by tag."""
