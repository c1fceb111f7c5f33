import datetime as dt
import io

import pytest
import xlwt

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.workbooks import legacy as legacy_workbooks
from tests.blocks import list_remarks, read, show


def make(*changes, rows=()) -> bytes:
    """Return a workbook of one sheet with these rows, after changes to the sheet."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Склад")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    for change in changes:
        change(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_sheets_are_titles_and_rows_carry_their_header() -> None:
    pages = read(legacy_workbooks, make(rows=[["Товар", "Цена"], ["Хлеб", 45.5], ["Соль", 20]]))
    assert [page.title for page in pages] == ["Склад"]
    assert show(pages).endswith("Товар: Хлеб; Цена: 45.5\nТовар: Соль; Цена: 20")


def test_values_read_as_people_see_them() -> None:
    def change(sheet) -> None:
        codes = {
            "00000": 123,
            "#,##0.00 [$€-407]": 1234.5,
            "[h]:mm": 1.25,
            "dd.mm.yyyy": dt.date(2024, 2, 3),
        }
        for column, (code, value) in enumerate(codes.items()):
            sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
        sheet.write(0, 9, True)

    text = show(read(legacy_workbooks, make(change)))
    for part in ("00123", "1,234.50 €", "30:00 (PT30H)", "03.02.2024 (2024-02-03)", "TRUE"):
        assert part in text


def test_a_merged_cell_counts_for_every_row_it_spans() -> None:
    def change(sheet) -> None:
        for number, row in enumerate([("Employee", "Room"), ("Vera", 101), ("Oleg", 102)]):
            for column, value in enumerate(row, start=1):
                sheet.write(number, column, value)
        sheet.write(0, 0, "Department")
        sheet.write_merge(1, 2, 0, 0, "Accounting")

    text = show(read(legacy_workbooks, make(change)))
    assert "Department: Accounting; Employee: Oleg; Room: 102" in text


def test_hidden_rows_columns_and_sheets_are_read_and_marked() -> None:
    def change(sheet) -> None:
        sheet.row(1).hidden = True
        sheet.col(1).hidden = True
        sheet.visibility = 2

    (page,) = read(
        legacy_workbooks, make(change, rows=[["Name", "Room"], ["Vera", 1], ["Oleg", 2]])
    )
    assert page.title == "[hidden] Склад"
    assert "Name: [hidden] Vera" in show([page])
    assert "[hidden] Room: 2" in show([page])
    assert list_remarks([page]) == [Remark(RemarkKind.HIDDEN, 3)]


def test_more_cells_than_the_limit_are_refused() -> None:
    content = make(rows=[["a"] * 10] * 10)
    assert read(legacy_workbooks, content, Limits(cells=100))
    with pytest.raises(RefusalError) as refusal:
        read(legacy_workbooks, content, Limits(cells=99))
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.LIMIT, "cells")


@pytest.mark.parametrize("content", [b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_is_no_workbook_is_damaged(content: bytes) -> None:
    with pytest.raises(RefusalError) as refusal:
        read(legacy_workbooks, content)
    assert refusal.value.kind is RefusalKind.DAMAGED
