"""Reads DOCX from its XML: python-docx omits insertions, content controls and text boxes.

The text is what Word shows and prints: tracked changes are accepted, fields give their results, and
hidden text is left out. Headers and footers precede their section; notes and comments stand where
the text refers to them.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.content import Block, Page
from personal_bot.documents.converters.office.package import Package
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.word.page_breaks import Pages
from personal_bot.documents.converters.word.parts import Document
from personal_bot.documents.converters.word.story import StoryReader

_DOCUMENT: Final = "word/document.xml"  # unless the package names another main part


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    package = Package(source, limits)
    pages = Pages()
    document = Document(package, package.find_main_part(_DOCUMENT), pages.report)
    root = package.parse(document.main)
    body = root.find("{*}body")
    if body is None:
        return
    reader = StoryReader(document, document.main, root, pages, limits)
    reader.margins = _read_margins(document, root, limits)
    reader.begin_section()
    reader.read(body)
    yield from pages.list_pages(document.read_page_count())


def _read_margins(
    document: Document, root: etree._Element, limits: Limits
) -> Iterator[list[Block]]:
    """Yield the headers and footers of each section, without those that were read before."""
    seen: set[str] = set()
    for names in document.list_margins(root):
        blocks = []
        for name in names:
            part = None if name in seen else document.find(name)
            seen.add(name)
            if part is not None:
                pages = Pages()
                StoryReader(document, name, part, pages, limits, is_margin=True).read(part)
                for block in pages.list_blocks():
                    line = " ".join(block.text.split())
                    if line not in seen:
                        blocks.append(block)
                    seen.add(line)
        yield blocks
