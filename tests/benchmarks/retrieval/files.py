"""Writes the generated documents as files that people send."""

import io
from collections.abc import Sequence
from pathlib import Path

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

from tests import documents

_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # Debian's fonts-dejavu-core


def make_pdf(pages: Sequence[tuple[str, str]]) -> bytes:
    """Return a PDF with a heading and a text on each page."""
    if "DejaVu" not in getRegisteredFontNames():
        registerFont(TTFont("DejaVu", _FONT))
    title = ParagraphStyle("title", fontName="DejaVu", fontSize=18, leading=24)
    body = ParagraphStyle("body", fontName="DejaVu", fontSize=11, leading=15)
    stream = io.BytesIO()
    template = SimpleDocTemplate(stream, pagesize=A4, invariant=1)
    parts: list[object] = []
    for heading, text in pages:
        parts += [Paragraph(heading, title), Spacer(1, 12), Paragraph(text, body), PageBreak()]
    template.build(parts)
    return stream.getvalue()


def make_docx(paragraphs: Sequence[str]) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_xlsx(header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> bytes:
    return documents.make_xlsx({"Prices": [header, *rows]})
