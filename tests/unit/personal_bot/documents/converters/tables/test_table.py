"""The rendering of single tables, from cells to lines."""

import re
from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_bot.documents.converters.content import (
    PASSAGE_CHARS,
    PASSAGE_WORDS,
    SEGMENT_CHARS,
    Block,
    BlockKind,
)
from personal_bot.documents.converters.tables.table import (
    Cell,
    CellKind,
    Row,
    place_rows,
    render_sheet,
    render_table,
)

Values = Sequence[str | Cell]


def place(*rows: Values) -> list[Row]:
    return [
        {
            column: value if isinstance(value, Cell) else Cell(value)
            for column, value in enumerate(row)
        }
        for row in rows
    ]


def lines(*rows: Values, **options: object) -> list[str]:
    """Return the lines of one table."""
    blocks = render_table(place(*rows), **options)
    return [line for block in blocks for line in block.text.split("\n")]


def strong(text: str, columns: int = 1) -> Cell:
    return Cell(text, is_strong=True, columns=columns)


def head(text: str, **spans: int) -> Cell:
    return Cell(text, is_header=True, **spans)


def test_each_row_carries_the_names_of_its_columns() -> None:
    assert lines(["Товар", "Цена"], ["Хлеб", "45"], ["Молоко", "80"]) == [
        "Товар | Цена",
        "Товар: Хлеб; Цена: 45",
        "Товар: Молоко; Цена: 80",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Position"], ["Anna", "Driver"], ["Boris", "Cook"]],
        [["City", "Rent"], ["Tver", "30000"]],
        [["Код", "Название"], ["001", "Болт"], ["002", "Гайка"]],
        [["Показатель", "Значение"], ["Выручка", "5"], ["Прибыль", "3"]],
        [["Term", "Meaning"], ["API", "A set of rules for programs that talk to each other"]],
    ],
)
def test_two_columns_with_names_are_a_table(rows: list[list[str]]) -> None:
    (first, second) = rows[0]
    assert lines(*rows)[1] == f"{first}: {rows[1][0]}; {second}: {rows[1][1]}"


@pytest.mark.parametrize(
    "rows",
    [
        [["Supplier", "Alfa LLC"], ["Customer", "Beta LLC"], ["Amount", "150000"]],
        [["Customer", "Beta"], ["Price", "150000"], ["Deposit", "200000"]],
        [["Поставщик", "ООО «Альфа»"], ["ИНН", "7701234567"], ["Телефон", "+7 900 000-00-00"]],
        [["Gizmo:", "Alfa"], ["Widget:", "5"]],
        [[strong("Gizmo"), "Alfa"], [strong("Widget"), "Beta"]],
        [[head("Gizmo"), "Alfa"], [head("Widget"), "5"]],
    ],
)
def test_names_and_values_below_each_other_are_no_table(rows: list[Values]) -> None:
    texts = [[str(getattr(cell, "text", cell)).rstrip(":") for cell in row] for row in rows]
    assert lines(*rows) == [f"{name}: {value}" for name, value in texts]


def test_names_and_values_side_by_side_are_joined_in_pairs() -> None:
    assert lines(["Name", "Anna", "Date", "3 May"], ["Phone", "123", "City", "Tver"]) == [
        "Name: Anna; Date: 3 May",
        "Phone: 123; City: Tver",
    ]


def test_a_name_without_a_value_takes_no_other_value() -> None:
    rows = [["Name:", "Anna", "Date:", "3 May"], ["Phone:", "", "City:", "Tver"]]
    assert lines(*rows)[1] == "Phone:; City: Tver"


@pytest.mark.parametrize(
    "rows",
    [
        [["Gizmo", "Alfa"], ["Widget", "Beta"]],
        [["Anna", "Driver"], ["Boris", "Cook"], ["Vera", "Cook"]],
        [["Tver", "30000"], ["Perm", "25000"]],
        [["Ivanov", "500"], ["Petrov", "600"], ["Sidorov", "700"]],
        [["Gizmo", "Alfa"], ["Cut", "500"], ["Fee", "600"], ["Foo", "700"]],
        [["1", "2"], ["3", "4"]],
        [["Anna", "Driver", "Tver"], ["Boris", "Cook", "Perm"]],
    ],
)
def test_rows_without_evidence_of_a_header_stay_plain(rows: list[list[str]]) -> None:
    assert lines(*rows) == [" | ".join(row) for row in rows]


def test_a_value_that_recurs_in_its_column_is_no_name() -> None:
    rows = [["Name", "City", "5"], ["Name", "Town", "6"]]
    assert lines(*rows)[1] == "Name | Town | 6"


@pytest.mark.parametrize(
    "names",
    [
        ["Branch", "2021", "2022", "2023"],
        ["Branch", "I кв.", "II кв.", "III кв."],
        ["Branch", "Jan", "Feb", "Mar"],
        ["Branch", "01.01.2024", "01.02.2024", "01.03.2024"],
        ["Size", "36", "38", "40"],
        ["Branch", "Q1 2024", "Q2 2024", "Q3 2024"],
        ["Глюон", "янв.24", "фев.24", "мар.24"],
        ["Глюон", "Week 9", "Week 10", "Week 11"],
        ["Глюон", "10.03", "11.03", "12.03"],
    ],
)
def test_a_progression_names_columns_of_numbers(names: list[str]) -> None:
    rows = [["Omsk-34", "44", "54", "61"], ["Tula-35", "45", "12", "65"]]
    line = "; ".join(f"{name}: {value}" for name, value in zip(names, rows[0], strict=True))
    assert lines(names, *rows)[:2] == [" | ".join(names), line]


def test_years_that_the_format_types_as_numbers_are_names() -> None:
    years = [Cell(str(year), CellKind.NUMBER) for year in (2021, 2022)]
    values = [Cell("44", CellKind.NUMBER), Cell("54", CellKind.NUMBER)]
    assert lines(["Branch", *years], ["Omsk", *values])[1] == "Branch: Omsk; 2021: 44; 2022: 54"


def test_names_that_repeat_stay_as_they_are() -> None:
    names = ["Company", "Contact", "Phone", "Contact", "Phone"]
    rows = [[f"Firm {n}", f"Anna {n}", f"90{n}", f"Boris {n}", f"91{n}"] for n in range(3)]
    assert lines(names, *rows)[1] == (
        "Company: Firm 0; Contact: Anna 0; Phone: 900; Contact: Boris 0; Phone: 910"
    )


def test_a_column_without_a_name_is_plain() -> None:
    assert lines(["", "2021", "2022"], ["Tver", "1", "2"], ["Perm", "3", "4"]) == [
        "2021 | 2022",
        "Tver; 2021: 1; 2022: 2",
        "Perm; 2021: 3; 2022: 4",
    ]


def test_a_strong_first_row_is_a_header() -> None:
    rows = [[strong("Gizmo"), strong("Widget")], ["Alfa", "Beta"]]
    assert lines(*rows)[1] == "Gizmo: Alfa; Widget: Beta"


def test_strong_rows_alone_are_no_header() -> None:
    rows = [[strong("Gizmo"), strong("Widget")], [strong("Alfa"), strong("Beta")]]
    assert lines(*rows)[1] == "Alfa | Beta"


def test_the_format_may_declare_the_header() -> None:
    rows = [["Alfa", "5"], ["Beta", "6"]]
    assert lines(*rows, header_rows=1) == ["Alfa | 5", "Alfa: Beta; 5: 6"]
    assert lines([head("x"), head("y")], ["a", "b"])[1] == "x: a; y: b"


def test_the_format_may_declare_that_there_is_no_header() -> None:
    assert lines(["Name", "Rent"], ["Tver", "5"], header_rows=0)[1] == "Tver | 5"


def test_a_declared_header_column_names_the_values_of_its_row() -> None:
    rows = [["x", "y", "z"], ["a", "1", "2"]]
    assert lines(*rows, header_rows=0, header_columns=1) == ["x: y | z", "a: 1 | 2"]


def test_names_of_two_rows_are_joined() -> None:
    rows = [
        [head("Branch", rows=2), head("Quarter 1", columns=2), head("Quarter 2", columns=2)],
        [head("Plan"), head("Fact"), head("Plan"), head("Fact")],
        [Cell("Tver"), Cell("100"), Cell("110"), Cell("200"), Cell("210")],
    ]
    (block,) = render_table(place_rows(rows))
    assert block.text.split("\n") == [
        "Branch | Quarter 1 › Plan | Quarter 1 › Fact | Quarter 2 › Plan | Quarter 2 › Fact",
        (
            "Branch: Tver; Quarter 1 › Plan: 100; Quarter 1 › Fact: 110; "
            "Quarter 2 › Plan: 200; Quarter 2 › Fact: 210"
        ),
    ]


def test_names_of_two_rows_are_found_by_their_spans() -> None:
    rows = [
        [Cell("Branch", rows=2), Cell("Quarter 1", columns=2), Cell("Quarter 2", columns=2)],
        [Cell("Plan"), Cell("Fact"), Cell("Plan"), Cell("Fact")],
        *(
            [Cell(name), *map(Cell, ("100", "110", "200", "210"))]
            for name in ("Tver", "Perm", "Omsk")
        ),
    ]
    (block,) = render_table(place_rows(rows))
    assert "Branch: Perm; Quarter 1 › Plan: 100; Quarter 1 › Fact: 110;" in block.text


def test_names_of_three_rows_are_found_by_their_spans() -> None:
    rows = [
        [Cell("Branch", rows=3), Cell("2023", columns=4)],
        [Cell("H1", columns=2), Cell("H2", columns=2)],
        [Cell("Plan"), Cell("Fact"), Cell("Plan"), Cell("Fact")],
        *([Cell(name), *map(Cell, "1234")] for name in ("Omsk", "Tula")),
    ]
    (block,) = render_table(place_rows(rows))
    assert block.text.endswith(
        "Branch: Tula; 2023 › H1 › Plan: 1; 2023 › H1 › Fact: 2; "
        "2023 › H2 › Plan: 3; 2023 › H2 › Fact: 4"
    )


def test_a_name_extends_over_gaps_that_the_next_row_fills() -> None:
    rows = [
        ["Branch", "Quarter 1", "", "Quarter 2", ""],
        ["", "Plan", "Fact", "Plan", "Fact"],
        ["Tver", "100", "110", "200", "210"],
    ]
    assert lines(*rows)[1].startswith("Branch: Tver; Quarter 1 › Plan: 100; Quarter 1 › Fact: 110;")


def test_years_below_a_name_are_part_of_it() -> None:
    rows = [
        ["Branch", Cell("Revenue", columns=3)],
        ["", "2021", "2022", "2023"],
        ["Omsk", "5", "6", "7"],
        ["Tula", "8", "6", "4"],
    ]
    assert lines(*rows)[2] == (
        "Branch: Tula; Revenue › 2021: 8; Revenue › 2022: 6; Revenue › 2023: 4"
    )


def test_units_below_the_names_are_part_of_them() -> None:
    rows = [["Товар", "Цена", "Вес"], ["", "руб.", "кг"], ["Хлеб", "45", "0,4"]]
    assert lines(*rows)[1] == "Товар: Хлеб; Цена › руб.: 45; Вес › кг: 0,4"


def test_numbers_of_columns_below_the_names_are_shown_once() -> None:
    rows = [["Наименование", "Ед.", "Цена"], ["1", "2", "3"], ["Хлеб", "шт", "45"]]
    assert lines(*rows)[1:] == ["1 | 2 | 3", "Наименование: Хлеб; Ед.: шт; Цена: 45"]


def test_the_first_row_below_a_spanning_name_may_be_a_value() -> None:
    rows = [["Name", Cell("Phones", columns=2)], ["Anna", "123", "456"], ["Boris", "789", "12"]]
    assert lines(*rows)[1] == "Name: Anna; Phones: 123; Phones: 456"


def test_a_merged_cell_counts_for_every_row_that_it_spans() -> None:
    rows = [["Department", "Employee", "Room"], [Cell("Accounting", rows=2), "Vera", "101"]]
    placed = [
        *place(*rows),
        {1: Cell("Oleg"), 2: Cell("102")},
        *place(["Warehouse", "Pavel", "201"]),
    ]
    (block,) = render_table(placed)
    assert block.text.split("\n")[1:] == [
        "Department: Accounting; Employee: Vera; Room: 101",
        "Department: Accounting; Employee: Oleg; Room: 102",
        "Department: Warehouse; Employee: Pavel; Room: 201",
    ]


def test_a_value_that_spans_columns_appears_once_with_their_names() -> None:
    rows = [
        ["Branch", "2021", "2022", "2023"],
        ["Omsk", Cell("closed", columns=2), "", "7"],
        ["Tula", "5", "6", "8"],
    ]
    assert lines(*rows)[1] == "Branch: Omsk; 2021, 2022: closed; 2023: 7"


def test_a_long_text_is_repeated_only_by_its_beginning() -> None:
    long = "word " * 80
    placed = [{0: Cell(long, rows=2), 1: Cell("a")}, {1: Cell("b")}]
    (block,) = render_table(placed)
    first, second = block.text.split("\n")
    assert first == f"{long.strip()} | a"
    assert len(second) < 250
    assert second.endswith("… | b")


def test_cells_listed_one_after_another_pass_over_spanned_ones() -> None:
    rows = [[Cell("a", rows=2), Cell("b", columns=2)], [Cell("c"), Cell("d", rows=9)], [Cell("e")]]
    assert [list(row) for row in place_rows(rows)] == [[0, 1], [1, 2], [0]]


def test_spans_may_exceed_all_bounds() -> None:
    rows = [[Cell("wide", columns=10**20, rows=10**20)], [Cell("x", columns=-1, rows=0)]]
    assert [line for block in render_table(place_rows(rows)) for line in block.text.split("\n")]


def test_the_title_above_is_the_lead() -> None:
    rows = [[Cell("Prices for March", columns=2)], ["Item", "Price"], ["Bread", "45"]]
    (block,) = render_table(place(*rows), title="Table 1")
    assert block.lead == "Table 1 — Prices for March"
    assert block.text.startswith("Item | Price")


def test_a_note_below_is_a_paragraph() -> None:
    rows = [["Item", "Price"], ["Bread", "45"], ["* without delivery"]]
    *_, note = render_table(place(*rows))
    assert note == Block("* without delivery")


def test_a_row_with_one_value_is_no_label() -> None:
    rows = [["Item", "Price"], ["Bread", "45"], ["Cheese", ""], ["Milk", "80"]]
    assert lines(*rows)[2:] == ["Cheese", "Item: Milk; Price: 80"]


@pytest.mark.parametrize("label", [Cell("North", columns=2), strong("North"), Cell("North:")])
def test_a_label_of_a_group_applies_to_the_rows_below(label: Cell) -> None:
    rows = [["City", "Rent"], ["Omsk", "4"], [label], ["Tver", "5"], ["Perm", "6"]]
    assert lines(*rows)[1:] == [
        "City: Omsk; Rent: 4",
        "North; City: Tver; Rent: 5",
        "North; City: Perm; Rent: 6",
    ]


def test_labels_of_two_levels_apply_together() -> None:
    rows = [
        ["City", "Rent"],
        [Cell("2024", columns=2)],
        [strong("North")],
        ["Tver", "5"],
        [strong("South")],
        ["Omsk", "6"],
    ]
    assert lines(*rows)[1:] == [
        "2024; North; City: Tver; Rent: 5",
        "2024; South; City: Omsk; Rent: 6",
    ]


def test_a_total_of_all_groups_has_no_label() -> None:
    rows = [
        ["City", "Rent"],
        [strong("North")],
        ["Tver", "5"],
        [strong("South")],
        ["Omsk", "7"],
        ["Total", "12"],
    ]
    assert lines(*rows)[-2:] == ["South; City: Omsk; Rent: 7", "City: Total; Rent: 12"]


def test_totals_of_groups_have_their_labels() -> None:
    rows = [
        ["City", "Rent"],
        [strong("North")],
        ["Tver", "5"],
        ["Total", "5"],
        [strong("South")],
        ["Omsk", "7"],
        ["Total", "7"],
        ["Grand total", "12"],
    ]
    assert lines(*rows)[-3:] == [
        "South; City: Omsk; Rent: 7",
        "South; City: Total; Rent: 7",
        "City: Grand total; Rent: 12",
    ]


def test_a_header_that_is_repeated_is_shown_once() -> None:
    rows = [["Item", "Price"], ["Bread", "45"], ["Item", "Price"], ["Milk", "80"]]
    assert lines(*rows, header_rows=1) == [
        "Item | Price",
        "Item: Bread; Price: 45",
        "Item: Milk; Price: 80",
    ]


def test_a_layout_table_of_words_is_not_given_a_header() -> None:
    rows = [["Арендодатель", "Арендатор"], ["ООО Ромашка", "ИП Иванов"]]
    assert lines(*rows, is_layout=True) == [" | ".join(row) for row in rows]


def test_spans_alone_are_no_evidence_of_a_header_in_a_layout_table() -> None:
    rows = [["a", Cell("b", columns=2)], ["", "c", "d"], [Cell("e", columns=2), "", "f"]]
    assert lines(*rows, is_layout=True) == ["a | b", " | c | d", "e | f"]


def test_types_are_evidence_in_a_layout_table() -> None:
    rows = [["Зона", "Город", "Тариф"], ["Север", "Пермь", "120"], ["Юг", "Сочи", "130"]]
    assert lines(*rows, is_layout=True)[1] == "Зона: Север; Город: Пермь; Тариф: 120"


def test_a_layout_table_of_one_cell_is_text() -> None:
    assert list(render_table(place(["one\ntwo"]), is_layout=True)) == [Block("one\ntwo")]


def test_line_ends_in_cells_are_spaces() -> None:
    assert lines(["Name", "Note"], ["Anna", "one\ntwo"])[1] == "Name: Anna; Note: one two"


def test_empty_cells_and_rows_are_left_out() -> None:
    assert lines(["a", "b", "c"], ["1", "", "3"], ["", " ", ""], ["", "5", ""]) == [
        "a | b | c",
        "a: 1; c: 3",
        "b: 5",
    ]


def test_a_long_row_is_cut_between_cells_and_repeats_its_key() -> None:
    names = ["Name", *(f"Column {n}" for n in range(60))]
    rows = [[f"Person {n}", *(f"value of {n} {i}" for i in range(60))] for n in range(2)]
    _, *rendered = lines(names, *rows, header_rows=1)[1:]
    assert len(rendered) > 4
    for line in rendered:
        assert re.match(r"Name: Person \d; Column \d+: value of \d \d+;", line) or "Column" in line
        assert len(line.split()) <= PASSAGE_WORDS
    assert all(line.startswith(("Name: Person", "Column")) for line in rendered)


def test_a_long_cell_is_cut_between_sentences_below_its_name() -> None:
    sentences = [f"Sentence {n} has exactly six words." for n in range(60)]
    rows = [["Question", "Answer"], ["How?", " ".join(sentences)]]
    rendered = lines(*rows, header_rows=1)[1:]
    assert len(rendered) > 2
    prefix = "Question: How?; Answer: "
    assert all(line.startswith(prefix) and line.endswith("words.") for line in rendered)
    assert " ".join(line.removeprefix(prefix) for line in rendered) == " ".join(sentences)


def test_the_lead_leaves_less_room_for_a_row() -> None:
    rows = [["Key", "Text"], ["k", " ".join(["word"] * 110)]]
    (block,) = render_table(place(*rows), title=" ".join(["title"] * 40), header_rows=1)
    assert all(len(line.split()) <= PASSAGE_WORDS - 40 for line in block.text.split("\n"))


def test_a_word_without_end_is_cut() -> None:
    assert all(len(line) <= PASSAGE_CHARS for line in lines(["x" * 10_000, "y"]))


def test_a_long_table_is_divided_into_blocks_of_one_title() -> None:
    blocks = list(render_table(place(*(["x" * 1_000, "y"] for _ in range(250))), title="T"))
    assert [block.lead for block in blocks] == ["T"] * 3
    assert all(len(block.text) < SEGMENT_CHARS + 2 * PASSAGE_CHARS for block in blocks)
    assert sum(block.text.count("x") for block in blocks) == 250_000


def test_a_header_is_kept_for_thousands_of_rows() -> None:
    rows = ([f"Omsk-{n}", str(n), str(2 * n)] for n in range(2_000))
    rendered = lines(["Branch", "2021", "2022"], *rows)
    assert rendered[-1] == "Branch: Omsk-1999; 2021: 1999; 2022: 3998"
    assert len(rendered) == 2_001


WORDS = st.sampled_from(
    ["", "", "Name", "Город", "Alfa LLC", "2023", "15 %", "3 May", "a; b: c", "Total", "Итого:"]
)
CELLS = st.builds(
    Cell,
    WORDS,
    is_header=st.booleans(),
    is_strong=st.booleans(),
    columns=st.integers(1, 3),
    rows=st.integers(1, 3),
)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=12), st.booleans(), st.booleans())
def test_every_text_appears_in_the_order_of_rows(
    rows: list[list[Cell]], as_sheet: bool, is_layout: bool
) -> None:
    numbered = [
        [
            cell._replace(text=f"{cell.text} ·{row}.{column}·") if cell.text else cell
            for column, cell in enumerate(cells)
        ]
        for row, cells in enumerate(rows)
    ]
    placed = place_rows(numbered)
    blocks = [*(render_sheet(placed) if as_sheet else render_table(placed, is_layout=is_layout))]
    shown = "\n".join(f"{block.lead}\n{block.text}" for block in blocks)
    expected = [cell.text for cell in chain(*numbered) if cell.text]
    assert all(text.rstrip(" :") in shown for text in expected)
    places = [shown.index(text) for text in expected]
    rows_of = [int(re.search(r"·(\d+)\.", text)[1]) for text in expected]
    if not as_sheet:
        order = [row for _, row in sorted(zip(places, rows_of, strict=True))]
        heads = 3
        assert [row for row in order if row > heads] == sorted(row for row in order if row > heads)
    assert all(block.kind in {BlockKind.TABLE, BlockKind.PARAGRAPH} for block in blocks)


def test_months_down_the_first_column_are_no_names_of_fields() -> None:
    assert lines(["Month", "Sales"], ["January", "100"], ["March", "300"])[1] == (
        "Month: January; Sales: 100"
    )


def test_years_among_years_are_values() -> None:
    assert lines(["Tver", "2021", "2022"], ["Perm", "2020", "2023"])[1] == "Perm | 2020 | 2023"


def test_a_label_below_which_only_the_header_is_repeated_is_kept() -> None:
    header = [strong("Name"), strong("Price")]
    rows = [["a", "5"], ["b", "6"], ["c", "7"], [strong("West")]]
    assert lines(header, *rows, header, header_rows=1)[-2:] == ["Name: c; Price: 7", "West"]


WORDS = st.sampled_from(
    ["Assets", "资产合计", "1 250,00", "2024", "Total", "* note", "Итого:", "—"]
)
SPARSE = st.lists(
    st.dictionaries(
        st.integers(0, 4),
        st.builds(
            Cell,
            WORDS,
            is_strong=st.booleans(),
            columns=st.sampled_from([1, 1, 1, 3]),
            rows=st.sampled_from([1, 1, 1, 2]),
        ),
        max_size=3,
    ),
    max_size=25,
)


@given(SPARSE, st.sampled_from([None, 0, 1]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_cell_of_a_sparse_table_is_lost(
    rows: list[Row], header_rows: int | None, is_layout: bool
) -> None:
    rows = [
        {
            column: cell._replace(text=f"{cell.text} {row}.{column}")
            for column, cell in cells.items()
        }
        for row, cells in enumerate(rows)
    ]
    blocks = render_table(rows, header_rows=header_rows, is_layout=is_layout)
    found = "\n".join(f"{block.lead}\n{block.text}" for block in blocks)
    assert all(cell.text in found for row in rows for cell in row.values())
