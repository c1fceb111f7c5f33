"""Reads the text within a paragraph of HTML: line breaks, superscripts, form controls, pictures."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

SILENT: Final = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "iframe",
        "head",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "datalist",
        "rp",
        "rt",
        "annotation",
        "annotation-xml",
    ]
)
_WIDE: Final = {"td", "th", "dd", "dt"}  # text after them is not glued to theirs
_LINES: Final = {"p", "div", "li", "tr", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6"}
_SUPERSCRIPTS: Final = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_SUBSCRIPTS: Final = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_RAISED: Final = re.compile(r"[+-]?[0-9]{1,4}[+-]?")
_EXPONENT: Final = re.compile(r"[\w)]\s*[-+−*/]\s*[\w(]|^[-+−]\w")
_HIDDEN: Final = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_DESCRIBED: Final = re.compile(r"\w+\s+\w+")  # words, not the name of a file
_SPACE: Final = re.compile(r"\s+")


def name_tag(element: etree._Element) -> str:
    """Return the tag in lower case without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def collapse(text: str | None) -> str:
    """Collapse whitespace, including line ends, to single spaces, as HTML does."""
    return _SPACE.sub(" ", text) if text else ""


def is_hidden(element: etree._Element) -> bool:
    """Tell whether nobody sees an element, whatever a script may do later."""
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def read_inline(element: etree._Element) -> str:
    """Return the text of an element; line breaks are kept."""
    text = "".join(list_pieces(element))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def list_pieces(element: etree._Element, skipped: Collection[str] = frozenset()) -> list[str]:
    return [*_walk(element, skipped)]


def _walk(element: etree._Element, skipped: Collection[str]) -> Iterator[str]:
    tag = name_tag(element)
    if tag in SILENT or tag in skipped or (tag and is_hidden(element)):
        return
    if tag in _CONTROLS:
        yield _CONTROLS[tag](element)
        return
    if _is_note_mark(element):
        yield f" {_shift(element, 'sup')}"
        return
    if tag in {"sup", "sub"}:
        yield _shift(element, tag)
        return
    if tag == "math" and element.get("alttext"):
        yield element.get("alttext", "")
        return
    yield "\n" if tag in _LINES or tag == "br" else " " if tag in _WIDE else ""
    yield collapse(element.text)
    for child in element:
        yield from _walk(child, skipped)
        yield collapse(child.tail)
    if tag in _LINES:
        yield "\n"


def _is_note_mark(element: etree._Element) -> bool:
    """Tell whether an element refers to a note by its number, which is no exponent."""
    if name_tag(element) == "sup":
        return element.find(".//{*}a") is not None
    kinds = (element.get("{http://www.idpf.org/2007/ops}type"), element.get("epub:type"))
    is_marked = any("noteref" in (kind or "").split() for kind in kinds)
    return is_marked or element.get("role") == "doc-noteref"


def _shift(element: etree._Element, tag: str) -> str:
    """Return a superscript or subscript in characters that keep it apart from what it follows."""
    text = collapse("".join(map(str, element.itertext()))).strip()
    if _RAISED.fullmatch(text):
        return text.translate(_SUBSCRIPTS if tag == "sub" else _SUPERSCRIPTS)
    if tag == "sub":
        return f"_{text}" if text else ""
    return f"^({text})" if _EXPONENT.search(text) else text  # such as the «nd» of 2nd


def _read_input(element: etree._Element) -> str:
    kind = element.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☑ " if element.get("checked") is not None else "☐ "
    return "" if kind in {"hidden", "password"} else f" {element.get('value', '')} "


def _read_select(element: etree._Element) -> str:
    options = element.findall(".//{*}option")
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    return " ".join(collapse("".join(map(str, option.itertext()))) for option in chosen)


def _read_picture(element: etree._Element) -> str:
    text = collapse(element.get("alt")).strip()
    return f" [picture: {text}] " if _DESCRIBED.search(text) else ""


_CONTROLS: Final = {"input": _read_input, "select": _read_select, "img": _read_picture}
