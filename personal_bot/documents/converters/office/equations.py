"""Writes Office equations on a line, as people type them: (a+b)/2, x^2, √(y), ∑_(i=1)^n a_i."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute, read_tag

_ATOM: Final = re.compile(r"[\w.,′'\u0300-\u036f]*|\([^()]*\)|\[[^\[\]]*\]|.")
_SCRIPT: Final = re.compile(r"\d[\d.,]*|[^\W\d_]+['′]*|['′]+|\([^()]*\)|\[[^\[\]]*\]|.")
_STYLED: Final = re.compile("[\U0001d400-\U0001d7ff\u210e]")  # letters in italic, script …
_ROOTS: Final = {"": "√", "3": "∛", "4": "∜"}
_OFF: Final = {"0", "false", "off"}
_OMITTED: Final = {"del", "moveFrom", "delText", "instrText"}


def read_equation(element: etree._Element) -> str:
    """Return the text of an equation, or of a part of one."""
    writer = _WRITERS.get(read_tag(element))
    return writer(element) if writer else _join(element)


def _join(element: etree._Element) -> str:
    return "".join(
        read_equation(child)
        for child in element
        if not (tag := read_tag(child)).endswith("Pr") and tag not in _OMITTED
    )


def _read(element: etree._Element, name: str) -> str:
    """Return the text of an argument, such as the numerator of a fraction."""
    child = element.find(f"{{*}}{name}")
    return "" if child is None else _join(child).strip()


def _read_property(element: etree._Element, name: str, default: str) -> str:
    """Return a property of an element; an explicit empty value counts."""
    for child in element:
        if read_tag(child).endswith("Pr"):
            found = child.find(f"{{*}}{name}")
            return default if found is None else read_attribute(found, "val") or ""
    return default


def bracket(text: str) -> str:
    """Put brackets around a text, unless it cannot be misunderstood without them."""
    return text if _ATOM.fullmatch(text) else f"({text})"


def _write_text(element: etree._Element) -> str:
    return _STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), element.text or "")


def _write_fraction(element: etree._Element) -> str:
    bar = "¦" if _read_property(element, "type", "bar") == "noBar" else "/"
    return f"{bracket(_read(element, 'num'))}{bar}{bracket(_read(element, 'den'))}"


def _write_root(element: etree._Element) -> str:
    hidden = _read_property(element, "degHide", "0")
    degree = "" if hidden not in _OFF else _read(element, "deg")
    sign = _ROOTS.get(degree) or f"√[{degree}]"
    return f"{sign}({_read(element, 'e')})"


def _write_scripts(element: etree._Element) -> str:
    scripts = script("_", _read(element, "sub")) + script("^", _read(element, "sup"))
    base = bracket(_read(element, "e"))
    return f"{scripts}{base}" if read_tag(element) == "sPre" else f"{base}{scripts}"


def script(mark: str, text: str) -> str:
    """Return a subscript or superscript with its mark, `_` or `^`; nothing if it is empty.

    Without brackets, 2x would not all belong to it.
    """
    if not text:
        return ""
    return f"{mark}{text}" if _SCRIPT.fullmatch(text) else f"{mark}({text})"


def _write_operator(element: etree._Element) -> str:
    """Write a sum, product or integral; without a character of its own, it is an integral."""
    sign = _read_property(element, "chr", "∫")
    limits = script("_", _read(element, "sub")) + script("^", _read(element, "sup"))
    return f"{sign}{limits} {_read(element, 'e')}"


def _write_limit(element: etree._Element) -> str:
    mark = "_" if read_tag(element) == "limLow" else "^"
    return f"{_read(element, 'e')}{script(mark, _read(element, 'lim'))}"


def _write_function(element: etree._Element) -> str:
    argument = _read(element, "e")
    space = "" if argument.startswith("(") else " "
    return f"{_read(element, 'fName')}{space}{argument}"


def _write_delimiters(element: etree._Element) -> str:
    separator = _read_property(element, "sepChr", "|")
    parts = [_join(part).strip() for part in element.iterfind("{*}e")]
    begin, end = _read_property(element, "begChr", "("), _read_property(element, "endChr", ")")
    return f"{begin}{separator.join(parts)}{end}"


def _write_rows(element: etree._Element) -> str:
    """Write a matrix, with brackets if it has none around it, or equations below each other."""
    if read_tag(element) == "eqArr":
        return _separate("; ", element.iterfind("{*}e"))
    rows = "; ".join(_separate(", ", row.iterfind("{*}e")) for row in element.iterfind("{*}mr"))
    around = element.getparent()
    outer = None if around is None else around.getparent()
    return rows if outer is not None and read_tag(outer) == "d" else f"[{rows}]"


def _separate(separator: str, parts: Iterable[etree._Element]) -> str:
    return separator.join(_join(part).strip() for part in parts)


def _write_accent(element: etree._Element) -> str:
    over = read_tag(element) == "acc"
    low = not over and _read_property(element, "pos", "bot") == "bot"
    mark = _read_property(element, "chr", "\u0302") if over else "\u0332" if low else "\u0305"
    text = _read(element, "e")
    return f"{text if len(text) == 1 else f'({text})'}{mark}"


def _write_phantom(element: etree._Element) -> str:
    return "" if _read_property(element, "show", "1") in _OFF else _join(element)


_WRITERS: Final[dict[str, Callable[[etree._Element], str]]] = {
    "t": _write_text,
    "f": _write_fraction,
    "rad": _write_root,
    "sSub": _write_scripts,
    "sSup": _write_scripts,
    "sSubSup": _write_scripts,
    "sPre": _write_scripts,
    "nary": _write_operator,
    "limLow": _write_limit,
    "limUpp": _write_limit,
    "func": _write_function,
    "d": _write_delimiters,
    "m": _write_rows,
    "eqArr": _write_rows,
    "acc": _write_accent,
    "bar": _write_accent,
    "phant": _write_phantom,
}
