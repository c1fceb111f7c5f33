"""Reads PDF: print and layout with PDFium, forms and comments with pypdf; pages count from 1."""

import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from personal_bot.documents.converters.content import Block, Page, Remark, RemarkKind
from personal_bot.documents.converters.pdf.compounds import Compounds
from personal_bot.documents.converters.pdf.continuation import join_pages
from personal_bot.documents.converters.pdf.forms import FormReader
from personal_bot.documents.converters.pdf.notes import MOST_ANNOTATIONS, Note
from personal_bot.documents.converters.pdf.outlines import Bookmark, apply_outline, read_outline
from personal_bot.documents.converters.pdf.paragraphs import Piece, find_headings
from personal_bot.documents.converters.pdf.running import NEARBY, RunningRows, insert_running
from personal_bot.documents.converters.pdf.sheets import Sheet, arrange, read_sheet
from personal_bot.documents.converters.pdf.tables import Table
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import render_table
from personal_bot.documents.converters.text.paragraphs import read_paragraphs

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_LAYOUT_SHARE: Final = 0.5  # of the CPU time; pages after it are read without their layout
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_CAPTION: Final = re.compile(r"(?:table|tab\.|таблица|табл\.)\s*(?:№\s*)?\d.{0,200}", re.IGNORECASE)

Pieces = list[Piece | Table]


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield all pages. Raises RefusalError, also if no page is readable."""
    content = source.read()
    document = _open(content)
    count = len(document)
    if count > limits.pages:
        raise RefusalError(RefusalKind.LIMIT, "pages")
    reader = _Reader(document, FormReader(content), limits)
    first, values = reader.read_whole()
    for sheet, pieces in reader.arrange_pages():
        blocks = [*_render(pieces)]
        if sheet.plain:
            blocks.extend(read_paragraphs(sheet.plain))
        if sheet.number == 1:
            blocks.extend(Block(value) for value in values)
            sheet.remarks.extend(first)
        yield Page(sheet.number, blocks, remarks=sheet.remarks)
    if reader.failed and reader.readable == 0:
        raise RefusalError(RefusalKind.DAMAGED, type(reader.failed).__name__) from reader.failed


def _open(content: bytes) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - only for a PDF

    try:
        return PdfDocument(content)
    except PdfiumError as error:
        kind = RefusalKind.PASSWORD if error.err_code == _PASSWORD else RefusalKind.DAMAGED
        raise RefusalError(kind, type(error).__name__) from error


class _Reader:
    """Reads pages ahead of those that are yielded, to know what recurs on them."""

    def __init__(self, document: "PdfDocument", forms: FormReader, limits: Limits) -> None:
        self._document = document
        self._forms = forms
        self._late_at = time.process_time() + _LAYOUT_SHARE * limits.cpu_seconds
        self._outline: dict[int, list[Bookmark]] = {}
        self._sizes: Counter[float] = Counter()
        self._compounds = Compounds()
        self.failed: Exception | None = None
        self.readable = 0

    def read_whole(self) -> tuple[list[Remark], list[str]]:
        """Read the outline; return remarks on the whole document and values of an XFA form."""
        from pypdfium2 import raw  # noqa: PLC0415

        remarks = []
        values: list[str] = []
        self._outline = read_outline(self._document)
        try:
            if attachments := self._document.count_attachments():
                remarks.append(Remark(RemarkKind.SKIPPED, attachments, "attachment"))
            kind = self._document.get_formtype()
            is_dynamic = kind == raw.FORMTYPE_XFA_FULL
            if is_dynamic or (kind == raw.FORMTYPE_XFA_FOREGROUND and not self._forms.has_fields()):
                remarks.append(Remark(RemarkKind.SKIPPED, detail="xfa"))
                values.extend(self._forms.read_xfa())
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - pypdf and lxml raise anything on damaged content
            traceback.print_exc(limit=3, file=sys.stderr)
            remarks.append(Remark(RemarkKind.DAMAGED))
        return remarks, values

    def arrange_pages(self) -> Iterator[tuple[Sheet, Pieces]]:
        """Yield the pages with their texts and tables in the order of reading."""
        held: tuple[Sheet, Pieces] | None = None
        for sheet in self._read_sheets():
            pieces = arrange(sheet)
            self._compounds.keep_in(pieces)
            if self._outline:
                bookmarks = self._outline.get(sheet.number - 1, [])
                apply_outline(pieces, bookmarks, sheet.angle, sheet.frame)
            elif self._sizes:
                body_size = max(self._sizes, key=self._sizes.__getitem__)
                find_headings([piece for piece in pieces if isinstance(piece, Piece)], body_size)
            if held:
                join_pages(held[1], pieces)
                yield _finish(*held)
            held = sheet, pieces
        if held:
            yield _finish(*held)

    def _read_sheets(self) -> Iterator[Sheet]:
        """Yield the pages without the running rows that earlier pages have."""
        running = RunningRows()
        ahead: list[Sheet] = []
        for index in range(len(self._document)):
            sheet = self._read_sheet(index)
            running.add(sheet)
            self._compounds.add(sheet)
            self._sizes.update(sheet.sizes)
            ahead.append(sheet)
            if len(ahead) > NEARBY:
                running.drop_from(ahead[0])
                yield ahead.pop(0)
        for sheet in ahead:
            running.drop_from(sheet)
            yield sheet

    def _read_sheet(self, index: int) -> Sheet:
        from pypdfium2 import raw  # noqa: PLC0415

        try:
            page = self._document[index]
            try:
                notes, remarks = self._read_notes(index, raw.FPDFPage_GetAnnotCount(page))
                is_late = time.process_time() > self._late_at
                sheet = read_sheet(page, index + 1, notes, is_late=is_late)
            finally:
                page.close()
            sheet.remarks.extend(remarks)
            if not sheet.objects:
                self._forms.check_content(index)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - the libraries raise anything on damaged content
            traceback.print_exc(limit=3, file=sys.stderr)
            self.failed = error
            return Sheet(index + 1, remarks=[Remark(RemarkKind.DAMAGED)])
        self.readable += 1
        return sheet

    def _read_notes(self, index: int, count: int) -> tuple[list[Note], list[Remark]]:
        if count <= 0:
            return [], []
        try:
            skipped = max(count - MOST_ANNOTATIONS, 0)
            remarks = [Remark(RemarkKind.SKIPPED, skipped, "annotation")] if skipped else []
            return self._forms.read_notes(index), remarks
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - pypdf raises anything on damaged content
            traceback.print_exc(limit=3, file=sys.stderr)
            return [], [Remark(RemarkKind.DAMAGED)]


def _finish(sheet: Sheet, pieces: Pieces) -> tuple[Sheet, Pieces]:
    picture = Remark(RemarkKind.PICTURE)
    is_read = not sheet.is_blank or sheet.comments
    if sheet.has_drawing and not is_read and picture not in sheet.remarks:
        sheet.remarks.append(picture)
    insert_running(pieces, sheet)
    return sheet, pieces


def _render(pieces: Sequence[Piece | Table]) -> Iterator[Block]:
    caption = ""
    for number, piece in enumerate(pieces):
        if isinstance(piece, Table):
            yield from render_table(piece.rows, title=caption, header_rows=piece.header_rows)
            caption = ""
            continue
        text = piece.text
        is_above_table = number + 1 < len(pieces) and isinstance(pieces[number + 1], Table)
        if is_above_table and _CAPTION.fullmatch(text):
            caption = text
        else:
            yield Block(text, piece.kind, piece.level)
