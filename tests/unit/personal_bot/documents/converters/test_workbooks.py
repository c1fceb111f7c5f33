import datetime as dt
import io

import pytest
from openpyxl import Workbook

from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from tests.documents import make_xlsx
from tests.unit.personal_bot.documents.converters.conftest import Read


def test_sheets_are_titles_and_rows_carry_their_header(read: Read) -> None:
    content = make_xlsx(
        {"Цены": [["Товар", "Цена"], ["Хлеб", 45.5]], "Города": [["Город", "Код"], ["Тверь", 69]]}
    )
    pages = read(content, ".xlsx")
    assert [(page.number, page.title) for page in pages] == [(None, "Цены"), (None, "Города")]
    assert pages[0].text.endswith("Товар: Хлеб; Цена: 45.5")


def test_values_read_as_people_see_them(read: Read) -> None:
    workbook = Workbook()
    row = [dt.date(2024, 5, 1), dt.datetime(2024, 5, 1, 9, 30), 3.0, 0.1 + 0.2, True, 0.155]  # noqa: DTZ001
    workbook.worksheets[0].append(row)
    workbook.worksheets[0]["F1"].number_format = "0.0%"
    stream = io.BytesIO()
    workbook.save(stream)
    (page,) = read(stream.getvalue(), ".xlsx")
    assert page.text == "2024-05-01 | 2024-05-01 09:30 | 3 | 0.3 | TRUE | 15.5%"


def test_more_cells_than_the_limit_are_refused(read: Read) -> None:
    content = make_xlsx({"S": [["a"] * 10] * 10})
    assert read(content, ".xlsx", Limits(cells=100))
    with pytest.raises(RefusalError) as refusal:
        read(content, ".xlsx", Limits(cells=99))
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.LIMIT, "cells")
