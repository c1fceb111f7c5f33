import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.workbooks import pages as workbooks
from tests.blocks import list_remarks, read, show
from tests.documents import make_relationships, make_xlsx, make_xlsx_of_xml, make_zip

STAFF = [["Name", "City", "Room"], ["Vera", "Tver", 101], ["Oleg", "Perm", 102]]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def make(change: Callable[[Worksheet], object], rows: list[list[object]] = STAFF) -> bytes:
    """Return a workbook of one sheet with these rows, after a change."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    change(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def show_made(change: Callable[[Worksheet], object], rows: list[list[object]] = STAFF) -> str:
    return show(read(workbooks, make(change, rows)))


def show_xml(cells: str, after: str = "") -> str:
    content = make_xlsx_of_xml(f"<sheetData><row>{cells}</row></sheetData>{after}")
    return show(read(workbooks, content))


def edit(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Return a workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {entry: archive.read(entry).decode() for entry in archive.namelist()}
    return make_zip({**parts, name: change(parts.get(name, ""))})


def test_sheets_are_titles_and_rows_carry_their_header() -> None:
    content = make_xlsx(
        {"Цены": [["Товар", "Цена"], ["Хлеб", 45.5]], "Города": [["Город", "Код"], ["Тверь", 69]]}
    )
    pages = read(workbooks, content)
    assert [(page.number, page.title) for page in pages] == [(None, "Цены"), (None, "Города")]
    assert show(pages[:1]).endswith("Товар: Хлеб; Цена: 45.5")


def test_values_read_as_people_see_them() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.append([123, 1234.5, 1.25, dt.date(2024, 2, 3), True, 0.155])
        formats = ["00000", "#,##0.00 [$€-407]", "[h]:mm", "dd.mm.yyyy", "General", "0.0%"]
        for cell, code in zip(sheet[1], formats, strict=True):
            cell.number_format = code

    text = show_made(change, [])
    for part in (
        "00123",
        "1,234.50 €",
        "30:00 (PT30H)",
        "03.02.2024 (2024-02-03)",
        "TRUE",
        "15.5%",
    ):
        assert part in text


def test_a_workbook_may_count_its_dates_from_1904() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A1"] = 0
        sheet["A1"].number_format = "yyyy-mm-dd"

    content = edit(
        make(change, []),
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbookPr/>", '<workbookPr date1904="1"/>'),
    )
    assert show(read(workbooks, content)) == "1904-01-01"


def test_texts_lose_reading_aids_and_escapes() -> None:
    rich = "<r><t>Rich </t></r><r><t>text_x0021_</t></r><rPh><t>phonetic</t></rPh>"
    assert show_xml(f'<c t="inlineStr"><is>{rich}</is></c>') == "Rich text!"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="d"><v>2024-02-03T00:00:00</v></c>', "2024-02-03"),
        ("<c><v>1.50</v></c>", "1.5"),
    ],
)
def test_each_type_of_value_is_shown(cell: str, shown: str) -> None:
    assert show_xml(cell) == shown


@pytest.mark.parametrize(
    "cell", ["<c><v>1e999</v></c>", "<c><v>x</v></c>", '<c t="s"><v>-1</v></c>', '<c r="XFE1"/>']
)
def test_an_impossible_cell_is_damage(cell: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        show_xml(cell)
    assert refusal.value.kind is RefusalKind.DAMAGED


def test_a_merged_cell_counts_for_every_row_it_spans() -> None:
    rows: list[list[object]] = [
        ["Department", "Employee", "Room"],
        ["Accounting", "Vera", 101],
        [None, "Oleg", 102],
    ]
    text = show_made(lambda sheet: sheet.merge_cells("A2:A3"), rows)
    assert "Department: Accounting; Employee: Oleg; Room: 102" in text


def test_a_merged_range_ends_with_the_cells_in_use() -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>cell</t></is></c>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert show_xml(cell, merged) == "cell"


def test_a_second_table_has_its_own_header() -> None:
    rows: list[list[object]] = [["Name", "Position"], ["Vera", "Director"], []]
    rows += [["City", "Rent"], ["Tver", 30000]]
    assert "City: Tver; Rent: 30000" in show_made(lambda _: None, rows)


def test_a_declared_table_has_the_header_that_it_declares() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.append([])
        sheet.append(["1", "2"])
        sheet.append(["x", "y"])
        sheet["F6"] = "Beside"
        sheet.append(["After the table"])
        sheet.add_table(Table(displayName="Codes", ref="A5:B6"))

    text = show_made(change)
    assert "1: x; 2: y" in text
    assert text.index("Name: Oleg") < text.index("1: x") < text.index("Beside")
    assert text.endswith("After the table")


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Left", ref="A1:B3"))
        sheet.add_table(Table(displayName="Right", ref="D1:E2"))

    rows: list[list[object]] = [["a", "b", None, "c", "d"], [1, 2, None, 3, 4], [5, 6]]
    text = show_made(change, rows)
    assert text.index("a: 5; b: 6") < text.index("c: 3; d: 4")


@pytest.mark.parametrize("evidence", ["freeze_panes", "auto_filter", "print_title_rows"])
def test_frozen_filtered_and_repeated_rows_are_headers(evidence: str) -> None:
    def change(sheet: Worksheet) -> None:
        if evidence == "freeze_panes":
            sheet.freeze_panes = "A2"
        elif evidence == "auto_filter":
            sheet.auto_filter.ref = "A1:B3"
        else:
            sheet.print_title_rows = "1:1"

    rows: list[list[object]] = [[2023, 2024], [10, 20], [11, 21]]
    assert "2023: 11; 2024: 21" in show_made(change, rows)


def test_comments_follow_the_text_of_their_cells() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A2"].comment = Comment("On leave\nuntil May", "A")
        sheet["F9"].comment = Comment("Of an empty cell", "A")

    text = show_made(change)
    assert "Name: Vera [💬 On leave until May]; City: Tver" in text
    assert "[💬 Of an empty cell]" in text


def test_a_thread_replaces_its_classic_comment() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A2"].comment = Comment("[Threaded comment] your version cannot read it", "A")

    content = make(change)
    thread = (
        '<ThreadedComments><threadedComment ref="A2"><text>Is she back?</text></threadedComment>'
        '<threadedComment ref="A2"><text>Yes</text></threadedComment></ThreadedComments>'
    )
    content = edit(content, "xl/threadedComments/threadedComment1.xml", lambda _: thread)
    link = '<Relationship Id="t" Type="x/threadedComment" Target="/xl/threadedComments/threadedComment1.xml"/>'
    content = edit(
        content,
        "xl/worksheets/_rels/sheet1.xml.rels",
        lambda xml: xml.replace("</Relationships>", f"{link}</Relationships>"),
    )
    text = show(read(workbooks, content))
    assert "Vera [💬 Is she back? / Yes]" in text
    assert "your version" not in text


def test_a_link_is_shown_unless_it_is_the_text() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A2"].hyperlink = "https://example.org/vera"
        sheet["B2"] = "a@example.org"
        sheet["B2"].hyperlink = "mailto:a@example.org"

    assert "Name: Vera (https://example.org/vera); City: a@example.org; Room" in show_made(change)


def test_hidden_rows_columns_and_sheets_are_read_and_marked() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        book = sheet.parent
        for state in ("hidden", "veryHidden"):
            other = book.create_sheet(state)
            other.append(["secret"])
            other.sheet_state = state

    pages = read(workbooks, make(change))
    assert [page.title for page in pages] == ["Sheet", "[hidden] hidden", "[hidden] veryHidden"]
    text = show(pages)
    assert "Name: [hidden] Oleg" in text
    assert "[hidden] Room: 101" in text
    assert list_remarks(pages) == [
        Remark(RemarkKind.HIDDEN, 2),
        Remark(RemarkKind.HIDDEN),
        Remark(RemarkKind.HIDDEN),
    ]


def test_bold_cells_are_strong() -> None:
    def change(sheet: Worksheet) -> None:
        for cell in sheet[1]:
            cell.font = Font(bold=True)

    rows: list[list[object]] = [["2023", "2024"], ["a", "b"], ["c", "d"]]
    assert "2023: c; 2024: d" in show_made(change, rows)


def test_a_formula_without_a_value_is_computed_and_shown_in_its_format() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["D4"] = "=SUM(C2:C3)*Rate"
        sheet["D4"].number_format = "#,##0.00"
        sheet["E4"] = "=1/0"
        sheet.parent.defined_names["Rate"] = DefinedName("Rate", attr_text="Sheet!$C$2")

    pages = read(workbooks, make(change))
    assert "20,503.00" in show(pages)
    assert "#DIV/0!" in show(pages)
    assert list_remarks(pages) == [Remark(RemarkKind.COMPUTED, 2)]


def test_a_formula_may_name_a_table() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Staff", ref="A1:C3"))
        sheet["E1"] = "=SUM(Staff[Room])"

    assert "203" in show_made(change)


def test_what_cannot_be_computed_is_shown_as_a_formula() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A1"] = "=_xlfn.NO.SUCH(B1)"
        sheet["A2"] = "=A3"
        sheet["A3"] = "=A2"

    pages = read(workbooks, make(change, []))
    assert show(pages).split() == ["=NO.SUCH(B1)", "=A3", "=A2"]
    assert list_remarks(pages) == [Remark(RemarkKind.FORMULA, 3)]


def test_a_formula_is_computed_beside_one_that_refers_to_another_workbook() -> None:
    rows: list[list[object]] = [["Item", "Sum"], ["own", "=2*21"], ["foreign", "=[1]Prices!A1"]]
    rows.append(["both", "=B2+B3"])
    pages = read(workbooks, make(lambda sheet: None, rows))
    assert show(pages).split("\n")[-3:] == [
        "Item: own; Sum: 42",
        "Item: foreign; Sum: =[1]Prices!A1",
        "Item: both; Sum: =B2+B3",
    ]
    assert set(list_remarks(pages)) == {Remark(RemarkKind.COMPUTED), Remark(RemarkKind.FORMULA, 2)}


def test_a_stored_value_is_not_computed_again() -> None:
    pages = read(
        workbooks,
        make_xlsx_of_xml(
            '<sheetData><row><c><f>1+1</f><v>5</v></c><c t="str"><f>""</f><v></v></c></row></sheetData>'
        ),
    )
    assert show(pages) == "5"
    assert list_remarks(pages) == []


@pytest.mark.parametrize(("asked", "shown"), [("0", "0"), ("1", "42")])
def test_a_zero_is_computed_if_the_workbook_asks_for_that(asked: str, shown: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A1"] = "=2*21"

    content = edit(
        make(change, []), "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v></v>", "<v>0</v>")
    )
    content = edit(
        content,
        "xl/workbook.xml",
        lambda xml: xml.replace('fullCalcOnLoad="1"', f'fullCalcOnLoad="{asked}"'),
    )
    assert show(read(workbooks, content)) == shown


def test_shapes_are_paragraphs_and_large_pictures_are_reported() -> None:
    def anchor(content: str, size: int) -> str:
        return f'<oneCellAnchor><ext cx="{size}" cy="{size}"/>{content}</oneCellAnchor>'

    text = "<a:p><a:r><a:t>In a </a:t></a:r><a:r><a:t>box</a:t></a:r></a:p>"
    body = f"<sp><txBody>{text}</txBody></sp><Fallback><sp><txBody>{text}</txBody></sp></Fallback>"
    drawing = (
        f'<wsDr xmlns:a="{DRAWING}">{anchor(body, 1)}{anchor("<pic/>", 9_000_000)}'
        f"{anchor('<pic/>', 90_000)}</wsDr>"
    )
    content = make_xlsx_of_xml(f'<sheetData/><drawing xmlns:r="{OFFICE}" r:id="d"/>')
    link = f'<Relationship Id="d" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    content = edit(content, "xl/drawings/drawing1.xml", lambda _: drawing)
    content = edit(
        content, "xl/worksheets/_rels/sheet1.xml.rels", lambda _: make_relationships(link)
    )
    pages = read(workbooks, content)
    assert show(pages) == "In a box"
    assert list_remarks(pages) == [Remark(RemarkKind.PICTURE)]


def test_charts_are_read_from_worksheets_and_from_sheets_of_their_own() -> None:
    def make_chart(title: str) -> BarChart:
        chart = BarChart()
        chart.title = title
        return chart

    def change(sheet: Worksheet) -> None:
        sheet.add_chart(make_chart("Rooms"))
        sheet.parent.create_chartsheet("Chart", 0).add_chart(make_chart("Cities"))
        sheet.parent.create_sheet("Last").append(["last"])

    pages = read(workbooks, make(change))
    assert [(page.title, show([page]).splitlines()[-1]) for page in pages] == [
        ("Chart", "Cities"),
        ("Sheet", "Rooms"),
        ("Last", "last"),
    ]


def test_more_cells_than_the_limit_are_refused() -> None:
    content = make_xlsx({"S": [["a"] * 10] * 10})
    assert read(workbooks, content, Limits(cells=100))
    with pytest.raises(RefusalError) as refusal:
        read(workbooks, content, Limits(cells=99))
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.LIMIT, "cells")
