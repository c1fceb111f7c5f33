"""Reads HTML: the part of a page with its main content, or all of it if that is not clear."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.content import Block, Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.markup import parse_html
from personal_bot.documents.converters.normalization import has_words
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.web.blocks import read_blocks
from personal_bot.documents.converters.web.inline import collapse

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_NAVIGATION: Final = frozenset({"nav", "header", "footer", "aside", "button"})
# Shares of the characters outside of navigation. Below the first, trafilatura did not find the main
# content; above the second, there is nothing to leave out.
_ENOUGH: Final = 0.3
_NEARLY_ALL: Final = 0.95
_SAMPLES: Final = 12  # lines of the main content by which its element is found
_SAMPLE_CHARS: Final = 25  # of a line that hardly occurs elsewhere on the page
_FOUND: Final = 0.85  # of the samples; trafilatura may join or drop a few lines
_DEEPEST: Final = 60  # elements that contain each other


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    content = source.read()
    declared = _CHARSET.search(content[:4096])
    decoded = decode_text(content, declared[1].decode() if declared else None, hints.encoding)
    tree = parse_html(decoded.text)
    if tree is None:
        raise RefusalError(RefusalKind.NO_TEXT)
    title = tree.findtext(".//title") or find_heading(tree)
    yield Page(None, read_page(tree), title, list_remarks(decoded))


def read_html(text: str) -> Iterator[Block]:
    """Yield all blocks of HTML that is no page, such as the body of a mail."""
    tree = parse_html(text)
    if tree is not None:
        yield from read_blocks(tree)


def read_page(tree: etree._Element) -> Iterator[Block]:
    """Yield the blocks of the main content, with the page's heading."""
    main = _find_main(tree)
    if main is None:
        blocks = [*read_blocks(tree, _NAVIGATION)]
        if not any(has_words(block.text) for block in blocks):
            blocks = [*read_blocks(tree)]
        yield from blocks
        return
    heading = tree.find(".//{*}h1")
    if heading is not None and main not in heading.iterancestors():
        yield from read_blocks(heading)
    yield from read_blocks(main, _NAVIGATION - {main.tag})


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


def _find_main(tree: etree._Element) -> etree._Element | None:
    """Return the smallest element that contains the main content; None if that is nearly all.

    trafilatura tells which text is the main content, but drops the structure within it.
    """
    body = tree.find(".//{*}body")
    if body is None:
        return None
    main = _extract_main(tree)
    whole = "".join(block.text for block in read_blocks(body, _NAVIGATION))
    share = _count_characters(main) / max(_count_characters(whole), 1)
    samples = _choose_samples(main)
    if not (_ENOUGH < share < _NEARLY_ALL) or len(samples) < 2:
        return None
    found = body
    for _ in range(_DEEPEST):
        inner = [child for child in found if _contains(child, samples)]
        if len(inner) != 1:
            break
        [found] = inner
    return found if found is not body else None


def _extract_main(tree: etree._Element) -> str:
    from trafilatura.core import extract  # noqa: PLC0415 - only for HTML

    text = extract(tree, include_comments=False, include_tables=False, favor_recall=True)
    return text or ""


def _choose_samples(text: str) -> list[str]:
    lines = [collapse(line).strip(" -") for line in text.split("\n")]
    lines = [line[:200] for line in lines if len(line) >= _SAMPLE_CHARS]
    step = max(1, len(lines) // _SAMPLES)
    return [*lines[::step][:_SAMPLES], *lines[-1:]]


def _contains(element: etree._Element, samples: list[str]) -> bool:
    text = collapse("".join(map(str, element.itertext())))
    return sum(sample in text for sample in samples) >= _FOUND * len(samples)


def _count_characters(text: str) -> int:
    return sum(map(len, text.split()))
