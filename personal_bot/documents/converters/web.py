"""Reads HTML: the main content of a page, or the whole page if too little is found."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.code_pages import decode
from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.markup import parse_html
from personal_bot.documents.converters.normalization import has_words
from personal_bot.documents.converters.paragraphs import read_paragraphs
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_SILENT: Final = {
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "head",
    "select",
}
_NAVIGATION: Final = {"nav", "header", "footer", "aside", "form", "button"}
_BLOCK_NAMES: Final = (
    "address article blockquote body br caption dd details div dl dt fieldset figcaption figure h1 "
    "h2 h3 h4 h5 h6 header footer hr li main nav ol p pre section summary table tbody tfoot thead "
    "tr ul"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_CELLS: Final = {"td", "th"}
# Shares of the characters outside of navigation. Below the first, trafilatura did not find the main
# content; above the second, there was nothing to remove, and the whole text has better line breaks.
_ENOUGH: Final = 0.3
_NEARLY_ALL: Final = 0.95


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    content = source.read()
    declared = _CHARSET.search(content[:4096])
    tree = parse_html(decode(content, declared[1].decode() if declared else None))
    if tree is None:
        raise RefusalError(RefusalKind.NO_TEXT)
    heading = find_heading(tree)
    whole = read_text(tree, skipped=_NAVIGATION)
    if not has_words(whole):
        whole = read_text(tree)
    main = _extract_main(tree)
    share = _count_characters(main) / max(_count_characters(whole), 1)
    text = main if _ENOUGH < share < _NEARLY_ALL else whole
    if heading and heading not in text:  # trafilatura may use it only as the title
        text = f"{heading}\n\n{text}"
    yield Page(None, read_paragraphs(text), tree.findtext(".//title") or heading)


def find_heading(tree: etree._Element) -> str | None:
    """Return the first heading of the highest existing level, h1 to h3."""
    for name in ("h1", "h2", "h3"):
        heading = tree.find(f".//{name}")
        if heading is not None and (text := read_inner(heading)):
            return text
    return None


def read_inner(element: etree._Element) -> str:
    """Return all text of an element on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def read_text(tree: etree._Element, *, skipped: set[str] | frozenset[str] = frozenset()) -> str:
    """Return the text of a tree, one line per block or table row, without `skipped` elements."""
    pieces: list[str] = []
    silent: etree._Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        name = name.rpartition("}")[2].lower()
        if event == "start":
            if silent is None and (name in _SILENT or name in skipped):
                silent = element
            if silent is not None:
                continue
            if name in _BLOCKS:
                pieces.append("\n\n" if name in {"p", "h1", "h2", "h3"} else "\n")
            pieces.append(_collapse(element.text))
        else:
            if element is silent:
                silent = None
            elif silent is not None:
                continue
            elif name in _CELLS:
                pieces.append(" | ")
            elif name in _BLOCKS and name != "br":
                pieces.append("\n")
            pieces.append(_collapse(element.tail))
    lines = (" ".join(line.split()).removesuffix(" |") for line in "".join(pieces).split("\n"))
    return "\n".join(lines)


def _extract_main(tree: etree._Element) -> str:
    from trafilatura.core import extract  # noqa: PLC0415 - only for HTML

    text = extract(tree, include_comments=False, include_tables=True, favor_recall=True)
    return text or ""


def _count_characters(text: str) -> int:
    """Count characters other than whitespace and table borders."""
    return sum(map(len, text.replace("|", " ").replace("---", " ").split()))


def _collapse(text: str | None) -> str:
    """Collapse whitespace, including line ends, to single spaces, as HTML does."""
    return re.sub(r"\s+", " ", text) if text else ""
