"""Splits the pages of a document into passages of about 120 words with page numbers and heading.

Consecutive pages with the same title form one section. Running text is split regardless of page
breaks, so a sentence that continues on the next page stays whole, while slides and sheets with
different titles are not joined. Each passage has the offsets at which its pages begin.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from haystack import Document
from haystack.components.preprocessors import RecursiveDocumentSplitter

from personal_bot.index.passages import Passages, Section
from personal_bot.process.yielding import yield_interpreter

# Part of every document version: a document split in another way is another version.
SCHEME = "words-120-20-pieces"
WORDS = 120
OVERLAP = 20  # words
LONGEST = 1_500  # characters: a "word" in a table or in Chinese can be as long as a page
# Characters split at once: the splitter needs twenty times the memory of its text, and its searches
# block all other threads.
PIECE = 20_000
HEADING = 200  # characters kept: each passage stores and embeds its heading

# Silences a warning about every passage shorter than the overlap: such passages are normal.
logging.getLogger(RecursiveDocumentSplitter.__module__).setLevel(logging.ERROR)

_SEPARATORS = ["\n\n", "\n", ". ", " "]
_PAGE_BREAK = "\n"
_READABLE = re.compile(r"\w")
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_FENCE = re.compile(r"`{3,}|~{3,}")


class PageLike(Protocol):
    """A page from a converter; `number` and `title` are None if the format has none."""

    @property
    def number(self) -> int | None: ...
    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str | None: ...


def split_pages(
    pages: Sequence[PageLike], media_type: str, document_name: str, version: str
) -> Passages:
    """Split a document into passages. Raises ConversionLimitError if there are too many."""
    sections = _markdown_sections(pages) if media_type == "text/markdown" else _sections(pages)
    passages = Passages(version, document_name)
    for section in sections:
        passages.extend(section, _cut(section.text))
    return passages


def _sections(pages: Iterable[PageLike]) -> Iterator[Section]:
    for title, group in groupby(pages, key=lambda page: page.title):
        texts: list[str] = []
        starts: list[int] = []
        numbers: list[int | None] = []
        length = 0
        for page in group:
            starts.append(length)
            numbers.append(page.number)
            texts.append(page.text.rstrip())
            length += len(texts[-1]) + len(_PAGE_BREAK)
        yield Section(title, _PAGE_BREAK.join(texts), starts, numbers)


def _markdown_sections(pages: Iterable[PageLike]) -> Iterator[Section]:
    """Start a new section at each heading that follows text other than headings.

    Reads the lines once. Haystack's splitter searches for the end of a code block from every line
    that may start one, which can take hours for a hostile text and blocks all other threads.
    """
    lines: list[str] = []
    headings: dict[int, str] = {}  # by level: the current heading and those above it
    fence = ""  # the fence that ends the current code block; empty outside one
    has_text = False
    for line in io.StringIO("\n".join(page.text for page in pages)):
        heading = None if fence else _HEADING.match(line)
        if heading:
            if has_text:
                yield _markdown_section(headings, lines)
                lines, has_text = [], False
            level = len(heading[1])
            headings = {above: text for above, text in headings.items() if above < level}
            headings[level] = heading[2][:HEADING].strip()
        elif line.strip():
            has_text = True
            if not fence:
                opening = _FENCE.match(line)
                fence = opening[0] if opening else ""
            elif line.startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        lines.append(line)
    yield _markdown_section(headings, lines)


def _markdown_section(headings: dict[int, str], lines: Sequence[str]) -> Section:
    heading = " › ".join(headings.values())[:HEADING]
    return Section(heading or None, "".join(lines), (0,), (None,))


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each passage, without surrounding whitespace."""
    for first, last in _pieces(text):
        yield_interpreter()
        for start, end in _split(text[first:last], _by_words()):
            yield from _cut_long(text, first + start, first + end)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of pieces of a long text, cut between paragraphs if possible."""
    start = 0
    while len(text) - start > PIECE:
        middle, latest = start + PIECE // 2, start + PIECE
        places = (text.rfind(separator, middle, latest) for separator in _SEPARATORS)
        end = next((place for place in places if place > 0), latest)
        yield start, end
        start = end
    yield start, len(text)


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start <= LONGEST:
        parts = [(0, end - start)]
    else:
        parts = _split(text[start:end], _by_characters())
    for first, last in parts:
        part = text[start + first : start + last]
        if _READABLE.search(part):
            shift = len(part) - len(part.lstrip())
            yield start + first + shift, start + first + len(part.rstrip())


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
