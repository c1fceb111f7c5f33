"""Reads PPTX from its XML: slides in order, with titles, tables, diagrams and notes."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.office import Package, read_relationship_id, read_tag
from personal_bot.documents.converters.paragraphs import read_paragraphs
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables import Cell, place_rows, render_table

_PRESENTATION: Final = "ppt/presentation.xml"
_TITLES: Final = {"title", "ctrTitle"}
_UNREAD_NOTES: Final = {"sldNum", "dt", "hdr", "ftr", "sldImg"}


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield a page for each slide, including hidden ones, which count in the numbering."""
    package = Package(source, limits)
    presentation = package.parse(_PRESENTATION)
    parts = {key: name for key, _, name in package.read_relationships(_PRESENTATION)}
    references = presentation.findall("{*}sldIdLst/{*}sldId")
    if len(references) > limits.pages:
        raise RefusalError(RefusalKind.LIMIT, "pages")
    for number, reference in enumerate(references, start=1):
        name = parts.get(read_relationship_id(reference), "")
        slide = package.find(name)
        if slide is not None:
            lines = [*_read_shapes(slide), *_read_related(package, name)]
            yield Page(number, read_paragraphs("\n".join(lines)), _find_title(slide))


def _read_shapes(parent: etree._Element) -> Iterator[str]:
    for element in parent:
        tag = read_tag(element)
        if tag == "txBody":
            for paragraph in element.iterfind("{*}p"):
                yield _read_paragraph(paragraph)
        elif tag == "tbl":
            yield from _read_table(element)
        elif tag != "Fallback":  # a copy for programs that do not support the preceding Choice
            yield from _read_shapes(element)


def _read_table(table: etree._Element) -> Iterator[str]:
    rows = (
        [
            "" if cell.get("hMerge") or cell.get("vMerge") else _read_cell(cell)
            for cell in row.iterfind("{*}tc")
        ]
        for row in table.iterfind("{*}tr")
    )
    blocks = render_table(place_rows(map(Cell, row) for row in rows), is_layout=True)
    yield from (line for block in blocks for line in block.text.split("\n"))


def _read_cell(cell: etree._Element) -> str:
    return " ".join(_read_paragraph(paragraph) for paragraph in cell.iterfind("{*}txBody/{*}p"))


def _read_paragraph(paragraph: etree._Element) -> str:
    pieces = []
    for element in paragraph.iter():
        tag = read_tag(element)
        if tag == "t":
            pieces.append(element.text or "")
        elif tag == "br":
            pieces.append("\n")
    return "".join(pieces)


def _read_related(package: Package, name: str) -> Iterator[str]:
    """Yield the text of a slide's diagrams and speaker notes."""
    for _, kind, target in package.read_relationships(name):
        if kind not in {"diagramData", "notesSlide"}:
            continue
        root = package.find(target)
        if root is None:
            continue
        if kind == "diagramData":
            yield from (_read_paragraph(paragraph) for paragraph in root.iterfind(".//{*}t/{*}p"))
            continue
        for shape in root.iterfind(".//{*}sp"):
            if _read_placeholder(shape) not in _UNREAD_NOTES:
                yield from _read_shapes(shape)


def _find_title(slide: etree._Element) -> str | None:
    for shape in slide.iterfind(".//{*}sp"):
        if _read_placeholder(shape) in _TITLES:
            return " ".join(_read_shapes(shape)).strip() or None
    return None


def _read_placeholder(shape: etree._Element) -> str | None:
    placeholder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
    return None if placeholder is None else placeholder.get("type")
