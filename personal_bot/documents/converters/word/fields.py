"""Reads the fields of a DOCX: their results, the values of old form fields and addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute
from personal_bot.documents.converters.word.structure import is_on

PAGE_FIELDS: Final = {"PAGE", "NUMPAGES", "SECTIONPAGES"}
_ABOUT_PAGES: Final = re.compile(
    r"(?:\W|_|\b(?:pages?|of|p|pg|sheet|стр|страница|страниц|из|лист|листов|всего|с|seite|von)\b)*",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"\s*(\w+)")
_ADDRESS: Final = re.compile(r'\s*HYPERLINK\s+(?:"([^"]+)"|([^\s\\"]+))', re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?://|mailto:)(?:www\.)?(.+?)/?", re.IGNORECASE)
_SHOWN_PIECES: Final = 200
_LONGEST_CODE: Final = 10_000  # characters; an address is shorter


@dataclass
class Field:
    """A field. Its result begins in `pieces`, the text of a paragraph, at `start`."""

    code: str = ""
    form: str | None = None  # the value of a check box or drop-down list
    pieces: Sequence[object] | None = None  # None before the result
    start: int = 0

    def begin_result(self, pieces: Sequence[object]) -> None:
        self.pieces = pieces
        self.start = len(pieces)

    @property
    def shown(self) -> slice:
        """The pieces that may show the address of a link; more would take long if links nest."""
        return slice(self.start, self.start + _SHOWN_PIECES)

    @property
    def name(self) -> str:
        match = _NAME.match(self.code)
        return match[1].upper() if match else ""

    @property
    def address(self) -> str:
        match = _ADDRESS.match(self.code)
        return (match[1] or match[2]) if match else ""


class OpenFields:
    """The fields that have begun and not ended; they may span paragraphs."""

    def __init__(self, root: etree._Element) -> None:
        self._fields: list[Field] = []
        self._codes = 0  # fields whose result has not begun
        kinds = [read_attribute(mark, "fldCharType") for mark in root.iter("{*}fldChar")]
        self._is_balanced = kinds.count("begin") == kinds.count("end")

    @property
    def is_in_code(self) -> bool:
        return self._codes > 0

    def add_code(self, text: str) -> None:
        if self._fields and len(self._fields[-1].code) < _LONGEST_CODE:
            self._fields[-1].code += text

    def read_mark(self, mark: etree._Element, pieces: Sequence[object]) -> Field | None:
        """Begin or end a field, or begin its result. Return a field that ended."""
        kind = read_attribute(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(Field(form=_read_form(mark)))
            self._codes += 1
        elif kind in {"separate", "end"} and self._fields:
            if self._fields[-1].pieces is None:
                self._fields[-1].begin_result(pieces)
                self._codes -= 1
            return self._fields.pop() if kind == "end" else None
        return None

    def end_paragraph(self) -> None:
        """Forget open fields if one has no end, because it would hide all that follows."""
        if not self._is_balanced:
            self._fields.clear()
            self._codes = 0


def _read_form(mark: etree._Element) -> str | None:
    """Return the value of an old form field that its result does not show."""
    box = mark.find("{*}ffData/{*}checkBox")
    if box is not None:
        checked = box.find("{*}checked")
        return "☑" if is_on(box.find("{*}default") if checked is None else checked) else "☐"
    choices = mark.find("{*}ffData/{*}ddList")
    if choices is None:
        return None
    found = choices.find("{*}result")
    index = read_attribute(choices.find("{*}default") if found is None else found, "val") or "0"
    entries = choices.findall("{*}listEntry")
    if not index.isdecimal() or int(index) >= len(entries):
        return ""
    return read_attribute(entries[int(index)], "val") or ""


def show_address(address: str, text: str) -> str:
    """Return an address on the Internet in parentheses, unless the text of the link shows it."""
    match = _LINK.fullmatch(address.strip())
    shown = text.strip().lower()
    if not match or not shown or match[1].partition("?")[0].lower() in shown:
        return ""
    return f" ({address.strip()})"


def is_about_pages(text: str) -> bool:
    """Tell whether a line of a header or footer only stood around page numbers."""
    return _ABOUT_PAGES.fullmatch(text) is not None
