"""Reads the paragraphs, lists, tables and shapes of OpenDocument files, in document order."""

from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block, BlockKind, Remark, RemarkKind
from personal_bot.documents.converters.opendocument.characters import PAGE_BREAK, PARAGRAPHS
from personal_bot.documents.converters.opendocument.charts import read_chart
from personal_bot.documents.converters.opendocument.forms import Controls
from personal_bot.documents.converters.opendocument.frames import (
    CONTROL,
    FRAME,
    OBJECT,
    SHAPES,
    TEXT_BOX,
    find_content,
)
from personal_bot.documents.converters.opendocument.inline import InlineReader, Pieces
from personal_bot.documents.converters.opendocument.lists import ListNumbers, OpenList
from personal_bot.documents.converters.opendocument.names import CHART, OFFICE, TABLE, TEXT
from personal_bot.documents.converters.opendocument.package import Document
from personal_bot.documents.converters.opendocument.paragraphs import Place, describe
from personal_bot.documents.converters.opendocument.styles import Style, Styles
from personal_bot.documents.converters.opendocument.tables import (
    GridCell,
    count_header_rows,
    is_strong,
    read_grid,
)
from personal_bot.documents.converters.tables.table import Cell
from personal_bot.documents.converters.word.page_breaks import Break, Pages, split_at_breaks
from personal_bot.documents.converters.word.tables import TableWriter

_HIDDEN: Final = "[hidden] "
_SKIPPED: Final = (*(f"{TEXT}tracked-changes", f"{OFFICE}forms", f"{OFFICE}event-listeners"),)
_SKIPPED_ENDS: Final = ("-source", "-decls")  # of indexes, and of variables
_TABLE: Final = f"{TABLE}table"
_ITEM: Final = f"{TEXT}list-item"


class StoryReader:
    """Reads the elements of a text, header, text box or slide."""

    def __init__(
        self,
        document: Document,
        styles: Styles,
        lists: ListNumbers,
        pages: Pages,
        controls: Controls,
        *,
        is_margin: bool = False,
    ) -> None:
        # Called with the name of a master page that begins with a paragraph or table.
        self.begin_section: Callable[[str], None] = lambda _: None
        self.inline = InlineReader(document, styles, lists, controls, is_margin=is_margin)
        self._document = document
        self._styles = styles
        self._lists = lists
        self._pages = pages
        self._is_margin = is_margin
        self._mark = ""  # before the next block
        self._is_empty = True  # nothing was read so far
        self._ends_page = False
        self._is_embedded = False  # within an object, which may hold itself
        self._caption: etree._Element | None = None  # below a table, read with it
        self._readers: dict[str, Callable[[etree._Element], None]] = {
            **dict.fromkeys(PARAGRAPHS, self._read_paragraph),
            **dict.fromkeys((FRAME, CONTROL, *SHAPES), self._read_shape),
            f"{TEXT}list": self._read_list,
            f"{TEXT}numbered-paragraph": self._read_numbered,
            f"{TEXT}section": self._read_section,
            PAGE_BREAK: self._turn_page,
            f"{OFFICE}annotation": self._read_comment,
            _TABLE: self._read_table,
        }

    def read(self, parent: Iterable[etree._Element]) -> None:
        for element in parent:
            read = self._readers.get(element.tag)
            if read is not None:
                read(element)
            elif element.tag not in _SKIPPED and not element.tag.endswith(_SKIPPED_ENDS):
                self.read(element)

    def add(self, blocks: Iterable[Block], *, is_caption: bool = False) -> None:
        for block in blocks:
            marked = block._replace(text=f"{self._mark}{block.text}") if self._mark else block
            self._pages.add(marked, is_caption=is_caption)
            self._mark = ""

    def _turn_page(self, _: etree._Element) -> None:
        self._pages.turn_page(Break.SAVED)

    def _read_section(self, section: etree._Element) -> None:
        if section.get(f"{TEXT}display") == "none":
            self._mark = _HIDDEN
            self._pages.report(RemarkKind.HIDDEN)
        self.read(section)
        self._mark = ""  # of a section without text

    def _read_list(self, element: etree._Element, outer: OpenList | None = None) -> None:
        opened = self._lists.open(element, outer)
        for item in element:
            place = Place(opened, item) if item.tag == _ITEM else None  # else a header of the list
            for child in item if item.tag != PAGE_BREAK else [item]:
                if child.tag in PARAGRAPHS:
                    self._read_paragraph(child, place)
                    place = None  # only the first paragraph has the number
                elif child.tag == f"{TEXT}list":
                    self._read_list(child, opened)
                    place = None
                elif child.tag == PAGE_BREAK:
                    self._turn_page(child)

    def _read_numbered(self, element: etree._Element) -> None:
        opened = self._lists.open_paragraph(element)
        for child in element.iterchildren(*PARAGRAPHS):
            self._read_paragraph(child, Place(opened, element))

    def _read_paragraph(self, paragraph: etree._Element, place: Place | None = None) -> None:
        if paragraph is self._caption:
            return
        style = self._styles.find("paragraph", paragraph.get(f"{TEXT}style-name"))
        self._begin(style)
        model, label = describe(paragraph, style, place, self._lists, is_margin=self._is_margin)
        pieces = self.inline.read(paragraph)
        self._add_pieces(pieces, model, label, is_caption=style.is_caption)
        self._read_shapes()
        self._ends_page = style.ends_page

    def _begin(self, style: Style) -> None:
        """Begin a page or section before a paragraph or table, if its style says so."""
        if (style.begins_page or style.master or self._ends_page) and not self._is_empty:
            self._pages.turn_page(Break.SAVED)
        self._ends_page = False
        if style.master or self._is_empty:
            self.begin_section(style.master)
        self._is_empty = False

    def _add_pieces(
        self, pieces: Pieces, model: Block, label: str, *, is_caption: bool = False
    ) -> None:
        """Add a paragraph; its parts before and after a page break are separate blocks."""
        for part in split_at_breaks(pieces, keep_blank=model.kind is BlockKind.CODE):
            if isinstance(part, Remark):
                self._pages.report(part.kind, part.detail)
            elif isinstance(part, Break):
                self._pages.turn_page(part)
            else:
                self.add([model._replace(text=f"{label}{part}")], is_caption=is_caption)
                label = ""

    def _read_shape(self, shape: etree._Element) -> None:
        """Read a shape that no paragraph anchors."""
        self._add_pieces(self.inline.read_shape(shape), Block(""), "")
        self._read_shapes()

    def _read_shapes(self) -> None:
        """Read what the shapes of the last paragraph hold: text boxes, tables, objects."""
        shapes, self.inline.shapes = self.inline.shapes, []
        for shape in shapes:
            content = find_content(shape) if shape.tag == FRAME else shape
            if content is None:
                continue
            if content.tag == _TABLE:
                self._read_table(content)
            elif content.tag == OBJECT:
                self._read_object(content)
            elif content.tag in {TEXT_BOX, *SHAPES}:
                self.read(content)
            else:
                self._pages.report(RemarkKind.SKIPPED, "object")

    def _read_object(self, content: etree._Element) -> None:
        """Read an embedded chart or spreadsheet."""
        root = self._document.package.find_object(content)
        body = None if root is None else root.find(f"{OFFICE}body")
        chart = None if body is None else body.find(f"{OFFICE}chart/{CHART}chart")
        sheets = [] if body is None else body.findall(f"{OFFICE}spreadsheet/{_TABLE}")
        if chart is not None:
            self.add(read_chart(chart, self._document.package.budget))
        elif sheets and not self._is_embedded:
            self._is_embedded = True
            for sheet in sheets:
                self._read_table(sheet)
            self._is_embedded = False
        else:
            self._pages.report(RemarkKind.SKIPPED, "object")

    def _read_comment(self, annotation: etree._Element) -> None:
        self.add([Block(self.inline.read_comment(annotation))])

    def _read_table(self, table: etree._Element) -> None:
        """Read a table; tables in its cells follow their row, and a frame is no table."""
        self._begin(self._styles.find("table", table.get(f"{TABLE}style-name")))
        grid = read_grid(table, self._document.package.budget)
        if all(len(row.cells) <= 1 for row in grid):
            for row in grid:
                for cell in row.cells:
                    self.read(cell.element)
            return
        title = self._find_title(table)
        rows = [{cell.column: self._read_cell(cell) for cell in row.cells} for row in grid]
        shapes, self.inline.shapes = self.inline.shapes, []
        writer = TableWriter(rows, title, count_header_rows(grid))
        start = 0
        for number, row in enumerate(grid):
            if row.begins_page:
                self.add(writer.render(start, number))
                self._pages.turn_page(Break.SAVED)
                start = number
            inner = [table for cell in row.cells for table in cell.element.iterchildren(_TABLE)]
            if inner:
                self.add(writer.render(start, number + 1))
                start = number + 1
            for element in inner:
                self._read_table(element)
        self.add(writer.render(start, len(grid)))
        self.inline.shapes = shapes
        self._read_shapes()

    def _read_cell(self, cell: GridCell) -> Cell:
        text = self.inline.flatten(cell.element)
        return Cell(
            text,
            is_strong=bool(text) and is_strong(cell.element, self._styles),
            columns=cell.columns,
            rows=cell.rows,
        )

    def _find_title(self, table: etree._Element) -> str:
        """Return the title of a table: that of a caption above, or its own, or one below it."""
        own = table.findtext(f"{TABLE}title", "")
        above = self._pages.take_caption()
        below = table.getnext()
        if above or own or below is None or below.tag != f"{TEXT}p":
            return above or own
        style = self._styles.find("paragraph", below.get(f"{TEXT}style-name"))
        after = below.getnext()
        if not style.is_caption or (after is not None and after.tag == _TABLE):
            return ""
        self._caption = below
        return self.inline.read_line(below)
