"""Workbooks by openpyxl, whose formulas have no stored values."""

import datetime as dt
import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from tests.benchmarks.reading.facts import Pair, Together, Value
from tests.benchmarks.reading.generated import YEARS, Generated, count_branches

FORMATS = (
    ("Article", 123, "00000", "00123"),
    ("Price", 1234.5, "#,##0.00 [$€-407]", ("1,234.50 €", "1234.50 €", "1 234,50 €")),
    ("Fee", 99, '"$"#,##0.00', "$99.00"),
    ("Share", 0.125, "0.0%", ("12.5%", "12.5 %", "0.125")),
    ("Delivered", dt.date(2024, 2, 3), "dd.mm.yyyy", ("03.02.2024", "2024-02-03")),
    ("Worked", dt.timedelta(hours=30, minutes=15), "[h]:mm", ("30:15", "1 day, 6:15:00")),
    ("Opens", dt.time(9, 30), "h:mm", ("9:30", "09:30", "09:30:00")),
    ("Weight", 12.3456, '0.0" kg"', "12.3 kg"),
    ("Phone", "+7 900 000-00-07", "@", "+7 900 000-00-07"),
    ("Signed", True, "General", ("TRUE", "True")),
    ("Distance", 1500000, "0.0E+00", ("1.5E+06", "1500000")),
)


def list_documents() -> Iterator[Generated]:
    yield _make_years()
    yield _make_pairs()
    yield _make_merged()
    yield _make_two_headers()
    yield _make_stacked()
    yield _make_neighbours()
    yield _make_formats()
    yield _make_formulas()
    yield _make_remarks()


def _save(sheet: Worksheet) -> bytes:
    stream = io.BytesIO()
    assert sheet.parent
    sheet.parent.save(stream)
    return stream.getvalue()


def _open(title: str, *rows: list[object]) -> Worksheet:
    sheet = Workbook().worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return sheet


def _make_years() -> Generated:
    branches = [count_branches(number) for number in range(1, 41)]
    sheet = _open(
        "Revenue", ["Branch", *map(int, YEARS)], *([name, *row] for name, row in branches)
    )
    facts = [
        Value(name, year, str(value))
        for name, row in branches[3::8]
        for year, value in zip(YEARS[::2], row[::2], strict=True)
    ]
    title = Together("Revenue", branches[-1][0])
    return Generated("years as names of columns.xlsx", _save(sheet), [*facts, title])


def _make_pairs() -> Generated:
    pairs = [("Supplier", "Alfa LLC"), ("Customer", "Beta LLC"), ("Signed by", "Ivan Petrov")]
    sheet = _open("Contract", *map(list, pairs), ["Amount", 150000])
    facts = [Pair(*pair) for pair in pairs]
    return Generated("names and values.xlsx", _save(sheet), [*facts, Pair("Amount", "150000")])


def _make_merged() -> Generated:
    sheet = _open("Staff", ["Department", "Employee", "Room"])
    for number in range(1, 81):
        department = {1: "Accounting", 41: "Warehouse"}.get(number)
        sheet.append([department, f"Worker-{number}", 200 + number])
    sheet.merge_cells("A2:A41")
    sheet.merge_cells("A42:A81")
    facts = [
        Value(f"Worker-{number}", "Department", "Accounting" if number <= 40 else "Warehouse")
        for number in (1, 30, 40, 41, 66)
    ]
    rooms = [Value(f"Worker-{number}", "Room", str(200 + number)) for number in (30, 66)]
    return Generated("merged cells.xlsx", _save(sheet), [*facts, *rooms])


def _make_two_headers() -> Generated:
    sheet = _open(
        "Plan",
        ["Branch", "Quarter 1", None, "Quarter 2", None],
        [None, "Plan", "Fact", "Plan", "Fact"],
        *([f"Tula-{n}", n + 100, n + 200, n + 300, n + 400] for n in range(1, 41)),
    )
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(area)
    facts = [
        Value(f"Tula-{n}", (f"Quarter {1 + column // 2}", name), str(n + 100 * (column + 1)))
        for n in (2, 37)
        for column, name in enumerate(("Plan", "Fact", "Plan", "Fact"))
    ]
    return Generated("two rows of header.xlsx", _save(sheet), facts)


def _make_stacked() -> Generated:
    people = [["Anna", "Driver"], ["Boris", "Cook"], ["Vera", "Guard"]]
    rents = [["Tver", 30000], ["Perm", 25000], ["Omsk", 27000]]
    sheet = _open("Lists", ["Name", "Position"], *people, [], ["City", "Rent"], *rents)
    facts = [Value(name, "Position", position) for name, position in people]
    more = [Value(str(city), "Rent", str(rent)) for city, rent in rents]
    return Generated("a table below another.xlsx", _save(sheet), [*facts, *more])


def _make_neighbours() -> Generated:
    sheet = _open(
        "Lists",
        ["Name", "Age", None, "City", "Rent"],
        ["Anna", 31, None, "Tver", 30000],
        ["Boris", 45, None, "Perm", 25000],
        ["Vera", 28, None, "Omsk", 27000],
    )
    facts = [
        *(Value("Anna", "Age", "31"), Value("Vera", "Age", "28")),
        *(Value("Tver", "Rent", "30000"), Value("Perm", "Rent", "25000")),
    ]
    return Generated("tables side by side.xlsx", _save(sheet), facts)


def _make_formats() -> Generated:
    sheet = _open("Parcels", ["Parcel", *(name for name, *_ in FORMATS)])
    for row in (2, 3):
        sheet.cell(row, 1, f"P-{row}")
        for column, (_, value, number_format, _) in enumerate(FORMATS, start=2):
            sheet.cell(row, column, value).number_format = number_format
    facts = [Value("P-3", name, shown) for name, _, _, shown in FORMATS]
    return Generated("formats of numbers.xlsx", _save(sheet), facts)


def _make_formulas() -> Generated:
    sheet = _open(
        "Order",
        ["Item", "Price", "Amount", "Total"],
        ["Bread", 45, 3, "=B2*C2"],
        ["Milk", 80, 4, "=B3*C3"],
        ["All", None, None, "=SUM(D2:D3)"],
    )
    facts = [
        Value("Bread", "Total", "135"),
        Value("Milk", "Total", "320"),
        Value("All", "Total", "455"),
    ]
    return Generated("formulas without values.xlsx", _save(sheet), facts)


def _make_remarks() -> Generated:
    sheet = _open(
        "Stock", ["Item", "Price"], ["Bread", 45], ["Salt", 19], ["Milk", 80], ["Sugar", 75]
    )
    sheet["B2"].comment = Comment("agreed with the baker", "Irina")
    sheet.row_dimensions[3].hidden = True
    assert sheet.parent
    second = sheet.parent.create_sheet("Archive")
    second.sheet_state = "hidden"
    second.append(["Item", "Price"])
    second.append(["Flour", 62])
    facts = [
        Together("Bread", "agreed with the baker"),
        *(Value("Salt", "Price", "19"), Value("Sugar", "Price", "75")),
        *(Value("Flour", "Price", "62"), Together("Archive", "Flour")),
    ]
    return Generated("comments and hidden rows.xlsx", _save(sheet), facts)
