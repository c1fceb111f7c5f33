"""Reads the text of paragraphs in OpenDocument files: fields, notes, comments, links and shapes."""

import re
from collections.abc import Callable
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.office.mathml import read_math
from personal_bot.documents.converters.office.symbols import is_symbol_font, translate
from personal_bot.documents.converters.opendocument.characters import (
    CHARACTERS,
    PAGE_FIELDS,
    PARAGRAPHS,
    UNREAD,
)
from personal_bot.documents.converters.opendocument.forms import Controls, is_prompt
from personal_bot.documents.converters.opendocument.frames import (
    CONTROL,
    FRAME,
    IMAGE,
    OBJECT,
    SHAPES,
    find_content,
    is_large,
    read_alternative_text,
)
from personal_bot.documents.converters.opendocument.lists import ListNumbers, OpenList
from personal_bot.documents.converters.opendocument.names import (
    DC,
    LOEXT,
    MATH,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
)
from personal_bot.documents.converters.opendocument.package import Document
from personal_bot.documents.converters.opendocument.styles import Styles
from personal_bot.documents.converters.word.fields import is_about_pages, show_address
from personal_bot.documents.converters.word.page_breaks import Break

Pieces = list[str | Break | Remark]
"""A paragraph's text, in which page breaks and remarks stand where they belong."""

_WHITE_SPACE: Final = re.compile("[ \t\r\n]+")
_HIDDEN_TEXT: Final = Remark(RemarkKind.SKIPPED, detail="hidden text")


class InlineReader:
    """Reads paragraphs, given their styles. Shapes that they anchor are left in `shapes`."""

    def __init__(
        self,
        document: Document,
        styles: Styles,
        lists: ListNumbers,
        controls: Controls,
        *,
        is_margin: bool = False,
    ) -> None:
        self.shapes: list[etree._Element] = []
        self._document = document
        self._styles = styles
        self._lists = lists
        self._controls = controls
        self._is_margin = is_margin
        self._is_hidden = False
        self._font = ""
        self._readers: dict[str, Callable[[etree._Element, Pieces], None]] = {
            **dict.fromkeys(UNREAD, self._skip),
            **dict.fromkeys(CHARACTERS, self._read_character),
            **dict.fromkeys(PAGE_FIELDS, self._read_page_field),
            **dict.fromkeys(SHAPES, self._read_shape),
            f"{TEXT}span": self._read_span,
            f"{TEXT}a": self._read_link,
            f"{TEXT}note": self._read_note,
            f"{TEXT}hidden-text": self._read_hidden,
            f"{TEXT}hidden-paragraph": self._read_hidden,
            f"{OFFICE}annotation": self._read_comment,
            f"{LOEXT}content-control": self._read_control,
            FRAME: self._read_frame,
            CONTROL: self._read_form_control,
        }

    def read(self, paragraph: etree._Element) -> Pieces:
        style = self._styles.find("paragraph", paragraph.get(f"{TEXT}style-name"))
        pieces: Pieces = []
        before = self._is_hidden, self._font  # a note may be within another paragraph
        self._is_hidden, self._font = bool(style.is_hidden), _keep_symbol_font(style.font)
        self._walk(paragraph, pieces)
        self._is_hidden, self._font = before
        if self._is_margin and is_about_pages(join(pieces)):
            return [piece for piece in pieces if isinstance(piece, Remark)]
        return pieces

    def read_line(self, paragraph: etree._Element) -> str:
        """Return the text of a paragraph on a line, and report its remarks."""
        pieces = self.read(paragraph)
        for piece in pieces:
            if isinstance(piece, Remark):
                self._document.report(piece.kind, piece.detail)
        return " ".join(join(pieces).split())

    def flatten(self, parent: etree._Element, outer: OpenList | None = None) -> str:
        """Return the text of a cell, note, list or text box on a line, without inner tables."""
        texts: list[str] = []
        if parent.tag == f"{TEXT}list":
            outer = self._lists.open(parent, outer)
        label = ""
        for child in parent:
            if child.tag in PARAGRAPHS:
                if outer is not None and parent.tag == f"{TEXT}list-item" and not texts:
                    name = child.get(f"{TEXT}style-name")
                    style = self._styles.find("paragraph", name).list_style
                    label = self._lists.count(outer, parent, style)
                texts.append(f"{label}{self.read_line(child)}")
                label = ""
                shapes, self.shapes = self.shapes, []
                for shape in shapes:
                    inner = find_content(shape) if shape.tag == FRAME else shape
                    if inner is None or inner.tag in {OBJECT, f"{TABLE}table"}:
                        self.shapes.append(shape)
                    else:
                        texts.append(self.flatten(inner))
            elif child.tag not in {f"{TABLE}table", *UNREAD}:
                texts.append(self.flatten(child, outer))
        return " ".join(filter(None, texts))

    def read_shape(self, shape: etree._Element) -> Pieces:
        """Return the text of a picture, formula or control; leave any other shape in `shapes`."""
        pieces: Pieces = []
        self._readers[shape.tag](shape, pieces)
        return pieces

    def read_comment(self, annotation: etree._Element) -> str:
        author = " ".join(annotation.findtext(f"{DC}creator", "").split())
        text = " ".join(
            filter(
                None,
                (
                    self.read_line(child) if child.tag in PARAGRAPHS else self.flatten(child)
                    for child in annotation.iterchildren(*PARAGRAPHS, f"{TEXT}list")
                ),
            )
        )
        if not text:
            return ""
        return f"[💬 {author}: {text}]" if author else f"[💬 {text}]"

    def _walk(self, parent: etree._Element, pieces: Pieces) -> None:
        self._add(parent.text, pieces)
        for child in parent:
            read = self._readers.get(child.tag)
            if read is not None:
                read(child, pieces)
            else:
                self._walk(child, pieces)
            self._add(child.tail, pieces)

    def _add(self, text: str | None, pieces: Pieces) -> None:
        if not text:
            return
        if self._is_hidden:
            if text.strip():
                pieces.append(_HIDDEN_TEXT)
        else:
            pieces.append(translate(_WHITE_SPACE.sub(" ", text), self._font))

    def _skip(self, element: etree._Element, pieces: Pieces) -> None:
        """Read nothing of an element."""

    def _read_character(self, element: etree._Element, pieces: Pieces) -> None:
        pieces.append(CHARACTERS[element.tag](element))

    def _read_span(self, span: etree._Element, pieces: Pieces) -> None:
        style = self._styles.find("text", span.get(f"{TEXT}style-name"))
        before = self._is_hidden, self._font
        if style.is_hidden is not None:
            self._is_hidden = style.is_hidden
        if style.font:
            self._font = _keep_symbol_font(style.font)
        self._walk(span, pieces)
        self._is_hidden, self._font = before

    def _read_link(self, link: etree._Element, pieces: Pieces) -> None:
        start = len(pieces)
        self._walk(link, pieces)
        pieces.append(show_address(link.get(f"{XLINK}href", ""), join(pieces[start:])))

    def _read_page_field(self, field: etree._Element, pieces: Pieces) -> None:
        if not self._is_margin:
            self._walk(field, pieces)

    def _read_hidden(self, field: etree._Element, pieces: Pieces) -> None:
        if field.get(f"{TEXT}is-hidden") != "true":
            self._walk(field, pieces)
        elif field.get(f"{TEXT}string-value") or (field.text or "").strip():
            pieces.append(_HIDDEN_TEXT)

    def _read_note(self, note: etree._Element, pieces: Pieces) -> None:
        body = note.find(f"{TEXT}note-body")
        text = "" if body is None else self.flatten(body)
        if text and not self._is_hidden:
            pieces.append(f" ({text})")

    def _read_comment(self, annotation: etree._Element, pieces: Pieces) -> None:
        if text := self.read_comment(annotation):
            pieces.append(f" {text}")

    def _read_control(self, control: etree._Element, pieces: Pieces) -> None:
        if not is_prompt(control):
            self._walk(control, pieces)

    def _read_form_control(self, shape: etree._Element, pieces: Pieces) -> None:
        pieces.append(f"{self._controls.read(shape)} ")

    def _read_shape(self, shape: etree._Element, _: Pieces) -> None:
        self.shapes.append(shape)

    def _read_frame(self, frame: etree._Element, pieces: Pieces) -> None:
        """Read a picture or a formula; leave text boxes, charts and other objects."""
        content = find_content(frame)
        if content is not None and content.tag == IMAGE:
            if is_large(frame):
                pieces.append(Remark(RemarkKind.PICTURE))
            if text := read_alternative_text(frame):
                pieces.append(f"[picture: {text}] ")
            return
        formula = None
        if content is not None and content.tag == OBJECT:
            formula = self._document.package.find_object(content)
        if formula is not None and formula.tag == f"{MATH}math":
            pieces.append(read_math(formula))
        else:
            self.shapes.append(frame)


def _keep_symbol_font(font: str) -> str:
    return font if is_symbol_font(font) else ""


def join(pieces: Pieces) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))
