"""Writes MathML on a line, as people type it: (a+b)/2, x^2, √(y), ∑_(i=1)^n a_i."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.equations import bracket, script
from personal_bot.documents.converters.office.package import read_tag

_LEAVES: Final = {"mi", "mn", "mo", "ms", "mtext"}
_SKIPPED: Final = {"annotation", "annotation-xml", "mphantom", "mspace", "none", "mprescripts"}
_ACCENTS: Final = {"^": "\u0302", "~": "\u0303", "¯": "\u0305", "‾": "\u0305", "→": "\u20d7"}


def read_math(element: etree._Element) -> str:
    """Return the text of a formula, or of a part of one."""
    tag = read_tag(element)
    if tag in _SKIPPED:
        return ""
    if tag in _LEAVES:
        return " ".join((element.text or "").split())
    writer = _WRITERS.get(tag)
    return writer(element) if writer else _join([*element])


def _join(elements: list[etree._Element]) -> str:
    """Join the parts of a row, with spaces around words such as `sin`."""
    texts = [text for text in map(read_math, elements) if text]
    pieces = texts[:1]
    for before, after in pairwise(texts):
        is_word = before.isalpha() and (len(before) > 1 or (after.isalpha() and len(after) > 1))
        pieces.append(f" {after}" if is_word and after[0].isalnum() else after)
    return "".join(pieces)


def _read_parts(element: etree._Element, count: int) -> list[str]:
    """Return the texts of the arguments; missing ones are empty."""
    texts = [read_math(child).strip() for child in element]
    return [*texts[:count], *[""] * (count - len(texts))]


def _write_fraction(element: etree._Element) -> str:
    above, below = _read_parts(element, 2)
    bar = "¦" if element.get("linethickness", "").startswith("0") else "/"
    return f"{bracket(above)}{bar}{bracket(below)}"


def _write_square_root(element: etree._Element) -> str:
    return f"√({_join([*element])})"


def _write_root(element: etree._Element) -> str:
    base, degree = _read_parts(element, 2)
    return f"√[{degree}]({base})" if degree else f"√({base})"


def _write_subscript(element: etree._Element) -> str:
    base, low = _read_parts(element, 2)
    return f"{bracket(base)}{script('_', low)}"


def _write_superscript(element: etree._Element) -> str:
    base, high = _read_parts(element, 2)
    return f"{bracket(base)}{script('^', high)}"


def _write_both(element: etree._Element) -> str:
    base, low, high = _read_parts(element, 3)
    return f"{bracket(base)}{script('_', low)}{script('^', high)}"


def _write_over(element: etree._Element) -> str:
    base, high = _read_parts(element, 2)
    if high in _ACCENTS:
        return f"{base if len(base) == 1 else f'({base})'}{_ACCENTS[high]}"
    return f"{bracket(base)}{script('^', high)}"


def _write_fenced(element: etree._Element) -> str:
    separator = element.get("separators", ",")[:1]
    begin, end = element.get("open", "("), element.get("close", ")")
    return f"{begin}{separator.join(map(read_math, element))}{end}"


def _write_table(element: etree._Element) -> str:
    """Write a matrix, with brackets if it has none around it."""
    rows = [", ".join(read_math(cell).strip() for cell in row) for row in element]
    text = "; ".join(rows)
    before = element.getprevious()
    return text if before is not None and read_tag(before) == "mo" else f"[{text}]"


_WRITERS: Final[dict[str, Callable[[etree._Element], str]]] = {
    "mfrac": _write_fraction,
    "msqrt": _write_square_root,
    "mroot": _write_root,
    "msub": _write_subscript,
    "msup": _write_superscript,
    "msubsup": _write_both,
    "munder": _write_subscript,
    "mover": _write_over,
    "munderover": _write_both,
    "mfenced": _write_fenced,
    "mtable": _write_table,
}
