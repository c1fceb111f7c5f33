"""Reads XLSX and XLSM sheet by sheet, without keeping a whole sheet in memory."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.content import Block, Page, Remark, RemarkKind
from personal_bot.documents.converters.office.charts import find_charts, read_chart
from personal_bot.documents.converters.office.package import Package, read_relationship_id
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.tables.table import Cell
from personal_bot.documents.converters.workbooks import worksheets
from personal_bot.documents.converters.workbooks.cell_formats import CellFormat, read_cell_formats
from personal_bot.documents.converters.workbooks.cell_values import Shown, show_stored, show_value
from personal_bot.documents.converters.workbooks.formulas import Calculator, DataTable, show_formula
from personal_bot.documents.converters.workbooks.worksheet_drawings import (
    count_pictures,
    read_shapes,
)
from personal_bot.documents.converters.workbooks.worksheet_layout import (
    HIDDEN,
    LAST_COLUMN,
    Area,
    CellBudget,
    SheetRow,
    TableArea,
    Worksheet,
    read_area,
)

_USUAL: Final = "xl/workbook.xml"
_VISIBLE: Final = "visible"
_TRUE: Final = {"1", "true"}
_REPEATED_ROWS: Final = re.compile(r"\$([0-9]{1,7}):\$([0-9]{1,7})")
_REPEATED: Final = "_xlnm.Print_Titles"


class _Sheet(NamedTuple):
    number: int  # among all sheets, from 0
    name: str
    is_hidden: bool
    part: str
    tables: Sequence[DataTable]


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield a page for each sheet, with its name as title. Raises RefusalError."""
    workbook = _Workbook(source, limits)
    for sheet in workbook.sheets:
        yield workbook.read_page(sheet)


class _Workbook:
    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._package = Package(source, limits)
        part = self._package.find_main_part(_USUAL)
        root = self._package.parse(part)
        related = {key: target for key, _, target in self._package.read_relationships(part)}
        self._root = root
        self._since_1904 = _is_set(root.find("{*}workbookPr"), "date1904")
        # A program that cannot compute stores no values or 0, and asks for their computation.
        self._is_stale = _is_set(root.find("{*}calcPr"), "fullCalcOnLoad")
        texts = self._package.name_related(part, "sharedStrings")
        has_texts = texts in self._package
        self._texts = worksheets.read_texts(self._package.read(texts)) if has_texts else []
        styles = self._package.name_related(part, "styles")
        self._formats = read_cell_formats(self._package.find(styles))
        self.sheets = [*self._list_sheets(related)]
        tables = [table for sheet in self.sheets for table in sheet.tables]
        self._calculator = Calculator(source, tables)
        self._budget = CellBudget(limits)

    def _list_sheets(self, related: dict[str, str]) -> Iterator[_Sheet]:
        for number, element in enumerate(self._root.iterfind("{*}sheets/{*}sheet")):
            if part := related.get(read_relationship_id(element)):
                name = element.get("name", "")
                is_hidden = element.get("state", _VISIBLE) != _VISIBLE
                yield _Sheet(number, name, is_hidden, part, [*self._read_tables(name, part)])

    def _read_tables(self, sheet: str, part: str) -> Iterator[DataTable]:
        for _, kind, target in self._package.read_relationships(part):
            root = self._package.find(target) if kind == "table" else None
            area = None if root is None else read_area(root.get("ref", ""))
            if root is None or area is None:
                continue
            columns = root.iterfind("{*}tableColumns/{*}tableColumn")
            yield DataTable(
                root.get("displayName") or root.get("name") or "",
                sheet,
                *(area.top, area.left + 1, area.bottom, area.right + 1),
                tuple(worksheets.unescape(column.get("name") or "") for column in columns),
                _read_count(root.get("headerRowCount"), 1),
                _read_count(root.get("totalsRowCount"), 0),
            )

    def read_page(self, sheet: _Sheet) -> Page:
        remarks: list[Remark] = []
        title = f"{HIDDEN}{sheet.name}" if sheet.is_hidden else sheet.name
        return Page(None, self._read_blocks(sheet, remarks), title, remarks)

    def _read_blocks(self, sheet: _Sheet, remarks: list[Remark]) -> Iterator[Block]:
        content = self._package.read(sheet.part)
        found = worksheets.survey(content)
        self._complete_layout(sheet, found)
        counts: Counter[RemarkKind] = Counter()
        rows = self._read_rows(sheet.name, content, counts)
        worksheet = Worksheet(rows, found.layout, self._budget)
        yield from worksheet.render()
        related = {key: target for key, _, target in self._package.read_relationships(sheet.part)}
        for key in found.drawings:
            part = related.get(key, "")
            drawing = self._package.find(part)
            if drawing is not None:
                yield from read_shapes(drawing)
                counts[RemarkKind.PICTURE] += count_pictures(drawing)
                for name in find_charts(self._package, part).values():
                    chart = self._package.find(name)
                    if chart is not None:
                        yield from read_chart(chart)
        counts[RemarkKind.HIDDEN] += worksheet.hidden + sheet.is_hidden
        remarks.extend(Remark(kind, count) for kind, count in counts.items() if count)

    def _complete_layout(self, sheet: _Sheet, found: worksheets.Survey) -> None:
        """Add what other parts say about a sheet: its tables, comments, links, repeated rows."""
        layout = found.layout
        for table in sheet.tables:
            area = Area(table.top, table.left - 1, table.bottom, table.right - 1)
            layout.tables.append(TableArea(area, table.header_rows))
        addresses = self._package.read_links(sheet.part)
        for area, key in found.links:
            if address := addresses.get(key):
                layout.links[area.top, area.left] = address
        layout.notes = self._read_notes(sheet.part)
        for name in self._root.iterfind("{*}definedNames/{*}definedName"):
            if name.get("name") == _REPEATED and name.get("localSheetId") == str(sheet.number):
                for first, last in _REPEATED_ROWS.findall(name.text or ""):
                    layout.headers.append(Area(int(first), 0, int(last), LAST_COLUMN))

    def _read_notes(self, part: str) -> dict[tuple[int, int], str]:
        """Return the comments by cell. For a thread, the classic comment is only a substitute."""
        notes: dict[str, dict[tuple[int, int], list[str]]] = {"comments": {}, "threadedComment": {}}
        for _, kind, target in self._package.read_relationships(part):
            root = self._package.find(target) if kind in notes else None
            for element in () if root is None else root.iter("{*}comment", "{*}threadedComment"):
                area = read_area(element.get("ref", ""))
                body = element.find("{*}text")
                if area is not None and body is not None:
                    text = " ".join((worksheets.read_rich_text(body) or body.text or "").split())
                    notes[kind].setdefault(area[:2], []).append(text)
        merged = {**notes["comments"], **notes["threadedComment"]}
        return {place: " / ".join(filter(None, texts)) for place, texts in merged.items()}

    def _read_rows(
        self, sheet: str, content: bytes, counts: Counter[RemarkKind]
    ) -> Iterator[SheetRow]:
        for row in worksheets.read_rows(content, self._budget):
            cells = {}
            for cell in row.cells:
                style = (
                    self._formats[cell.style] if cell.style < len(self._formats) else CellFormat()
                )
                shown = self._show(sheet, row.number, cell, style.code, counts)
                cells[cell.column] = Cell(
                    shown.text, shown.kind, is_strong=style.is_strong, value=shown.value
                )
            yield SheetRow(row.number, cells, row.is_hidden)

    def _show(
        self,
        sheet: str,
        row: int,
        cell: worksheets.StoredCell,
        code: str,
        counts: Counter[RemarkKind],
    ) -> Shown:
        if cell.formula is not None and (cell.value is None or self._is_stale):
            value = self._calculator.compute(sheet, row, cell.column + 1)
            if value is not None:
                counts[RemarkKind.COMPUTED] += 1
                return show_value(value, code, since_1904=self._since_1904)
            if cell.value in {None, "0"}:
                counts[RemarkKind.FORMULA] += 1
                formula = cell.formula or self._calculator.find_formula(sheet, row, cell.column + 1)
                return Shown(show_formula(formula or "…"))
        return show_stored(cell, code, self._texts, since_1904=self._since_1904)


def _is_set(element: etree._Element | None, name: str) -> bool:
    return element is not None and element.get(name) in _TRUE


def _read_count(text: str | None, default: int) -> int:
    return int(text) if text in {"0", "1"} else default
