"""Reads DOCX from its XML: python-docx omits insertions, content controls and text boxes.

Word saves the page breaks of its last layout. Pages have numbers only if these breaks match the
page count that Word also saved; otherwise parts of the document have only their headings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.converters.numbering import Numbering
from personal_bot.documents.converters.office import Package, read_attribute, read_tag
from personal_bot.documents.converters.paragraphs import read_paragraphs
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.tables import Cell, place_rows, render_table

_DOCUMENT: Final = "word/document.xml"
# Deleted text, the origin of moved text, properties, and the copy of a drawing for old programs.
_SKIPPED: Final = {"del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr", "Fallback"}
_SKIPPED_IN_PARAGRAPHS: Final = _SKIPPED | {"txbxContent"}
_CHARACTERS: Final = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_TITLE_LEVELS: Final = 2  # deeper headings do not start a new part


@dataclass
class _Reading:
    """The state while the body is read."""

    levels: dict[str, int]  # outline level by style id
    notes: dict[tuple[str, str], str]
    numbering: Numbering
    page: int = 1
    breaks: int = 0  # page breaks saved by Word
    broken: bool = False  # after an explicit page break, before any text
    title: str | None = None
    parts: list[tuple[int, str | None, list[str]]] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not self.parts or self.parts[-1][:2] != (self.page, self.title):
            self.parts.append((self.page, self.title, []))
        self.parts[-1][2].append(text)

    def turn_page(self, *, saved: bool) -> None:
        """Count a page break; one that Word saved for an explicit break is not counted again."""
        if saved:
            self.breaks += 1
        if not (saved and self.broken):
            self.page += 1
        self.broken = not saved


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    package = Package(source, limits)
    body = package.parse(_DOCUMENT).find("{*}body")
    if body is None:
        return
    reading = _Reading(_read_levels(package), _read_notes(package), Numbering(package))
    _read_blocks(body, reading)
    reliable = reading.breaks > 0 and _read_page_count(package) == reading.page
    merged: list[tuple[int | None, str | None, list[str]]] = []
    for page, title, lines in reading.parts:
        number = page if reliable else None
        if merged and merged[-1][:2] == (number, title):
            merged[-1][2].extend(lines)
        else:
            merged.append((number, title, list(lines)))
    for number, title, lines in merged:
        yield Page(number, read_paragraphs("\n".join(lines)), title)


def _read_blocks(parent: etree._Element, reading: _Reading) -> None:
    for element in parent:
        tag = read_tag(element)
        if tag == "p":
            _read_paragraph(element, reading)
        elif tag == "tbl":
            for line in _read_table(element, reading):
                reading.add(line)
        elif tag not in _SKIPPED:  # content controls, insertions and other wrappers
            _read_blocks(element, reading)


def _read_paragraph(paragraph: etree._Element, reading: _Reading) -> None:
    properties = paragraph.find("{*}pPr")
    if properties is not None and properties.find("{*}pageBreakBefore") is not None:
        reading.turn_page(saved=False)
    # The text before a page break belongs to the page before it.
    label = reading.numbering.count(properties)
    pieces = [label]
    level = _read_level(properties, reading.levels)
    if level is not None and level < _TITLE_LEVELS:
        heading = _read_text(paragraph, reading.notes).strip()
        reading.title = f"{label}{heading}" if heading else reading.title
    for piece in _walk(paragraph, reading.notes):
        if isinstance(piece, str):
            pieces.append(piece)
            reading.broken = reading.broken and not piece.strip()
            continue
        if pieces != [label]:  # a number alone moves to the next page, with its text
            reading.add("".join(pieces).strip("\n"))
            pieces = []
        reading.turn_page(saved=piece)
    reading.add("".join(pieces))
    for box in paragraph.iter("{*}txbxContent"):
        if not any(read_tag(parent) in _SKIPPED_IN_PARAGRAPHS for parent in box.iterancestors()):
            _read_blocks(box, reading)


def _walk(element: etree._Element, notes: dict[tuple[str, str], str]) -> Iterator[str | bool]:
    """Yield text, True for a page break saved by Word, and False for an explicit one."""
    for child in element:
        tag = read_tag(child)
        if tag == "t":
            yield child.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif tag == "br":
            if read_attribute(child, "type") == "page":
                yield False
            else:
                yield "\n"
        elif tag == "lastRenderedPageBreak":
            yield True
        elif tag in {"footnoteReference", "endnoteReference"}:
            kind = tag.removesuffix("Reference")
            note = notes.get((kind, read_attribute(child, "id") or ""))
            yield f" ({note})" if note else ""
        elif tag not in _SKIPPED_IN_PARAGRAPHS:
            yield from _walk(child, notes)


def _read_text(element: etree._Element, notes: dict[tuple[str, str], str]) -> str:
    return "".join(piece for piece in _walk(element, notes) if isinstance(piece, str))


def _read_table(table: etree._Element, reading: _Reading) -> Iterator[str]:
    """Yield a line for each row; the rows of a table in a cell follow the row of that cell."""
    head: list[list[str]] = []  # the first row, once rendered
    rows: list[list[str]] = []
    for row in _iterate(table, "tr"):
        if _begins_page(row):
            yield from _render_rows(head, rows)
            head, rows = head or rows[:1], []
            reading.turn_page(saved=True)
        nested: list[str] = []
        rows.append([])
        for cell in _iterate(row, "tc"):
            rows[-1].extend(_read_cell(cell, reading))
            for inner in _iterate(cell, "tbl"):
                nested.extend(_read_table(inner, reading))
        if nested:
            yield from _render_rows(head, rows)
            head, rows = head or rows[:1], []
            yield from nested
    yield from _render_rows(head, rows)


def _begins_page(row: etree._Element) -> bool:
    cell = row.find("{*}tc")
    return cell is not None and cell.find("{*}p/{*}r/{*}lastRenderedPageBreak") is not None


def _read_cell(cell: etree._Element, reading: _Reading) -> list[str]:
    """Return the text of a cell, and an empty text for each further column that it spans."""
    properties = cell.find("{*}tcPr")
    merge = None if properties is None else properties.find("{*}vMerge")
    span = None if properties is None else properties.find("{*}gridSpan")
    paragraphs = [
        reading.numbering.count(paragraph.find("{*}pPr")) + _read_text(paragraph, reading.notes)
        for paragraph in _iterate(cell, "p")
    ]
    continued = merge is not None and read_attribute(merge, "val") != "restart"
    text = "" if continued else " ".join(filter(None, paragraphs))
    return [text] + [""] * (_read_number(read_attribute(span, "val")) - 1)


def _render_rows(head: list[list[str]], rows: list[list[str]]) -> Iterator[str]:
    """Render a part of a table; `head`, a possible header, has already been rendered."""
    head = [row for row in head if any(map(normalize_line, row))]
    cells = place_rows(map(Cell, row) for row in [*head, *rows])
    blocks = render_table(cells, is_layout=True)
    lines = (line for block in blocks for line in block.text.split("\n"))
    return islice(lines, len(head), None)


def _iterate(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Yield the children with a tag, including those in content controls and other wrappers."""
    for child in parent:
        tag = read_tag(child)
        if tag == wanted:
            yield child
        elif tag in {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}:
            yield from _iterate(child, wanted)


def _read_levels(package: Package) -> dict[str, int]:
    """Return outline levels by style id, counted from 0 and inherited from base styles."""
    root = package.find("word/styles.xml")
    if root is None:
        return {}
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in root.iterfind("{*}style"):
        name = read_attribute(style, "styleId") or ""
        level = read_attribute(style.find("{*}pPr/{*}outlineLvl"), "val")
        if level is not None and level.isdecimal():
            own[name] = int(level)
        elif (read_attribute(style.find("{*}name"), "val") or "").lower() == "title":
            own[name] = 0
        based[name] = read_attribute(style.find("{*}basedOn"), "val") or ""
    levels = {}
    for name in based:
        ancestor = name
        for _ in range(20):  # limits cycles of base styles
            if ancestor in own:
                levels[name] = own[ancestor]
                break
            ancestor = based.get(ancestor, "")
    return levels


def _read_level(properties: etree._Element | None, levels: dict[str, int]) -> int | None:
    if properties is None:
        return None
    own = read_attribute(properties.find("{*}outlineLvl"), "val")
    if own is not None and own.isdecimal():
        return int(own)
    return levels.get(read_attribute(properties.find("{*}pStyle"), "val") or "")


def _read_notes(package: Package) -> dict[tuple[str, str], str]:
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = package.find(f"word/{kind}s.xml")
        for note in root.iterfind(f"{{*}}{kind}") if root is not None else ():
            text = " ".join(_read_text(note, {}).split())
            if text:
                notes[kind, read_attribute(note, "id") or ""] = text
    return notes


def _read_page_count(package: Package) -> int | None:
    root = package.find("docProps/app.xml")
    count = root.findtext("{*}Pages") if root is not None else None
    return int(count) if count is not None and count.strip().isdecimal() else None


def _read_number(value: str | None) -> int:
    return min(int(value), 100) if value is not None and value.isdecimal() else 1
