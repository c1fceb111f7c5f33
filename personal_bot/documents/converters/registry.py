"""Converts a file of a known type to messages of the protocol."""

from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, Final

from personal_bot.documents.converters.media_types import MediaType
from personal_bot.documents.converters.normalization import has_words, normalize, normalize_line
from personal_bot.documents.converters.protocol import (
    Limits,
    Message,
    MessageType,
    Page,
    RefusalError,
    RefusalKind,
)

_MODULES: Final = {
    MediaType.PDF: "pdf",
    MediaType.DOCX: "word",
    MediaType.PPTX: "slides",
    MediaType.XLSX: "workbooks",
    MediaType.EPUB: "books",
    MediaType.HTML: "web",
    MediaType.CSV: "delimited",
    MediaType.MARKDOWN: "plain",
    MediaType.TEXT: "plain",
}
_TITLE_CHARS: Final = 200
_PAGE_CHARS: Final = 200  # added per page, because millions of short pages take memory


class Output:
    """Limits the output of one conversion; all files of an archive share the limit."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.output_chars

    def charge(self, text: str) -> None:
        self._left -= len(text) + _PAGE_CHARS
        if self._left < 0:
            raise RefusalError(RefusalKind.LIMIT, "output")


def read_document(
    source: BinaryIO, media_type: MediaType, name: str, limits: Limits, output: Output
) -> Iterator[Message]:
    """Yield `FILE` and a `PAGE` for each page with words. Raises RefusalError if none has any."""
    converter = import_module(f"personal_bot.documents.converters.{_MODULES[media_type]}")
    source.seek(0)
    yield (MessageType.FILE, name, media_type)
    pages: Iterator[Page] = converter.read_pages(source, limits)
    found = False
    for page in pages:
        text = normalize(page.text)
        if has_words(text):
            output.charge(text)
            title = normalize_line(page.title or "")[:_TITLE_CHARS] or None
            yield (MessageType.PAGE, page.number, title, text)
            found = True
    if not found:
        raise RefusalError(RefusalKind.NO_TEXT)
