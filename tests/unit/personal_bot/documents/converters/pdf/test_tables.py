from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf import pages as pdf
from tests.blocks import read, show
from tests.pdf_writer import grid, lines, rule, text, write_pdf

XS = (50, 150, 250, 350)


def place(rows, top: float = 700, step: float = 20, xs=XS) -> str:
    """Draw the texts of cells; an empty one leaves its place free."""
    return "".join(
        text(x + 5, top - step * number, cell)
        for number, row in enumerate(rows)
        for x, cell in zip(xs, row, strict=False)
        if cell
    )


def list_tables(content: bytes) -> list[str]:
    return [
        block.text
        for page in read(pdf, content)
        for block in page.blocks
        if block.kind is BlockKind.TABLE
    ]


def test_lines_make_a_table() -> None:
    rows = [["Item", "Pieces", "Price"], ["Lamp", "2", "500"], ["Chair", "4", "1 200"]]
    content = grid(XS, (655, 675, 695, 715)) + place(rows)
    (table,) = list_tables(write_pdf([content]))
    assert table.split("\n")[-1] == "Chair; Pieces: 4; Price: 1 200" or "Price: 1 200" in table


def test_a_cell_without_lines_within_spans_its_columns() -> None:
    ys = (635, 655, 675, 695, 715)
    across = "".join(rule(150 if y == 695 else 50, y, 350, y) for y in ys)
    down = "".join(rule(x, 635, x, 695 if x == 250 else 715) for x in XS)
    rows = [["House", "Budget"], ["", "Plan", "Fact"], ["Oak", "10", "12"], ["Elm", "20", "21"]]
    (table,) = list_tables(write_pdf([across + down + place(rows)]))
    assert "Budget › Plan: 20; Budget › Fact: 21" in table


def test_texts_around_a_table_keep_their_places() -> None:
    rows = [["Item", "Price"], ["Lamp", "500"]]
    xs = (50, 150, 250)
    content = (
        text(50, 740, "before the table")
        + grid(xs, (675, 695, 715))
        + place(rows, xs=xs)
        + text(50, 650, "after the table")
    )
    found = show(read(pdf, write_pdf([content])))
    assert found.index("before") < found.index("Lamp") < found.index("after")


def test_a_frame_around_text_is_no_table() -> None:
    content = grid((50, 350), (600, 720)) + lines(60, 700, ["framed words", "and more of them"])
    assert not list_tables(write_pdf([content]))
    assert show(read(pdf, write_pdf([content]))) == "framed words\nand more of them"


def test_aligned_columns_without_lines_are_a_table() -> None:
    rows = [
        ["Item", "Pieces", "Price"],
        ["Lamp", "2", "500"],
        ["Chair", "4", "1200"],
        ["Table", "1", "7000"],
    ]
    (table,) = list_tables(write_pdf([place(rows)]))
    assert "Lamp; Pieces: 2; Price: 500" in table or "Item: Lamp; Pieces: 2; Price: 500" in table


def test_a_line_that_continues_a_cell_belongs_to_its_row() -> None:
    rows = [
        ["Item", "Remark", "Price"],
        ["Lamp", "with a shade", "500"],
        ["", "of green glass", ""],
        ["Chair", "folding", "1200"],
        ["Table", "round", "7000"],
    ]
    (table,) = list_tables(write_pdf([place(rows, step=12)]))
    assert "Remark: with a shade of green glass; Price: 500" in table


def test_a_table_keeps_its_header_on_the_next_page() -> None:
    header = ["Item", "Pieces", "Price"]
    first = [header, *([f"Lamp {n}", str(n), str(100 * n)] for n in range(2, 6))]
    second = [[f"Chair {n}", str(n), str(100 * n)] for n in range(2, 5)]
    pages = [
        grid(XS, [715 - 20 * n for n in range(6)]) + place(first),
        grid(XS, [715 - 20 * n for n in range(4)]) + place(second),
    ]
    _, table = list_tables(write_pdf(pages))
    assert "Pieces: 3; Price: 300" in table


def test_rows_without_lines_between_them_are_rows() -> None:
    rows = [["Item", "Price"], *([f"Lamp {n}", str(100 * n)] for n in range(1, 5))]
    xs = (50, 150, 250)
    content = grid(xs, (695, 715)) + grid(xs, (605, 695)) + place(rows, xs=xs)
    (table,) = list_tables(write_pdf([content]))
    assert "Lamp 3; Price: 300" in table or "Item: Lamp 3; Price: 300" in table


def test_boxes_for_single_letters_hold_one_value() -> None:
    xs = [50 + 15 * n for n in range(11)]
    content = grid(xs, (695, 715)) + place([list("7701234567")], xs=xs)
    assert "7701234567" in show(read(pdf, write_pdf([content])))


def test_a_turned_text_belongs_to_its_cell() -> None:
    turned = "BT /F1 10 Tf 0 1 -1 0 165 640 Tm (Tall) Tj ET\n"
    rows = [["Item", "", "Price"], ["Lamp", "", "500"]]
    content = grid(XS, (635, 655, 675, 695, 715)) + place(rows) + turned
    assert "Tall" in list_tables(write_pdf([content]))[0]
