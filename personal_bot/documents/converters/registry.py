"""Converts a file of a known type to messages of the protocol."""

from collections.abc import Generator, Iterator
from importlib import import_module
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import (
    Block,
    BlockKind,
    Page,
    RemarkKind,
    TableData,
)
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


class TableStore:
    """Keeps the tables of the files of an upload, to calculate with them; this one keeps none."""

    def begin_file(self) -> None:
        """Forget the file before."""

    def add(self, data: TableData, page: int | None, sheet: str) -> None:
        """Take rows of a table that is in a page or sheet."""

    def close_table(self) -> None:
        """Note that the next page does not continue the last table."""

    def take_given_up(self) -> int:
        """Return the number of tables that were too large to be kept, since the last call."""
        return 0

    def finish_file(self) -> tuple[int, int] | None:
        """Return where the tables of the file are kept and how many bytes they take."""
        return None


def read_document(
    source: BinaryIO,
    media_type: MediaType,
    name: str,
    *,
    limits: Limits,
    hints: Hints,
    output: Output,
    tables: TableStore,
) -> Iterator[Message]:
    """Yield `FILE`, each `PAGE` with its blocks and remarks, and `TABLES` if there are some.

    A page without words is yielded if it has a number, so that it can be reported. Raises
    RefusalError if no page has words.
    """
    converter = import_module(f"personal_bot.documents.converters.{_MODULES[media_type]}")
    source.seek(0)
    yield (MessageType.FILE, name, media_type)
    pages: Iterator[Page] = converter.read_pages(source, limits, hints)
    found = False
    tables.begin_file()
    for page in pages:
        has_text = yield from _read_page(page, output, tables)
        found = found or has_text
    if not found:
        raise RefusalError(RefusalKind.NO_TEXT)
    place = tables.finish_file()
    yield from _report_large(tables)
    if place is not None:
        yield (MessageType.TABLES, *place)


def _read_page(page: Page, output: Output, tables: TableStore) -> Generator[Message, None, bool]:
    """Yield the messages about a page; return whether it has words."""
    title = normalize_line(page.title or "")[:_TITLE_CHARS] or None
    yield (MessageType.PAGE, page.number, title)
    output.charge("")
    found = False
    for block in page.blocks:
        if block.data is not None:
            tables.add(block.data, page.number, title or "")
        elif block.kind is BlockKind.HEADING:
            tables.close_table()
        clean = _normalize(block)
        if clean is not None:
            output.charge(clean.text)
            yield (MessageType.BLOCK, clean.kind, clean.level, clean.lead, clean.text)
            found = True
    for remark in page.remarks:
        yield (MessageType.REMARK, remark.kind, remark.count, remark.detail)
    yield from _report_large(tables)
    return found


def _report_large(tables: TableStore) -> Iterator[Message]:
    if large := tables.take_given_up():
        yield (MessageType.REMARK, RemarkKind.LARGE_TABLE, large, "")


def _normalize(block: Block) -> Block | None:
    """Return a clean block, or None if it has no words."""
    is_code = block.kind is BlockKind.CODE
    text = normalize_code(block.text) if is_code else normalize(block.text)
    if not has_words(text):
        return None
    return block._replace(text=text, lead=normalize_line(block.lead)[:_LEAD_CHARS])
