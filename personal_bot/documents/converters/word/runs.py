"""Reads the text of Word's paragraphs: runs, fields, symbols, equations, notes and drawings."""

from collections.abc import Callable, Container
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, Remark, RemarkKind
from personal_bot.documents.converters.office.charts import read_chart
from personal_bot.documents.converters.office.diagrams import list_diagram_lines
from personal_bot.documents.converters.office.package import (
    read_attribute,
    read_relationship_id,
    read_tag,
)
from personal_bot.documents.converters.office.symbols import translate
from personal_bot.documents.converters.word.characters import CHARACTERS, read_look
from personal_bot.documents.converters.word.drawings import (
    has_picture,
    is_large,
    read_alternative_text,
)
from personal_bot.documents.converters.word.fields import (
    PAGE_FIELDS,
    Field,
    OpenFields,
    is_about_pages,
    show_address,
)
from personal_bot.documents.converters.word.page_breaks import Break
from personal_bot.documents.converters.word.parts import Document
from personal_bot.documents.converters.word.structure import (
    choose,
    is_mark_deleted,
    is_on,
    is_unfilled,
    iterate,
    read_properties,
    read_style,
)

Pieces = list[str | Break | Remark]
"""A paragraph's text, in which page breaks and remarks stand where they belong."""

# Deleted text, the origin of moved text, readings above text, and properties.
_SKIPPED: Final = frozenset({"del", "moveFrom", "rt", "pPr", "rPr", "sdtPr"})
_HIDDEN_TEXT: Final = Remark(RemarkKind.SKIPPED, detail="hidden text")
_REFERENCES: Final = ("footnoteReference", "endnoteReference", "commentReference")
_FIELD_PARTS: Final = {"fldChar", "instrText"}


class RunReader:
    """Reads the paragraphs of one part, in order: a field may span several of them."""

    def __init__(
        self, document: Document, part: str, root: etree._Element, *, is_margin: bool = False
    ) -> None:
        self._boxes: list[etree._Element] = []
        self._charts: list[Block] = []
        self._document = document
        self._part = part
        self._is_margin = is_margin
        self._fields = OpenFields(root)
        self._is_hidden = False  # unless a run says otherwise
        self._readers: dict[str, Callable[[etree._Element, Pieces], None]] = {
            "r": self._read_run,
            **dict.fromkeys(CHARACTERS, self._read_character),
            "AlternateContent": self._read_alternatives,
            "sdt": self._read_control,
            "fldChar": self._read_field_mark,
            "instrText": self._read_code,
            "fldSimple": self._read_simple_field,
            "hyperlink": self._read_link,
            **dict.fromkeys(_REFERENCES, self._read_note),
            "txbxContent": self._read_box,
            "p": self._read_drawing_paragraph,
            "drawing": self._read_drawing,
            "pict": self._read_drawing,
            "relIds": self._read_diagram,
            "chart": self._read_chart,
            "object": self._skip_object,
        }

    def read(self, paragraph: etree._Element, style: str) -> Pieces:
        """Return the text of a paragraph, given its style, between page breaks."""
        pieces: Pieces = []
        self._is_hidden = style in self._document.styles.hidden
        self._walk(paragraph, pieces)
        self._fields.end_paragraph()
        if self._is_margin and is_about_pages(join(pieces)):
            return [piece for piece in pieces if isinstance(piece, Remark)]
        return pieces

    def take_drawings(self) -> tuple[list[etree._Element], list[Block]]:
        """Return the text boxes and charts of the paragraphs read since the last call."""
        boxes, self._boxes = self._boxes, []
        charts, self._charts = self._charts, []
        return boxes, charts

    def flatten(self, parent: etree._Element, inside: Container[str] = ("tbl", "tr", "tc")) -> str:
        """Return the text of all paragraphs of a cell, note or text box, on a line.

        `inside` are the tags of children whose paragraphs count, too.
        """
        texts: list[str] = []
        for paragraph in iterate(parent, "p", inside):
            properties = read_properties(paragraph.find("{*}pPr"))
            style = read_style(properties)
            number = self._document.numbering.count(style, properties.get("numPr"))
            pieces = self.read(paragraph, style)
            for piece in pieces:
                if isinstance(piece, Remark):
                    self._document.report(piece.kind, piece.detail)
            texts += [number.label if number else "", join(pieces)]
            boxes, charts = self.take_drawings()
            texts += [f" {self.flatten(box)}" for box in boxes]
            texts += [f" {chart.lead} {chart.text}" for chart in charts]
            if not is_mark_deleted(properties):
                texts.append(" ")
        return " ".join("".join(texts).split())

    def _walk(self, parent: etree._Element, pieces: Pieces) -> None:
        for child in parent:
            tag = read_tag(child)
            read = self._readers.get(tag)
            if read is not None:
                read(child, pieces)
            elif tag not in _SKIPPED:
                self._walk(child, pieces)

    def _read_run(self, run: etree._Element, pieces: Pieces) -> None:
        font, is_hidden = "", self._is_hidden
        for child in run:
            tag = read_tag(child)
            if tag == "t" and not is_hidden:
                if not self._fields.is_in_code and child.text:
                    pieces.append(translate(child.text, font))
            elif tag == "rPr":
                font, is_hidden = read_look(child, self._document.styles, is_hidden=is_hidden)
            elif tag in _SKIPPED:
                continue
            elif is_hidden and tag not in _FIELD_PARTS:
                if not self._fields.is_in_code and tag == "t" and (child.text or "").strip():
                    pieces.append(_HIDDEN_TEXT)
            elif read := self._readers.get(tag):
                read(child, pieces)
            else:
                self._walk(child, pieces)

    def _read_character(self, element: etree._Element, pieces: Pieces) -> None:
        if not self._fields.is_in_code:
            pieces.append(CHARACTERS[read_tag(element)](element))

    def _read_alternatives(self, element: etree._Element, pieces: Pieces) -> None:
        """Read a drawing, but not its copy for old programs."""
        self._walk(choose(element), pieces)

    def _read_control(self, element: etree._Element, pieces: Pieces) -> None:
        """Read a content control, unless it still shows its prompt."""
        if is_unfilled(element):
            return
        start = len(pieces)
        self._walk(element, pieces)
        box = element.find("{*}sdtPr/{*}checkbox")
        if box is not None and not join(pieces[start:]).strip():
            pieces.append("☑" if is_on(box.find("{*}checked")) else "☐")

    def _read_field_mark(self, element: etree._Element, pieces: Pieces) -> None:
        field = self._fields.read_mark(element, pieces)
        if field is not None:
            self._end_field(field, pieces)

    def _read_code(self, element: etree._Element, _: Pieces) -> None:
        self._fields.add_code(element.text or "")

    def _read_simple_field(self, element: etree._Element, pieces: Pieces) -> None:
        field = Field(code=read_attribute(element, "instr") or "")
        field.begin_result(pieces)
        self._walk(element, pieces)
        self._end_field(field, pieces)

    def _end_field(self, field: Field, pieces: Pieces) -> None:
        if self._fields.is_in_code or field.pieces is not pieces:
            return
        if self._is_margin and field.name in PAGE_FIELDS:
            del pieces[field.start :]
        elif field.form is not None:
            pieces.append(field.form)
        else:
            pieces.append(show_address(field.address, join(pieces[field.shown])))

    def _read_link(self, element: etree._Element, pieces: Pieces) -> None:
        start = len(pieces)
        self._walk(element, pieces)
        address = self._document.find_link(self._part, read_relationship_id(element))
        if address and not self._fields.is_in_code:
            pieces.append(show_address(address, join(pieces[start:])))

    def _read_note(self, element: etree._Element, pieces: Pieces) -> None:
        """Read a footnote, endnote or comment where the text refers to it."""
        kind = read_tag(element).removesuffix("Reference")
        note = self._document.take_note(kind, read_attribute(element, "id") or "")
        if note is None:
            return
        text = RunReader(self._document, note.part, note.element).flatten(note.element)
        if text and kind == "comment":
            pieces.append(f" [💬 {note.author}: {text}]" if note.author else f" [💬 {text}]")
        elif text:
            pieces.append(f" ({text})")

    def _read_box(self, element: etree._Element, _: Pieces) -> None:
        self._boxes.append(element)

    def _read_drawing_paragraph(self, element: etree._Element, pieces: Pieces) -> None:
        self._walk(element, pieces)
        pieces.append("\n")

    def _read_drawing(self, element: etree._Element, pieces: Pieces) -> None:
        self._walk(element, pieces)
        if has_picture(element):
            if is_large(element):
                pieces.append(Remark(RemarkKind.PICTURE))
            if text := read_alternative_text(element):
                pieces.append(f"[picture: {text}]")

    def _read_diagram(self, element: etree._Element, pieces: Pieces) -> None:
        name = self._document.find_part(self._part, read_attribute(element, "dm") or "")
        data = self._document.find(name)
        if data is not None:
            pieces += [f"\n{line}" for line in list_diagram_lines(data)]

    def _read_chart(self, element: etree._Element, pieces: Pieces) -> None:
        root = self._document.find(
            self._document.find_part(self._part, read_relationship_id(element))
        )
        blocks = [] if root is None else [*read_chart(root)]
        self._charts += blocks
        if not blocks:
            pieces.append(Remark(RemarkKind.SKIPPED, detail="chart"))

    def _skip_object(self, _: etree._Element, pieces: Pieces) -> None:
        pieces.append(Remark(RemarkKind.SKIPPED, detail="object"))


def join(pieces: Pieces) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))
