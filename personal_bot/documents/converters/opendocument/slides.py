"""Reads ODP: slides in order, with tables, charts, notes and comments."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind, Page, RemarkKind
from personal_bot.documents.converters.opendocument.forms import Controls
from personal_bot.documents.converters.opendocument.names import DRAW, PRESENTATION
from personal_bot.documents.converters.opendocument.package import CONTENT, Document, OpenPackage
from personal_bot.documents.converters.opendocument.story import StoryReader
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.word.page_breaks import Pages

_HIDDEN: Final = "[hidden] "
_NOTES: Final = "🗒"
_CLASS: Final = f"{PRESENTATION}class"
_UNREAD: Final = {"page", "page-number", "date-time", "header", "footer", "handout"}


def read_pages(package: OpenPackage) -> Iterator[Page]:
    """Yield a page for each slide, including hidden ones, which count in the numbering."""
    pages = Pages()
    document = Document(package, package.parse(CONTENT), pages.report)
    body = document.find_body("presentation")
    slides = [] if body is None else body.findall(f"{DRAW}page")
    if len(slides) > package.limits.pages:
        raise RefusalError(RefusalKind.LIMIT, "pages")
    for number, slide in enumerate(slides, start=1):
        title = _Slide(document, slide, pages).read()
        for page in pages.list_pages(None):
            yield Page(number, page.blocks, title, page.remarks)
        pages = Pages()
        document.report = pages.report


class _Slide:
    def __init__(self, document: Document, slide: etree._Element, pages: Pages) -> None:
        self._document = document
        self._slide = slide
        self._pages = pages
        self._controls = Controls()
        self._controls.add(slide)

    def read(self) -> str | None:
        """Read the slide, then its notes; return its title."""
        title: list[str] = []
        for shape in self._slide:
            kind = shape.get(_CLASS)
            if kind == "title":
                text = " ".join(block.text for block in self._list_blocks(shape))
                self._pages.add(Block(text, BlockKind.HEADING, 1))
                title.append(text)
            elif shape.tag == f"{PRESENTATION}notes":
                self._read_notes(shape)
            elif kind not in _UNREAD:
                self._read_shape(shape, self._pages)
        style = self._document.styles.find("drawing-page", self._slide.get(f"{DRAW}style-name"))
        found = " ".join(filter(None, title)) or None
        if style.visibility != "hidden":
            return found
        self._pages.report(RemarkKind.HIDDEN)
        return f"{_HIDDEN}{found or ''}"

    def _read_notes(self, notes: etree._Element) -> None:
        for shape in notes:
            if shape.get(_CLASS) not in _UNREAD:
                for block in self._list_blocks(shape):
                    self._pages.add(block._replace(text=f"{_NOTES} {block.text}"))

    def _list_blocks(self, shape: etree._Element) -> list[Block]:
        pages = Pages()
        self._read_shape(shape, pages)
        return pages.list_blocks()

    def _read_shape(self, shape: etree._Element, pages: Pages) -> None:
        document = self._document
        reader = StoryReader(document, document.styles, document.lists, pages, self._controls)
        reader.read([shape])
