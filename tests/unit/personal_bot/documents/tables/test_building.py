"""The tables of documents keep what a spreadsheet would calculate with."""

import datetime as dt
import io
import random
from math import fsum
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from personal_bot.documents.converters.content import RemarkKind
from personal_bot.documents.converters.protocol import Limits, MessageType
from personal_bot.documents.tables.session import QueryLimits, Session
from tests.documents import make_docx, make_xlsx, make_zip, paragraph, table
from tests.unit.personal_bot.documents.tables.conftest import Keep, ask, columns, read, rows

ROWS = 5_000


def make_sales() -> bytes:
    """Return a sheet as people make them: title, formats, merged header, total."""
    dice = random.Random(5)
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Май"
    sheet.append(["Продажи за 2024 год"])
    sheet.append([])
    sheet.append(["Дата", "Отдел", "Деньги", None, "Скидка"])
    sheet.append([None, None, "Сумма, руб.", "Налог", None])
    sheet.merge_cells("C3:D3")
    for column in "ABE":
        sheet.merge_cells(f"{column}3:{column}4")
    for row in sheet["A3:E4"]:
        for cell in row:
            cell.font = Font(bold=True)
    for number in range(ROWS):
        amount = round(dice.uniform(10, 99_999), 2)
        day = dt.date(2024, 1, 1) + dt.timedelta(days=number % 366)
        sheet.append([day, dice.choice(["Север", "Юг"]), amount, amount / 5, number % 20 / 100])
    for row in sheet.iter_rows(min_row=5):
        row[0].number_format, row[2].number_format = "dd.mm.yyyy", '#,##0.0 "₽"'
        row[4].number_format = "0%"
    sheet.append(["Итого", None, f"=SUM(C5:C{ROWS + 4})"])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def sales() -> bytes:
    return make_sales()


@pytest.fixture(scope="module")
def path(sales: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of the sheet, which is the only one in the file."""
    written = tmp_path_factory.mktemp("sales") / "tables"
    assert any(message[0] == MessageType.TABLES for message in read(sales, ".xlsx", written))
    return written


def test_sums_of_a_sheet_are_those_of_the_stored_values_not_of_the_shown_ones(
    sales: bytes, path: Path
) -> None:
    data = [*load_workbook(io.BytesIO(sales)).active.iter_rows(min_row=5, values_only=True)][:-1]
    assert columns(path) == {
        "дата": "DATE",
        "отдел": "TEXT",
        "деньги_сумма_руб": "REAL",
        "деньги_налог": "REAL",
        "скидка": "REAL",
    }
    [[total, count, discount]] = rows(
        "SELECT SUM(деньги_сумма_руб), COUNT(*), AVG(скидка) FROM t1", path
    )
    assert total == pytest.approx(fsum(row[2] for row in data), rel=1e-15)
    assert count == len(data) == ROWS
    assert discount == pytest.approx(fsum(row[4] for row in data) / ROWS)

    of_may = [row for row in data if row[0].month == 5]
    found = rows(
        "SELECT отдел, COUNT(*), SUM(деньги_сумма_руб) FROM t1 "
        "WHERE substr(дата, 1, 7) = '2024-05' GROUP BY отдел ORDER BY отдел",
        path,
    )
    for part, number, total in found:
        amounts = [row[2] for row in of_may if row[1] == part]
        assert (number, total) == (len(amounts), pytest.approx(fsum(amounts), rel=1e-15))
    assert [part for part, _, _ in found] == ["Север", "Юг"]


def test_a_total_is_apart_from_what_it_sums(path: Path) -> None:
    [[row, total]] = rows("SELECT row, деньги_сумма_руб FROM t1_totals", path)
    assert row == ROWS + 5
    [[computed]] = rows("SELECT SUM(деньги_сумма_руб) FROM t1", path)
    assert computed == pytest.approx(total)


def test_a_result_names_sheet_and_rows(path: Path) -> None:
    [used] = ask("SELECT COUNT(*) FROM t1", path)["used"]
    assert (used["sheet"], used["title"]) == ("Май", "Продажи за 2024 год")
    assert (used["rows"], used["ranges"]) == (ROWS, [[5, ROWS + 4]])
    [used] = ask("SELECT SUM(t.скидка) FROM t1 AS t WHERE row < 8 OR row IN (10, 11)", path)["used"]
    assert (used["rows"], used["ranges"]) == (5, [[5, 7], [10, 11]])


@pytest.mark.parametrize(
    ("text", "names", "values"),
    [
        ("a;b\nx;1,5\ny;2,25\n", {"a": "TEXT", "b": "REAL"}, [["x", 1.5], ["y", 2.25]]),
        (
            'a,b\nx,"1,234.5"\ny,"2,000"\n',
            {"a": "TEXT", "b": "REAL"},
            [["x", 1234.5], ["y", 2000]],
        ),
        # One value tells which mark is the decimal one.
        ("a;b\nx;1,234\ny;0,5\n", {"a": "TEXT", "b": "REAL"}, [["x", 1.234], ["y", 0.5]]),
        (
            "a;b\nx;1 234,5 руб.\ny;10 руб.\n",
            {"a": "TEXT", "b": "REAL"},
            [["x", 1234.5], ["y", 10]],
        ),
        ("code;n\n007;1\n012;2\n", {"code": "TEXT", "n": "REAL"}, [["007", 1], ["012", 2]]),
        (
            "account;n\n40702810900000012345;1\n40702810900000012346;2\n",
            {"account": "TEXT", "n": "REAL"},
            [["40702810900000012345", 1], ["40702810900000012346", 2]],
        ),
        ("year;n\n2023;1\n2024;2\n", {"year": "INTEGER", "n": "REAL"}, [[2023, 1], [2024, 2]]),
        ("a;p\nx;12%\ny;-3,5%\n", {"a": "TEXT", "p": "REAL"}, [["x", 0.12], ["y", -0.035]]),
        (
            "a;d\nx;05.03.2024\ny;1 мая 2024 г.\n",
            {"a": "TEXT", "d": "DATE"},
            [["x", "2024-03-05"], ["y", "2024-05-01"]],
        ),
        (
            "a;d\nx;05/03/2024\ny;13/03/2024\n",
            {"a": "TEXT", "d": "DATE"},
            [["x", "2024-03-05"], ["y", "2024-03-13"]],
        ),
        # Nothing tells which number is the month.
        (
            "a;d\nx;05/03/2024\ny;06/03/2024\n",
            {"a": "TEXT", "d": "TEXT"},
            [["x", "05/03/2024"], ["y", "06/03/2024"]],
        ),
        (
            "a;b\nx;(1 000)\ny;−5\nz;n/a\n",
            {"a": "TEXT", "b": "REAL"},
            [["x", -1000], ["y", -5], ["z", None]],
        ),
    ],
)
def test_numbers_and_dates_are_read_as_people_write_them(
    text: str, names: dict[str, str], values: list[list[object]], keep: Keep
) -> None:
    path = keep(text, ".csv")
    assert columns(path) == names
    assert rows(f"SELECT {', '.join(names)} FROM t1", path) == values


def test_values_in_other_units_or_words_stay_beside_the_numbers(keep: Keep) -> None:
    path = keep("item;price\na;100 $\nb;200 €\nc;on request\n", ".csv")
    assert rows("SELECT price, price_shown FROM t1", path) == [
        [100, "100 $"],
        [200, "200 €"],
        [None, "on request"],
    ]


def test_numbers_among_words_have_a_column_of_their_own(keep: Keep) -> None:
    text = "part;value\n" + "".join(
        f"p{n};{v}\n" for n, v in enumerate(("red", "5", "oak", "7", "tin"))
    )
    path = keep(text, ".csv")
    assert rows("SELECT value FROM t1 WHERE value_number > 5", path) == [["7"]]


def test_names_of_columns_are_identifiers_and_unique(keep: Keep) -> None:
    header = 'Order,"A ""b""; DROP TABLE t1",№ п/п,2024,Row,x,x,Цена (₽)\n'
    path = keep(header + "9,2,3,4,5,6,7,8\n8,3,4,5,6,7,8,9\n", ".csv")
    names = [*columns(path)]
    assert names == ["order_", "a_b_drop_table_t1", "no_п_п", "c_2024", "row_2", "x", "x_2", "цена"]
    assert rows(f"SELECT {', '.join(names)} FROM t1 WHERE row = 2", path) == [[9, *range(2, 9)]]


def test_labels_above_rows_apply_to_each_of_them(keep: Keep) -> None:
    sheet = [
        ["Product", "Price", "Quantity"],
        ["North:", None, None],
        ["Bread", 45, 3],
        ["Salt", 20, 8],
        ["South:", None, None],
        ["Bread", 46, 5],
        ["Milk", 80, 1],
    ]
    path = keep(make_xlsx({"S": sheet}), ".xlsx")
    assert rows("SELECT group_label, SUM(price * quantity) FROM t1 GROUP BY 1", path) == [
        ["North", 295],
        ["South", 310],
    ]


def test_a_text_that_spans_rows_applies_to_each_but_an_amount_counts_once(keep: Keep) -> None:
    markup = (
        "<table><tr><th>City</th><th>Item</th><th>Paid</th></tr>"
        '<tr><td rowspan="2">Riga</td><td>pen</td><td rowspan="2">10</td></tr><tr><td>cap</td></tr>'
        "<tr><td>Oslo</td><td>pen</td><td>5</td></tr></table>"
    )
    path = keep(f"<html><body>{markup}</body></html>", ".html")
    assert rows("SELECT city, COUNT(*), SUM(paid) FROM t1 GROUP BY city", path) == [
        ["Oslo", 1, 5],
        ["Riga", 2, 10],
    ]


def test_hidden_rows_comments_and_links_do_not_change_values(keep: Keep) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in (["City", "Paid"], ["Riga", 1], ["Oslo", 2]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet["A3"].hyperlink = "https://example.org"
    stream = io.BytesIO()
    workbook.save(stream)
    path = keep(stream.getvalue(), ".xlsx")
    assert rows("SELECT city, paid FROM t1", path) == [["Riga", 1], ["Oslo", 2]]


def test_a_form_is_a_table_of_names_and_values(keep: Keep) -> None:
    sheet = [["Rent:", 1_200], ["Heating:", 150], ["Phone:", 30]]
    path = keep(make_xlsx({"Costs": sheet}), ".xlsx")
    assert rows("SELECT name FROM t1 WHERE value > 100", path) == [["Rent"], ["Heating"]]
    assert rows("SELECT SUM(value) FROM t1", path) == [[1_380]]


def test_a_company_whose_name_begins_like_a_total_is_a_row(keep: Keep) -> None:
    path = keep("company;profit\nTotal Energies;5\nShell;3\nTotal:;8\n", ".csv")
    assert rows("SELECT SUM(profit) FROM t1", path) == [[8]]


def test_each_table_of_a_document_and_each_document_of_an_archive_is_apart(
    tmp_path: Path, keep: Keep
) -> None:
    content = make_zip({"a.csv": "n;v\nx;1\ny;2\n", "b.csv": "n;v\nz;5\nw;6\n", "c.txt": "words"})
    messages = read(content, ".zip", tmp_path / "tables")
    places = [one for one in messages if one[0] == MessageType.TABLES]
    totals = []
    for _, offset, size in places:
        path = tmp_path / f"{offset}.sqlite"
        path.write_bytes((tmp_path / "tables").read_bytes()[offset : offset + size])
        totals.append(rows("SELECT SUM(v) FROM t1", path))
    assert totals == [[[3]], [[11]]]


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (
            ";".join(f"c{n}" for n in range(2_000)) + "\n" + ";".join("1" * 2_000) + "\n",
            Limits(),
        ),
        ("a;b\n" + "1;2\n" * 600, Limits(table_cells=1_000)),
        (
            "a;b\n" + "".join(f"{n} word;{n} other\n" for n in range(9_000)),
            Limits(table_bytes=65_536),
        ),
    ],
    ids=["columns", "cells", "bytes"],
)
def test_a_table_above_the_limits_is_read_but_not_kept(
    tmp_path: Path, content: str, limits: Limits
) -> None:
    messages = read(content, ".csv", tmp_path / "tables", limits)
    assert (MessageType.REMARK, RemarkKind.LARGE_TABLE, 1, "") in messages
    assert any(message[0] == MessageType.BLOCK for message in messages)
    assert not any(message[0] == MessageType.TABLES for message in messages)
    assert (tmp_path / "tables").stat().st_size == 0


def test_a_table_that_goes_on_on_the_next_page_is_one_table(keep: Keep) -> None:
    saved_break = "<w:r><w:lastRenderedPageBreak/></w:r>"
    texts = [["Item", "Paid"], *(["item", str(number)] for number in range(1, 9))]
    lines = [[paragraph(text) for text in line] for line in texts]
    lines[5][0] = f"<w:p>{saved_break}<w:r><w:t>item</w:t></w:r></w:p>"
    parts = {"docProps/app.xml": "<P><Pages>2</Pages></P>"}
    path = keep(make_docx(table(*lines), parts), ".docx")
    assert rows("SELECT page, SUM(paid) FROM t1 GROUP BY page", path) == [[1, 10], [2, 26]]
    assert len(Session([str(path)], QueryLimits()).tables) == 1


def test_files_of_an_archive_share_the_limit(tmp_path: Path) -> None:
    lines = "".join(f"{number} word;{number} other\n" for number in range(1_000))
    content = make_zip({f"{name}.csv": f"a;b\n{lines}" for name in "abc"})
    messages = read(content, ".zip", tmp_path / "tables", Limits(table_bytes=50_000))
    kinds = [message[0] for message in messages if message[0] != MessageType.BLOCK]
    assert kinds.count(MessageType.FILE) == 3
    assert kinds.count(MessageType.TABLES) == 1
    assert messages.count((MessageType.REMARK, RemarkKind.LARGE_TABLE, 1, "")) == 2
    assert (tmp_path / "tables").stat().st_size <= 50_000
