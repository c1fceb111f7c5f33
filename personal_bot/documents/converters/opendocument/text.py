"""Reads ODT: the text that people see, with tracked changes accepted.

Headers and footers precede their section; notes and comments stand where the text refers to them.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, Page
from personal_bot.documents.converters.opendocument.forms import Controls
from personal_bot.documents.converters.opendocument.names import STYLE
from personal_bot.documents.converters.opendocument.package import CONTENT, Document, OpenPackage
from personal_bot.documents.converters.opendocument.story import StoryReader
from personal_bot.documents.converters.word.page_breaks import Pages

_USUAL: Final = "Standard"  # the name of the first master page
_MARGINS: Final = ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")


def read_pages(package: OpenPackage) -> Iterator[Page]:
    pages = Pages()
    document = Document(package, package.parse(CONTENT), pages.report)
    body = document.find_body("text")
    if body is None:
        return
    controls = Controls()
    controls.add(body)
    reader = StoryReader(document, document.styles, document.lists, pages, controls)
    margins = _Margins(document)
    reader.begin_section = lambda name: pages.begin_section(margins.read(name))
    reader.read(body)
    yield from pages.list_pages(package.read_page_count())


class _Margins:
    """The headers and footers of master pages. Each is read once, and so is each of their lines."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._masters = document.list_masters()
        self._seen: set[str] = set()

    def read(self, name: str) -> list[Block]:
        """Return those of a master page, and of those that follow it without a break."""
        blocks: list[Block] = []
        master = self._masters.pop(name or _USUAL, None)
        while master is not None:
            margins = (master.find(f"{STYLE}{kind}") for kind in _MARGINS)
            for margin in margins:
                if margin is not None and margin.get(f"{STYLE}display") != "false":
                    blocks += self._read_margin(margin)
            master = self._masters.pop(master.get(f"{STYLE}next-style-name", ""), None)
        return blocks

    def _read_margin(self, margin: etree._Element) -> Iterator[Block]:
        document, pages = self._document, Pages()
        StoryReader(
            *(document, document.master_styles, document.master_lists, pages),
            Controls(),
            is_margin=True,
        ).read(margin)
        for block in pages.list_blocks():
            line = " ".join(block.text.split())
            if line not in self._seen:
                self._seen.add(line)
                yield block
