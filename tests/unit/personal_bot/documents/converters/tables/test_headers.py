"""Evidence for and against headers."""

from collections.abc import Sequence

import pytest

from personal_bot.documents.converters.tables.shapes import is_period
from personal_bot.documents.converters.tables.table import Cell, render_sheet, render_table


def lines(*rows: Sequence[str], header_rows: int | None = None) -> list[str]:
    table = [dict(enumerate(map(Cell, row))) for row in rows]
    blocks = render_table(table, header_rows=header_rows)
    return [line for block in blocks for line in block.text.split("\n")]


@pytest.mark.parametrize(
    "text",
    [
        *("Q1 2024", "1Q24", "2024 Q1", "1 кв. 2024", "I квартал 2024 г.", "2 полугодие", "янв.24"),
        *("Jan-24", "март 2024 г.", "FY2023", "2023/24", "H1 2024"),
    ],
)
def test_parts_of_years_are_periods(text: str) -> None:
    assert is_period(text)


def test_names_that_are_numbers_may_recur_as_values() -> None:
    names = ["Pupil", "1", "2", "3", "4", "5"]
    rows = [["Anna", "5", "4", "5", "3", "5"], ["Boris", "1", "2", "3", "4", "5"]]
    assert lines(names, *rows)[-1] == "Pupil: Boris; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5"


def test_names_across_that_are_those_down_make_a_matrix() -> None:
    rows = [["A", "-", "bus", "car"], ["B", "bus", "-", "car"], ["C", "car", "car", "-"]]
    assert lines(["From / To", "A", "B", "C"], *rows)[2] == "From / To: B; A: bus; B: -; C: car"


@pytest.mark.parametrize(
    "rows",
    [
        (["Vera", "Room 1", "Room 2", "Room 3"], ["Oleg", "Room 4", "Room 5", "Room 6"]),
        (["Vera", "01.03.2024", "05.03.2024"], ["Oleg", "02.03.2024", "06.03.2024"]),
        (["Bolt", "10", "20", "30"], ["Nut", "11", "21", "31"]),
    ],
)
def test_a_progression_above_values_of_its_kind_is_no_header(rows: list[list[str]]) -> None:
    assert lines(*rows) == [" | ".join(row) for row in rows]


def test_below_an_empty_corner_only_words_over_values_are_more_names() -> None:
    names = ["", "Basic", "Pro", "Firm"]
    rows = [["Price", "100", "200", "300"], ["Support", "mail", "chat", "phone"]]
    assert lines(names, *rows)[1] == "Price; Basic: 100; Pro: 200; Firm: 300"
    years = ["", "2023", "", "2024", ""]
    parts = ["Branch", "Plan", "Fact", "Plan", "Fact"]
    row = ["Omsk", "1", "2", "3", "4"]
    assert lines(years, parts, row, ["Tula", "5", "6", "7", "8"])[1].startswith(
        "Branch: Omsk; 2023 › Plan: 1; 2023 › Fact: 2; 2024 › Plan: 3"
    )


def test_a_name_extends_over_gaps_that_any_row_below_fills() -> None:
    rows = [
        ["Branch", "2023", "", "", "", "2024", "", "", ""],
        ["", "Q1", "", "Q2", "", "Q1", "", "Q2", ""],
        ["", *["Plan", "Fact"] * 4],
        ["Omsk", "1", "2", "3", "4", "5", "6", "7", "8"],
        ["Tula", "2", "3", "4", "5", "6", "7", "8", "9"],
    ]
    row = lines(*rows)[1]
    assert "2023 › Q2 › Fact: 4; 2024 › Q1 › Plan: 5" in row
    assert "2024 › Q2 › Fact: 8" in row


def test_a_declared_header_may_have_one_name() -> None:
    rows = [["", "Price"], ["Basic", "100"], ["Pro", "200"]]
    assert lines(*rows, header_rows=1) == ["Price", "Basic; Price: 100", "Pro; Price: 200"]


def test_gaps_in_rows_without_names_stay_visible() -> None:
    rows = [["Questions", "yes", "no"], ["Smoker?", "+", ""], ["Driver?", "", "+"]]
    assert lines(*rows)[1:] == ["Smoker? | +", "Driver? |  | +"]


def test_cards_below_each_other_repeat_their_fields_not_a_header() -> None:
    rows = [["ФИО", "Иванов"], ["Город", "Тверь"], ["ФИО", "Петров"], ["Город", "Омск"]]
    blocks = [*render_sheet([dict(enumerate(map(Cell, row))) for row in rows])]
    assert blocks[0].text.split("\n") == [" | ".join(row) for row in rows]
