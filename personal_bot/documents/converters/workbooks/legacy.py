"""Reads XLS, the binary format of Excel 97 to 2003, whose formulas always have stored values."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from personal_bot.documents.converters.content import Block, Page, Remark, RemarkKind
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import Cell, CellKind
from personal_bot.documents.converters.values.number_formats import GENERAL, show_number, show_text
from personal_bot.documents.converters.workbooks.cell_values import Shown
from personal_bot.documents.converters.workbooks.worksheet_layout import (
    HIDDEN,
    LAST_COLUMN,
    Area,
    CellBudget,
    Layout,
    SheetRow,
    Worksheet,
)

if TYPE_CHECKING:
    import xlrd.book
    import xlrd.sheet

_BOLD: Final = 600  # of a font's weight, from 100 to 1,000
_WHITE_INDEXES: Final = {1, 9, 64, 65}  # 64 and 65 are colours of the system


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield a page for each worksheet, with its name as title. Raises RefusalError."""
    import xlrd  # noqa: PLC0415 - rarely needed
    from xlrd.compdoc import CompDocError  # noqa: PLC0415

    try:
        workbook = xlrd.open_workbook(
            file_contents=source.read(),
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
    except (xlrd.XLRDError, CompDocError) as error:
        kind = RefusalKind.PASSWORD if "encrypted" in str(error) else RefusalKind.DAMAGED
        raise RefusalError(kind, type(error).__name__) from error
    budget = CellBudget(limits)
    for index, name in enumerate(workbook.sheet_names()):
        sheet = workbook.sheet_by_index(index)
        remarks: list[Remark] = []
        title = f"{HIDDEN}{name}" if sheet.visibility else name
        yield Page(None, _read_blocks(workbook, sheet, budget, remarks), title, remarks)
        workbook.unload_sheet(index)


def _read_blocks(
    workbook: "xlrd.book.Book",
    sheet: "xlrd.sheet.Sheet",
    budget: CellBudget,
    remarks: list[Remark],
) -> Iterator[Block]:
    layout = _read_layout(sheet)
    worksheet = Worksheet(_read_rows(workbook, sheet, budget), layout, budget)
    yield from worksheet.render()
    if hidden := worksheet.hidden + bool(sheet.visibility):
        remarks.append(Remark(RemarkKind.HIDDEN, hidden))


def _read_layout(sheet: "xlrd.sheet.Sheet") -> Layout:
    layout = Layout(sheet.nrows, sheet.ncols - 1)
    for top, bottom, left, right in sheet.merged_cells:
        layout.merged.append(Area(top + 1, left, bottom, right - 1))
    for column, info in sheet.colinfo_map.items():
        if info.hidden:
            layout.hidden_columns.append((column, column))
    for (row, column), note in sheet.cell_note_map.items():
        layout.notes[row + 1, column] = " ".join(note.text.split())
    for (row, column), link in sheet.hyperlink_map.items():
        if link.type == "url" and link.url_or_path:
            layout.links[row + 1, column] = link.url_or_path
    if sheet.panes_are_frozen and sheet.horz_split_pos:
        layout.headers.append(Area(1, 0, sheet.horz_split_pos, LAST_COLUMN))
    return layout


def _read_rows(
    workbook: "xlrd.book.Book", sheet: "xlrd.sheet.Sheet", budget: CellBudget
) -> Iterator[SheetRow]:
    for number in range(sheet.nrows):
        length = sheet.row_len(number)
        budget.charge(max(1, length))
        cells = {}
        for column in range(length):
            style = workbook.xf_list[sheet.cell_xf_index(number, column)]
            number_format = workbook.format_map.get(style.format_key)
            code = number_format.format_str if number_format else GENERAL
            shown = _show(sheet, number, column, code, workbook.datemode == 1)
            if shown.text:
                is_strong = workbook.font_list[style.font_index].weight >= _BOLD or (
                    style.background.fill_pattern != 0
                    and style.background.pattern_colour_index not in _WHITE_INDEXES
                )
                cells[column] = Cell(shown.text, shown.kind, is_strong=is_strong, value=shown.value)
        info = sheet.rowinfo_map.get(number)
        yield SheetRow(number + 1, cells, bool(info and info.hidden))


def _show(sheet: "xlrd.sheet.Sheet", row: int, column: int, code: str, since_1904: bool) -> Shown:
    import xlrd  # noqa: PLC0415

    value = sheet.cell_value(row, column)
    match sheet.cell_type(row, column):
        case xlrd.XL_CELL_TEXT:
            return Shown(show_text(value, code), CellKind.TEXT)
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            return Shown(*show_number(value, code, since_1904=since_1904), value)
        case xlrd.XL_CELL_BOOLEAN:
            return Shown("TRUE" if value else "FALSE", CellKind.TEXT)
        case xlrd.XL_CELL_ERROR:
            return Shown(xlrd.error_text_from_code.get(value, "#ERROR!"), CellKind.TEXT)
    return Shown("")
