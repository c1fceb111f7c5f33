"""Tables and texts that share a sheet."""

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.tables.table import Cell, render_sheet
from tests.blocks import show_block


def read(*rows: list[str | Cell]) -> list[str]:
    """Return the lines of a sheet, leads above their tables."""
    return [line for block in blocks(*rows) for line in show_block(block).split("\n")]


def blocks(*rows: list[str | Cell]) -> list[Block]:
    cells = [[value if isinstance(value, Cell) else Cell(value) for value in row] for row in rows]
    return [*render_sheet(dict(enumerate(row)) for row in cells)]


def test_a_title_above_the_header_is_kept_and_not_taken_for_it() -> None:
    (block,) = blocks(["Отчёт за март"], [], ["Товар", "Цена"], ["Хлеб", "45"])
    assert block.lead == "Отчёт за март"
    assert block.text == "Товар | Цена\nТовар: Хлеб; Цена: 45"


def test_a_sheet_of_one_column_is_text() -> None:
    (block,) = blocks(["To whom it may concern"], ["Anna works here."], [], ["The director"])
    assert block.kind is BlockKind.PARAGRAPH
    assert block.text == "To whom it may concern\nAnna works here.\nThe director"


def test_another_table_below_takes_its_own_header() -> None:
    rows = [["Name", "Position"], ["Vera", "Director"], ["Oleg", "Engineer"]]
    other = [["City", "Rent"], ["Tver", "30000"], ["Perm", "25000"]]
    expected = ["City | Rent", "City: Tver; Rent: 30000", "City: Perm; Rent: 25000"]
    assert read(*rows, [], *other)[-3:] == expected
    assert read(*rows, *other)[-3:] == expected


def test_another_table_in_other_columns_takes_its_own_header() -> None:
    rows = [["a", "b"], ["1", "2"], [], ["", "", "", "x", "y"], ["", "", "", "7", "8"]]
    assert read(*rows)[-2:] == ["x | y", "x: 7; y: 8"]


def test_each_table_has_its_own_title() -> None:
    rows = [["Staff"], ["Name", "Position"], ["Vera", "Director"], []]
    other = [["Offices"], ["City", "Rent"], ["Tver", "30000"]]
    assert [block.lead for block in blocks(*rows, *other)] == ["Staff", "Offices"]


def test_a_group_after_an_empty_row_keeps_the_header() -> None:
    rows = [["Имя", "Город"], ["Анна", "Москва"], [], ["Пётр", "Тверь"]]
    assert read(*rows)[-1] == "Имя: Пётр; Город: Тверь"


def test_a_label_after_an_empty_row_applies_to_the_rows_below() -> None:
    rows = [["City", "Rent"], ["Omsk", "4"], [], ["North"], ["Tver", "5"]]
    assert read(*rows)[-1] == "North; City: Tver; Rent: 5"


def test_totals_below_an_empty_row_are_rows() -> None:
    rows = [["Date", "Sum"], ["2024-01-01", "5"], ["2024-01-02", "6"], [], ["Итого", "11"]]
    assert read(*rows)[-1] == "Date: Итого; Sum: 11"


def test_values_of_other_types_do_not_take_the_names_above() -> None:
    rows = [["Item", "Qty", "Price"], ["Paint", "5", "450"], ["Brush", "6", "120"], []]
    assert read(*rows, ["Signed by", "Ivanov"], ["Date", "3 May"])[-2:] == [
        "Signed by: Ivanov",
        "Date: 3 May",
    ]


def test_a_table_may_follow_a_form_directly() -> None:
    form = [["Supplier", "Alfa LLC"], ["Date", "3 May"]]
    assert read(*form, ["Item", "Qty", "Price"], ["Paint", "5", "450"], ["Tape", "1", "20"]) == [
        "Supplier: Alfa LLC",
        "Date: 3 May",
        "Item | Qty | Price",
        "Item: Paint; Qty: 5; Price: 450",
        "Item: Tape; Qty: 1; Price: 20",
    ]


def test_words_among_numbers_are_no_header() -> None:
    rows = [["Item", "Price"], ["Paint", "450"], ["Brush", "by agreement"], ["Tape", "120"]]
    assert read(*rows)[2:] == ["Item: Brush; Price: by agreement", "Item: Tape; Price: 120"]


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    rows = [
        ["Name", "Position", "", "City", "Rent"],
        ["Vera", "Director", "", "Tver", "30000"],
        ["Oleg", "Engineer", "", "Perm", "25000"],
    ]
    assert read(*rows) == [
        "Name | Position",
        "Name: Vera; Position: Director",
        "Name: Oleg; Position: Engineer",
        "City | Rent",
        "City: Tver; Rent: 30000",
        "City: Perm; Rent: 25000",
    ]


def test_tables_side_by_side_have_their_own_titles_and_lengths() -> None:
    rows = [
        ["Staff", "", "", "Offices"],
        ["Name", "Position", "", "City", "Rent"],
        ["Vera", "Director", "", "Tver", "30000"],
        ["", "", "", "Perm", "25000"],
    ]
    first, second = blocks(*rows)
    assert (first.lead, second.lead) == ("Staff", "Offices")
    assert second.text.endswith("City: Perm; Rent: 25000")


def test_a_title_over_tables_side_by_side_belongs_to_both() -> None:
    rows = [
        [Cell("Report", columns=5)],
        ["Name", "Phone", "", "Name", "Phone"],
        ["A", "1", "", "B", "2"],
    ]
    assert [block.lead for block in blocks(*rows)] == ["Report", "Report"]


def test_an_empty_column_does_not_tear_rows_apart() -> None:
    rows = [["Item", "Qty", "", "Price", "Sum"], ["Paint", "5", "", "450", "2250"]]
    assert read(*rows)[1] == "Item: Paint; Qty: 5; Price: 450; Sum: 2250"
    rows = [["Name", "Position", "", "Phone"], ["Vera", "Director", "", "123"]]
    assert read(*rows)[1] == "Name: Vera; Position: Director; Phone: 123"


def test_a_cell_merged_over_empty_rows_does_not_end_the_table() -> None:
    rows = [["City", "Rent"], [Cell("Tver", rows=3), "5"], [], ["", "6"]]
    assert read(*rows)[1:] == ["City: Tver; Rent: 5", "City: Tver; Rent: 6"]


def test_a_million_empty_rows_take_no_memory() -> None:
    rows = ({0: Cell("end")} if number == 100_000 else {} for number in range(100_001))
    assert [block.text for block in render_sheet(rows)] == ["end"]


def test_a_header_that_shares_a_name_with_the_one_above_begins_another_table() -> None:
    rows = [["Employee", "Salary"], ["Anna", "5"], ["Boris", "6"]]
    other = [["Employee", "Gizmo"], ["Anna", "7"]]
    assert read(*rows, *other)[-1] == "Employee: Anna; Gizmo: 7"
    assert read(*rows, [], *other)[-1] == "Employee: Anna; Gizmo: 7"


def test_rows_below_a_text_do_not_take_the_names_above_it() -> None:
    rows = [["Name", "Position"], ["Vera", "Director"], [], ["Our particulars are these."], []]
    assert read(*rows, ["Gizmo", "Alfa"], ["Widget", "Beta"])[-2:] == [
        "Gizmo | Alfa",
        "Widget | Beta",
    ]


def test_words_where_numbers_were_are_no_values_of_the_table_above() -> None:
    rows = [["Item", "Price"], ["Paint", "450"], ["Brush", "20"], []]
    assert read(*rows, ["Gizmo", "Widget"], ["Tape", "5"])[-2:] == ["Gizmo | Widget", "Tape | 5"]


def test_tables_one_under_another_are_blocks_of_their_own() -> None:
    rows = [["Name", "Position"], ["Vera", "Director"], [], ["City", "Rent"], ["Tver", "30000"]]
    blocks = list(render_sheet(dict(enumerate(map(Cell, row))) for row in rows))
    assert [block.text.split("\n")[0] for block in blocks] == ["Name | Position", "City | Rent"]
