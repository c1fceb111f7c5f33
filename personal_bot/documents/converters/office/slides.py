"""Reads PPTX from its XML: slides in order, with tables, charts, diagrams, notes and comments."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.office.charts import read_chart
from personal_bot.documents.converters.office.diagrams import list_diagram_lines
from personal_bot.documents.converters.office.package import (
    Package,
    read_attribute,
    read_relationship_id,
    read_tag,
)
from personal_bot.documents.converters.office.pictures import is_large
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import Cell, place_rows, render_table

_PRESENTATION: Final = "ppt/presentation.xml"
_TITLES: Final = {"title", "ctrTitle"}
_UNREAD: Final = {"sldNum", "dt", "hdr", "ftr", "sldImg"}  # placeholders of the layout and of notes
_HIDDEN: Final = "[hidden] "
_NOTES: Final = "🗒"
_COMMENTS: Final = {"comments", "comment"}
_OBJECTS: Final = {"oleObj", "control"}


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield a page for each slide, including hidden ones, which count in the numbering."""
    package = Package(source, limits)
    name = package.find_main_part(_PRESENTATION)
    presentation = package.parse(name)
    parts = {key: target for key, _, target in package.read_relationships(name)}
    references = presentation.findall("{*}sldIdLst/{*}sldId")
    if len(references) > limits.pages:
        raise RefusalError(RefusalKind.LIMIT, "pages")
    authors = _read_authors(package, name)
    for number, reference in enumerate(references, start=1):
        part = parts.get(read_relationship_id(reference), "")
        slide = package.find(part)
        if slide is None:
            yield Page(number, [], None, [Remark(RemarkKind.DAMAGED)])
        else:
            yield _Slide(package, part, slide, authors).read_page(number)


class _Slide:
    def __init__(
        self, package: Package, part: str, root: etree._Element, authors: dict[str, str]
    ) -> None:
        self._package = package
        self._root = root
        self._authors = authors
        self._related = package.read_relationships(part)
        self._parts = {key: target for key, _, target in self._related}
        self._remarks: list[Remark] = []

    def read_page(self, number: int) -> Page:
        title = self._find_title()
        if self._root.get("show") in {"0", "false"}:
            self._remarks.append(Remark(RemarkKind.HIDDEN))
            title = f"{_HIDDEN}{title or ''}"
        return Page(number, self._read_blocks(), title, self._remarks)

    def _read_blocks(self) -> Iterator[Block]:
        tree = self._root.find("{*}cSld/{*}spTree")
        if tree is not None:
            yield from self._read_shapes(tree)
        for _, kind, target in self._related:
            root = self._package.find(target) if kind in {"notesSlide", *_COMMENTS} else None
            if root is None:
                continue
            if kind == "notesSlide":
                yield from self._read_notes(root)
            else:
                yield from self._read_comments(root)

    def _read_shapes(self, parent: etree._Element) -> Iterator[Block]:
        """Yield the blocks of shapes; titles are headings, groups are read through."""
        for element in parent:
            tag = read_tag(element)
            if tag in {"Fallback", "nvSpPr", "nvPicPr"}:  # Fallback copies the preceding Choice
                continue
            if tag == "sp":
                yield from self._read_shape(element)
            elif tag == "tbl":
                yield from _read_table(element)
            elif tag == "pic":
                self._note_picture(element)
            elif tag == "relIds":
                yield from self._read_diagram(element)
            elif tag == "chart" and (part := self._find_part(element)) is not None:
                yield from read_chart(part)
            elif tag in _OBJECTS:
                self._remarks.append(Remark(RemarkKind.SKIPPED, 1, "object"))
            else:
                yield from self._read_shapes(element)

    def _read_shape(self, shape: etree._Element) -> Iterator[Block]:
        kind = _read_placeholder(shape)
        body = shape.find("{*}txBody")
        if kind in _UNREAD or body is None:
            return
        if kind in _TITLES:
            text = " ".join(block.text for block in _read_body(body))
            yield Block(text, BlockKind.HEADING, 1)
        else:
            yield from _read_body(body)

    def _read_diagram(self, element: etree._Element) -> Iterator[Block]:
        root = self._package.find(self._parts.get(read_attribute(element, "dm") or "", ""))
        for line in list_diagram_lines(root) if root is not None else ():
            yield Block(f"• {line}", BlockKind.ITEM)

    def _read_notes(self, root: etree._Element) -> Iterator[Block]:
        for shape in root.iterfind(".//{*}sp"):
            body = shape.find("{*}txBody")
            if _read_placeholder(shape) not in _UNREAD and body is not None:
                for block in _read_body(body):
                    yield block._replace(text=f"{_NOTES} {block.text}") if block.text else block

    def _read_comments(self, root: etree._Element) -> Iterator[Block]:
        """Yield comments, of the older and the newer kind, with replies in order."""
        for comment in root.iter("{*}cm", "{*}reply"):
            text = comment.findtext("{*}text") or "\n".join(
                _read_paragraph(paragraph) for paragraph in comment.iterfind("{*}txBody/{*}p")
            )
            author = self._authors.get(comment.get("authorId", ""), "")
            if text.strip():
                yield Block(f"[💬 {author}: {text}]" if author else f"[💬 {text}]")

    def _note_picture(self, picture: etree._Element) -> None:
        if is_large(picture.find("{*}spPr/{*}xfrm/{*}ext")):
            self._remarks.append(Remark(RemarkKind.PICTURE))

    def _find_part(self, element: etree._Element) -> etree._Element | None:
        return self._package.find(self._parts.get(read_relationship_id(element), ""))

    def _find_title(self) -> str | None:
        for shape in self._root.iterfind(".//{*}sp"):
            body = shape.find("{*}txBody")
            if _read_placeholder(shape) in _TITLES and body is not None:
                return " ".join(block.text for block in _read_body(body)).strip() or None
        return None


def _read_body(body: etree._Element) -> Iterator[Block]:
    """Yield the paragraphs of a text body; numbers of automatic lists are counted."""
    counters: dict[int, int] = {}
    for paragraph in body.iterfind("{*}p"):
        properties = paragraph.find("{*}pPr")
        depth = _read_number(read_attribute(properties, "lvl"), 0)
        text = _read_paragraph(paragraph)
        counters = {level: count for level, count in counters.items() if level <= depth}
        numbering = None if properties is None else properties.find("{*}buAutoNum")
        if not text.strip():
            continue
        if numbering is not None:
            start = _read_number(numbering.get("startAt"), 1)
            counters[depth] = counters.get(depth, start - 1) + 1
            yield Block(f"{counters[depth]}. {text}", BlockKind.ITEM, depth)
        elif properties is not None and properties.find("{*}buChar") is not None:
            yield Block(f"• {text}", BlockKind.ITEM, depth)
        elif depth:
            yield Block(text, BlockKind.ITEM, depth)
        else:
            yield Block(text)


def _read_table(table: etree._Element) -> Iterator[Block]:
    # `firstRow` says nothing: PowerPoint sets it in every new table.
    has_names = read_attribute(table.find("{*}tblPr"), "firstCol") in {"1", "true"}
    yield from render_table(
        place_rows(_list_cells(row) for row in table.iterfind("{*}tr")),
        header_columns=1 if has_names else None,
        is_layout=True,
    )


def _list_cells(row: etree._Element) -> Iterator[Cell]:
    """Yield the cells of a row without those that another one covers."""
    for cell in row.iterfind("{*}tc"):
        if cell.get("hMerge") in {"1", "true"} or cell.get("vMerge") in {"1", "true"}:
            continue
        paragraphs = map(_read_paragraph, cell.iterfind("{*}txBody/{*}p"))
        columns, rows = (_read_number(cell.get(name), 1) for name in ("gridSpan", "rowSpan"))
        runs = list(cell.iter("{*}rPr"))
        is_strong = bool(runs) and all(run.get("b") in {"1", "true"} for run in runs)
        yield Cell(
            "\n".join(filter(None, paragraphs)), is_strong=is_strong, columns=columns, rows=rows
        )


def _read_paragraph(paragraph: etree._Element) -> str:
    pieces = []
    for element in paragraph.iter():
        tag = read_tag(element)
        if tag == "t":
            pieces.append(element.text or "")
        elif tag == "br":
            pieces.append("\n")
    return "".join(pieces)


def _read_placeholder(shape: etree._Element) -> str | None:
    placeholder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
    return None if placeholder is None else placeholder.get("type")


def _read_authors(package: Package, part: str) -> dict[str, str]:
    authors: dict[str, str] = {}
    for _, kind, target in package.read_relationships(part):
        root = package.find(target) if kind in {"commentAuthors", "authors"} else None
        if root is not None:
            for author in root:
                authors[author.get("id", "")] = author.get("name", "")
    return authors


def _read_number(value: str | None, default: int) -> int:
    return min(int(value), 1_000) if value and value.isdecimal() and len(value) < 7 else default
