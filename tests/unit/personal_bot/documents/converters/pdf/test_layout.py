import pytest

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.pdf import pages as pdf
from personal_bot.documents.converters.pdf.lines import join_hyphenation
from tests.blocks import read, show
from tests.pdf_writer import PdfPage, lines, text, write_pdf

LEFT = [
    "The left column tells of the house and",
    "of all the people who lived there and",
    "of their many children who went away",
    "to the sea and came back after years",
    "with stories that nobody had believed.",
]
RIGHT = [
    "The right column tells of the garden",
    "where the old trees stood in a row and",
    "where in summer the cats were asleep",
    "under the benches that were painted in",
    "green by the grandfather each spring.",
]


def read_text(content: str, entries: str = "") -> str:
    return show(read(pdf, write_pdf([PdfPage(content, entries=entries)])))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("согла-\nшение", "соглашение"),
        ("agree-\n  ment", "agreement"),
        ("Ростов-\nНа-Дону", "Ростов-На-Дону"),
        ("1990-\n1995", "1990-\n1995"),
        ("series K-\n17", "series K-17"),
        ("Rostov-on-\nDon", "Rostov-on-Don"),
        ("- one\n- two", "- one\n- two"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_joined(text: str, expected: str) -> None:
    assert join_hyphenation(text) == expected


def test_a_compound_that_the_document_has_elsewhere_keeps_its_hyphen() -> None:
    content = lines(
        50, 700, ["The rules of this house are well-", "known to all of the ten-", "ants."]
    )
    elsewhere = text(50, 600, "It is a Well-known house.")
    assert read_text(content) == "The rules of this house are wellknown to all of the tenants."
    found = show(read(pdf, write_pdf([content, elsewhere])))
    assert found.startswith("The rules of this house are well-known to all of the tenants.")


def test_letters_that_are_placed_singly_are_words() -> None:
    word = "".join(text(50 + 14 * n, 700, letter) for n, letter in enumerate("CONTRACT"))
    second = "".join(text(190 + 14 * n, 700, letter) for n, letter in enumerate("OF RENT"))
    assert read_text(word + second.replace("( )", "()")) == "CONTRACT OF RENT"


def test_letters_spaced_by_the_font_are_words() -> None:
    content = "BT /F1 12 Tf 5 Tc 50 700 Td (Contract of sale) Tj ET"
    assert read_text(content) == "Contract of sale"


def test_single_letters_far_apart_stay_apart() -> None:
    content = "".join(text(50 + 60 * n, 700, letter) for n, letter in enumerate("ABCDE"))
    assert read_text(content) == "A B C D E"


def test_lines_are_read_from_the_top_whatever_their_order_in_the_file() -> None:
    content = text(50, 600, "third.") + text(50, 700, "first") + text(50, 650, "second")
    assert read_text(content).split() == ["first", "second", "third."]


@pytest.mark.parametrize("shift", [0, 5])
def test_columns_are_read_one_after_another(shift: int) -> None:
    title = text(150, 740, "A title over both of the columns", size=16)
    content = title + lines(50, 700, LEFT) + lines(320, 700 - shift, RIGHT)
    found = read_text(content).split("\n")
    assert found == [
        "A title over both of the columns",
        " ".join(LEFT),
        " ".join(RIGHT),
    ]


def test_three_columns_are_read_one_after_another() -> None:
    narrow = [
        "the text of a column in",
        "narrow lines that goes on",
        "until the end of the page",
        "where it stops for good.",
    ]
    columns = [[f"{name}{line[3:]}" for line in narrow] for name in ("one", "two", "six")]
    content = "".join(lines(40 + 180 * n, 700, column) for n, column in enumerate(columns))
    assert read_text(content).split("\n") == [" ".join(column) for column in columns]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    left = [*LEFT[:-1], "with stories that nobody had belie-"]
    right = ["ved, since the garden was too small", *RIGHT[1:]]
    content = lines(50, 700, left) + lines(320, 700, right)
    assert "nobody had believed, since the garden" in read_text(content)


@pytest.mark.parametrize(
    ("matrix", "rotation"), [("0 1 -1 0 600 0", 90), ("-1 0 0 -1 600 800", 180)]
)
def test_rotated_pages_are_read_as_they_are_shown(matrix: str, rotation: int) -> None:
    content = f"q {matrix} cm\n{lines(50, 400, ['first line', 'second line'])}Q\n"
    assert read_text(content, f"/Rotate {rotation}").split("\n") == ["first line", "second line"]


def test_paragraphs_are_joined_from_their_lines_and_stay_apart() -> None:
    content = lines(50, 700, [*LEFT, "", *RIGHT])
    assert read_text(content).split("\n") == [" ".join(LEFT), " ".join(RIGHT)]


def test_lines_that_end_early_stay_lines() -> None:
    content = lines(50, 700, ["Invoice 55", "Total due 9450", "Pay before July"])
    assert read_text(content) == "Invoice 55\nTotal due 9450\nPay before July"


def test_list_items_are_items_with_their_depth() -> None:
    content = (
        text(50, 700, "You need:")
        + text(50, 688, "1. a passport with")
        + text(62, 676, "a photograph")
        + text(70, 664, "a\\) of this year")
        + text(50, 652, "2. money")
    )
    (page,) = read(pdf, write_pdf([content]))
    assert [(b.kind, b.level, b.text) for b in page.blocks if b.kind is BlockKind.ITEM] == [
        (BlockKind.ITEM, 0, "1. a passport with\na photograph"),
        (BlockKind.ITEM, 1, "a) of this year"),
        (BlockKind.ITEM, 0, "2. money"),
    ]


def test_a_number_within_a_sentence_begins_no_item() -> None:
    wrapped = [
        "All of the tenants have read all the terms of the contract of the house and of the garden as in no",
        "5. They agree to the terms and to the conditions of all the other contracts that are named in the",
        "section 17, and to nothing else.",
    ]
    assert read_text(lines(50, 700, wrapped)) == " ".join(wrapped)


def test_marks_of_footnotes_are_not_glued_to_numbers() -> None:
    content = text(50, 700, "1,250") + text(75, 704, "3", size=6) + text(90, 700, "roubles")
    assert read_text(content) == "1,250 ³ roubles"


def test_raised_numbers_of_units_are_kept() -> None:
    content = text(50, 700, "45 m") + text(71, 704, "2", size=6)
    assert read_text(content) == "45 m²"


def test_the_leaders_of_a_table_of_contents_are_short() -> None:
    content = text(50, 700, "Keys . . . . . . . . . . . . 5")
    assert read_text(content) == "Keys … 5"


def slant(x: float, y: float, string: str) -> str:
    return f"q 0.7 0.7 -0.7 0.7 {x} {y} cm {text(0, 0, string, size=40)}Q\n"


def test_a_watermark_is_read_once_apart_from_the_text_it_crosses() -> None:
    body = ["The keys that were lost in the garden", "behind the house were found by the sea"]
    pages = [slant(50, 500, "TOP SECRET") + lines(50, 600, body * 4) for _ in range(2)]
    first, second = (show([page]) for page in read(pdf, write_pdf(pages)))
    assert first == f"TOP SECRET\n{second}"
    assert second == " ".join(body * 4)


def test_slanted_texts_stay_apart() -> None:
    found = read_text(slant(50, 300, "May") + slant(100, 300, "June") + text(50, 200, "Sales"))
    assert found.split("\n") == ["May", "June", "Sales"]


def test_a_text_at_the_side_does_not_divide_a_sentence() -> None:
    side = "q 0 1 -1 0 20 300 cm " + text(0, 0, "Form 17 of the house") + "Q\n"
    halves = "The keys of the house that", "were lost behind the garden."
    pages = read(pdf, write_pdf([side + text(50, 700, half) for half in halves]))
    assert [show([page]).split("\n") for page in pages] == [
        ["Form 17 of the house", halves[0]],
        [halves[1]],
    ]
