"""What is written only above a row and applies to it, too."""

from collections.abc import Sequence

from personal_bot.documents.converters.tables.table import Cell, render_sheet, render_table


def lines(*rows: Sequence[str]) -> list[str]:
    blocks = render_sheet([dict(enumerate(map(Cell, row))) for row in rows])
    return [line for block in blocks for line in block.text.split("\n")]


def test_a_first_column_left_empty_repeats_the_text_above_with_an_arrow() -> None:
    names = ["Department", "Employee", "Room"]
    rows = [["Sales", "Vera", "101"], ["", "Oleg", "102"], ["Stock", "Nina", "201"]]
    assert lines(names, *rows)[2:] == [
        "Department: ↑ Sales; Employee: Oleg; Room: 102",
        "Department: Stock; Employee: Nina; Room: 201",
    ]


def test_a_first_column_may_continue_in_a_table_of_two_columns() -> None:
    rows = [["01.02.2024", "Meeting"], ["", "Contract"], ["05.02.2024", "Payment"]]
    assert lines(["Date", "Subject"], *rows)[2] == "Date: ↑ 01.02.2024; Subject: Contract"


def test_a_first_column_that_repeats_its_texts_has_empty_cells() -> None:
    rows = [["Dr", "Anna", "111"], ["", "Boris", "112"], ["Dr", "Dan", "113"]]
    assert lines(["Title", "Name", "Phone"], *rows)[2] == "Name: Boris; Phone: 112"


def test_totals_belong_to_no_text_above() -> None:
    rows = [["Alfa", "№ 1", "10"], ["", "№ 2", "20"], ["Beta", "№ 3", "5"], ["", "Total", "35"]]
    assert lines(["Client", "Order", "Sum"], *rows)[-1] == "Order: Total; Sum: 35"


def test_rows_of_one_text_among_full_ones_may_name_groups() -> None:
    rows = [["Bolts", "", ""], ["M8", "pc", "12"], ["Nuts", "", ""], ["M8", "pc", "7"]]
    assert lines(["Name", "Unit", "Price"], *rows)[1:] == [
        "Bolts",
        "↑ Bolts; Name: M8; Unit: pc; Price: 12",
        "Nuts",
        "↑ Nuts; Name: M8; Unit: pc; Price: 7",
    ]


def test_a_note_directly_below_a_table_gets_no_name() -> None:
    rows = [["Basic", "100", "1 month"], ["Pro", "200", "1 month"], ["Ask the manager", "", ""]]
    assert lines(["Tariff", "Price", "Term"], *rows)[-1] == "Ask the manager"


def test_the_first_row_of_a_long_table_without_names_is_shown_in_each_passage() -> None:
    rows = [
        [f"thing {row}", ("red", "blue")[row % 2], ("up", "down")[row % 2]] for row in range(30)
    ]
    table = [dict(enumerate(map(Cell, row))) for row in (["Gluon", "Quark", "Boson"], *rows)]
    (block,) = render_table(table, is_layout=True)
    assert block.lead == "Gluon | Quark | Boson"
    assert block.text.startswith("thing 0 | red | up\n")


def test_a_label_may_stand_in_the_second_column() -> None:
    rows = [["", "Metal", ""], ["Bolt", "pc", "12"], ["", "Pipes", ""], ["Tube", "m", "30"]]
    assert lines(["Item", "Unit", "Price"], *rows)[1:3] == [
        "Metal",
        "↑ Metal; Item: Bolt; Unit: pc; Price: 12",
    ]
