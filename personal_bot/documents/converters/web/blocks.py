"""Reads a tree of HTML as blocks: headings, paragraphs, lists, tables and preformatted text.

libxml2 limits the depth of a tree to 256, which recursion here relies on.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.web.inline import (
    SILENT,
    collapse,
    is_hidden,
    list_pieces,
    name_tag,
    read_inline,
)
from personal_bot.documents.converters.web.tables import is_layout, read_table

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LISTS: Final = {"ul", "ol", "menu", "dir"}
_BLOCK_NAMES: Final = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer form header hgroup hr html legend li main nav p pre search section summary "
    "tbody td tfoot th thead tr"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_INNER: Final = _BLOCKS | _HEADINGS.keys() | _LISTS | {"table"}
_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:language|lang|highlight|brush:)-?\s*([\w+#.-]{1,20})")
_BULLET: Final = "•"


def read_blocks(root: etree._Element, skipped: Collection[str] = frozenset()) -> Iterator[Block]:
    """Yield the blocks of a tree, without elements whose tag is in `skipped`."""
    return _Reader(skipped).read(root)


class _Reader:
    def __init__(self, skipped: Collection[str]) -> None:
        self._skipped = skipped
        self._pieces: list[str] = []  # inline text of the current paragraph
        self._marker = ""  # of the list item that begins with the next paragraph
        self._label = ""  # a term or summary, written before the next paragraph
        self._depth = 0  # of nested lists

    def read(self, root: etree._Element) -> Iterator[Block]:
        yield from self._walk(root)
        yield from self._flush()
        if self._label:  # a summary or term without anything below
            self._pieces, self._label = [self._label], ""
            yield from self._flush()

    def _walk(self, element: etree._Element) -> Iterator[Block]:
        tag = name_tag(element)
        if tag in SILENT or tag in self._skipped or is_hidden(element):
            return
        if tag in _HEADINGS:
            yield from self._read_heading(element, _HEADINGS[tag])
        elif tag == "pre":
            yield from self._read_preformatted(element)
        elif tag == "table" and not is_layout(element):
            yield from self._flush()
            yield from read_table(element)
        elif tag in _LISTS:
            yield from self._read_list(element, is_ordered=tag == "ol")
        elif tag in {"dt", "summary"}:
            yield from self._flush()
            self._label = read_inline(element)
        elif tag in _BLOCKS or tag == "table":
            yield from self._flush()
            yield from self._read_children(element)
            yield from self._flush()
        elif _holds_blocks(element):
            yield from self._read_children(element)
        else:
            self._pieces += list_pieces(element, self._skipped)

    def _read_children(self, element: etree._Element) -> Iterator[Block]:
        self._pieces.append(collapse(element.text))
        for child in element:
            yield from self._walk(child)
            self._pieces.append(collapse(child.tail))

    def _read_heading(self, element: etree._Element, level: int) -> Iterator[Block]:
        yield from self._flush()
        if text := read_inline(element).replace("\n", " "):
            yield Block(text, BlockKind.HEADING, level)

    def _read_preformatted(self, element: etree._Element) -> Iterator[Block]:
        yield from self._flush()
        text = "".join(map(str, element.itertext())).strip("\n")
        classes = " ".join(str(found.get("class", "")) for found in element.iter("pre", "code"))
        language = _LANGUAGE.search(classes)
        fence = "```" if "```" not in text else "~~~~"
        yield Block(text, BlockKind.CODE, lead=f"{fence}{language[1] if language else ''}")

    def _read_list(self, element: etree._Element, *, is_ordered: bool) -> Iterator[Block]:
        yield from self._flush()
        self._depth += 1
        items = [child for child in element if name_tag(child) == "li"]
        step = 1 if element.get("reversed") is None else -1
        number = _read_number(element.get("start"), 1 if step > 0 else len(items))
        for child in element:
            if name_tag(child) == "li":
                number = _read_number(child.get("value"), number)
                self._marker = f"{number}." if is_ordered else _BULLET
                yield from self._walk(child)
                self._marker = ""
                number += step
            else:
                yield from self._walk(child)
        yield from self._flush()
        self._depth -= 1

    def _flush(self) -> Iterator[Block]:
        """Yield the current paragraph, if it has text."""
        text = tidy("".join(self._pieces))
        self._pieces = []
        if not text:
            return
        if self._label:
            separator = " " if self._label.endswith((":", "?", ".", "!")) else ": "
            text, self._label = f"{self._label}{separator}{text}", ""
        if self._marker:
            yield Block(f"{self._marker} {text}", BlockKind.ITEM, self._depth - 1)
            self._marker = ""
        elif self._depth:
            yield Block(text, BlockKind.ITEM, self._depth)
        else:
            yield Block(text)


def tidy(text: str) -> str:
    """Return text without spaces around its lines and without empty lines."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _holds_blocks(element: etree._Element) -> bool:
    """Tell whether an inline element such as a link or a custom one contains blocks."""
    return any(name_tag(child) in _INNER for child in element.iterdescendants())


def _read_number(value: str | None, default: int) -> int:
    value = (value or "").strip()
    return int(value) if value.lstrip("-").isdecimal() and len(value) < 8 else default
