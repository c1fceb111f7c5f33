"""Converts a file of a known type to messages of the protocol."""

from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import Block, BlockKind, Page
from personal_bot.documents.converters.normalization import (
    has_words,
    normalize,
    normalize_code,
    normalize_line,
)
from personal_bot.documents.converters.protocol import (
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalError,
    RefusalKind,
)
from personal_bot.documents.converters.types.media_types import MediaType

_MODULES: Final = {
    MediaType.PDF: "pdf.pages",
    MediaType.DOCX: "word.pages",
    MediaType.PPTX: "office.slides",
    MediaType.XLSX: "workbooks.pages",
    MediaType.XLS: "workbooks.legacy",
    MediaType.ODT: "opendocument.pages",
    MediaType.ODS: "opendocument.pages",
    MediaType.ODP: "opendocument.pages",
    MediaType.RTF: "rtf.pages",
    MediaType.EPUB: "web.books",
    MediaType.EML: "mail.messages",
    MediaType.MSG: "mail.messages",
    MediaType.MHT: "mail.web_archives",
    MediaType.HTML: "web.pages",
    MediaType.CSV: "text.delimited",
    MediaType.MARKDOWN: "text.markdown",
    MediaType.TEXT: "text.pages",
    MediaType.JSON: "text.json_text",
    MediaType.LOG: "text.logs",
    MediaType.YAML: "text.source_code",
    MediaType.XML: "text.source_code",
    MediaType.CODE: "text.source_code",
}
_TITLE_CHARS: Final = 200
_LEAD_CHARS: Final = 300  # of a block; repeated in each of its passages
_PAGE_CHARS: Final = 100  # added per page and block, because millions of short ones take memory


class Output:
    """Limits the output of one conversion; all files of an archive share the limit."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.output_chars

    def charge(self, text: str) -> None:
        self._left -= len(text) + _PAGE_CHARS
        if self._left < 0:
            raise RefusalError(RefusalKind.LIMIT, "output")


def read_document(
    source: BinaryIO,
    media_type: MediaType,
    name: str,
    *,
    limits: Limits,
    hints: Hints,
    output: Output,
) -> Iterator[Message]:
    """Yield `FILE`, and each `PAGE` with its blocks and remarks.

    A page without words is yielded if it has a number, so that it can be reported. Raises
    RefusalError if no page has words.
    """
    converter = import_module(f"personal_bot.documents.converters.{_MODULES[media_type]}")
    source.seek(0)
    yield (MessageType.FILE, name, media_type)
    pages: Iterator[Page] = converter.read_pages(source, limits, hints)
    found = False
    for page in pages:
        title = normalize_line(page.title or "")[:_TITLE_CHARS] or None
        yield (MessageType.PAGE, page.number, title)
        output.charge("")
        for block in page.blocks:
            clean = _normalize(block)
            if clean is not None:
                output.charge(clean.text)
                yield (MessageType.BLOCK, clean.kind, clean.level, clean.lead, clean.text)
                found = True
        for remark in page.remarks:
            yield (MessageType.REMARK, remark.kind, remark.count, remark.detail)
    if not found:
        raise RefusalError(RefusalKind.NO_TEXT)


def _normalize(block: Block) -> Block | None:
    """Return a clean block, or None if it has no words."""
    is_code = block.kind is BlockKind.CODE
    text = normalize_code(block.text) if is_code else normalize(block.text)
    if not has_words(text):
        return None
    return block._replace(text=text, lead=normalize_line(block.lead)[:_LEAD_CHARS])
