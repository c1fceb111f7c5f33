"""Pages of a document → passages of about 120 words that know their page and heading.

Pages of one title are one section: running text is split across page breaks, so that a sentence
begun on one page and ended on the next stays whole, while a slide or a sheet stays by itself. Each
passage keeps where in it every page begins.
"""

import logging
import re
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from haystack import Document
from haystack.components.preprocessors import MarkdownHeaderSplitter, RecursiveDocumentSplitter

# Part of every version: passages split in another way are another version of a document.
SCHEME = "words-120-20-portions"
WORDS = 120
OVERLAP = 20  # words
PORTION = 20_000  # characters split at once: the splitter takes 20 times the memory of its text
LONGEST = 1_500  # characters: a "word" of a table or of Chinese can be a page long

# It warns of every passage shorter than the overlap: such a one is right, and there are many.
logging.getLogger(RecursiveDocumentSplitter.__module__).setLevel(logging.ERROR)

_SEPARATORS = ["\n\n", "\n", ". ", " "]
_CHUNKS = uuid.UUID("7c0f1b5e-6a55-4a63-9b7e-2f6f8e0a9d11")
_PAGE_BREAK = "\n"
_READABLE = re.compile(r"\w")


class PageLike(Protocol):
    """What a converter gives: `number` and `title` are None where the format has none."""

    @property
    def number(self) -> int | None: ...
    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str | None: ...


@dataclass
class _Section:
    """Text under one heading; `starts` are the offsets at which its pages begin."""

    heading: str | None
    text: str = ""
    starts: list[int] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)

    def add(self, page: PageLike) -> None:
        if self.text:
            self.text += _PAGE_BREAK
        self.starts.append(len(self.text))
        self.numbers.append(page.number)
        self.text += page.text.rstrip()

    def cut(self, start: int, end: int) -> list[list[int | None]]:
        """Return [offset in the passage, page] for each page that has a part in it."""
        first = bisect_right(self.starts, start) - 1
        return [
            [max(0, self.starts[index] - start), self.numbers[index]]
            for index in range(first, len(self.starts))
            if self.starts[index] < end
        ]


def split_pages(
    pages: Sequence[PageLike], media_type: str, document_name: str, version: str
) -> list[Document]:
    """Split a document. The same pages and version always give passages with the same ids.

    `meta` of a passage: `version`, `document_name`, `heading` (or None), `index` (its place in the
    document, from 0) and `pages` ([[offset, number], …], see `find_page`).
    """
    sections = _markdown_sections(pages) if media_type == "text/markdown" else _sections(pages)
    passages: list[Document] = []
    for section in sections:
        for start, end in _cut(section.text):
            index = len(passages)
            passages.append(
                Document(
                    id=str(uuid.uuid5(_CHUNKS, f"{version}/{index}")),
                    content=section.text[start:end],
                    meta={
                        "version": version,
                        "document_name": document_name,
                        "heading": section.heading,
                        "index": index,
                        "pages": section.cut(start, end),
                    },
                )
            )
    return passages


def find_page(pages: Sequence[Sequence[int | None]], offset: int) -> int | None:
    """Return the number of the page that the character at `offset` of a passage stands on."""
    number: int | None = None
    for start, page in pages:
        if start is not None and start <= offset:
            number = page
    return number


def _sections(pages: Iterable[PageLike]) -> Iterator[_Section]:
    for title, group in groupby(pages, key=lambda page: page.title):
        section = _Section(title)
        for page in group:
            section.add(page)
        yield section


def _markdown_sections(pages: Sequence[PageLike]) -> Iterator[_Section]:
    text = "\n".join(page.text for page in pages)
    if not text.strip():
        return
    for part in MarkdownHeaderSplitter(keep_headers=True).run([Document(content=text)])[
        "documents"
    ]:
        text = part.content or ""
        headers = [*part.meta.get("parent_headers", []), part.meta.get("header")]
        heading = " › ".join(header for header in headers if header)
        yield _Section(heading or None, text, [0], [None])


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """Return where passages begin and end, without the space around them."""
    for start, end in _split_in_portions(text):
        if end - start <= LONGEST:
            parts = [(0, end - start)]
        else:
            parts = _split(text[start:end], _by_characters())
        for first, last in parts:
            part = text[start + first : start + last]
            if _READABLE.search(part):
                shift = len(part) - len(part.lstrip())
                yield start + first + shift, start + first + len(part.rstrip())


def _split_in_portions(text: str) -> Iterator[tuple[int, int]]:
    """Split a text of any length, with no overlap where two portions meet."""
    begin = 0
    while begin < len(text):
        portion = text[begin : _find_portion_end(text, begin)]
        for start, end in _split(portion, _by_words()):
            yield begin + start, begin + end
        begin += len(portion)


def _find_portion_end(text: str, begin: int) -> int:
    """Return where a portion ends: after a paragraph if there is one, else a line, and so on."""
    limit = begin + PORTION
    if limit >= len(text):
        return len(text)
    for separator in _SEPARATORS:
        found = text.rfind(separator, begin + PORTION // 2, limit)
        if found >= 0:
            return found + len(separator)
    return limit


def _split(text: str, splitter: RecursiveDocumentSplitter) -> list[tuple[int, int]]:
    if not text.strip():
        return []
    spans: list[tuple[int, int]] = []
    for part in splitter.run([Document(content=text)])["documents"]:
        start = part.meta["split_idx_start"]
        spans.append((start, start + len(part.content or "")))
    return spans


def _by_words() -> RecursiveDocumentSplitter:
    return RecursiveDocumentSplitter(
        split_length=WORDS, split_overlap=OVERLAP, split_unit="word", separators=_SEPARATORS
    )


def _by_characters() -> RecursiveDocumentSplitter:
    return RecursiveDocumentSplitter(
        split_length=LONGEST, split_overlap=0, split_unit="char", separators=_SEPARATORS
    )
