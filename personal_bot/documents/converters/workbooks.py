"""Reads XLSX sheet by sheet, without keeping a whole sheet in memory."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from personal_bot.documents.converters.containers import Container
from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.markup import check_xml
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables import Cell, render_sheet

_ROWS: Final = 1_048_576  # maximum of a sheet, according to the format
_BINARY_FOLDERS: Final = ("/media/", "/embeddings/")


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield pages with the sheet name as title, without very hidden sheets. Raises RefusalError."""
    container = Container(source, limits, RefusalKind.LIMIT)
    for entry in container.entries:
        content = container.read_entry(entry)
        if not any(folder in entry.filename for folder in _BINARY_FOLDERS):
            check_xml(content)
    from openpyxl import load_workbook  # noqa: PLC0415 - after the check

    source.seek(0)
    workbook = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    left = [limits.cells]
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "veryHidden":
            continue
        sheet.reset_dimensions()  # often wrong; they may cover the whole sheet
        rows = _read_rows(sheet.iter_rows(), left)
        cells = (dict(enumerate(map(Cell, row))) for row in rows)
        yield Page(None, render_sheet(cells), sheet.title)


def _read_rows(rows: Iterable[tuple[Any, ...]], left: list[int]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        left[0] -= len(row)
        if left[0] < 0 or number > _ROWS:
            raise RefusalError(RefusalKind.LIMIT, "cells")
        yield [_render(cell) for cell in row]


def _render(cell: Any) -> str:
    """Return the value approximately as the sheet shows it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes") if value.time() != dt.time() else str(value.date())
    return str(value)
