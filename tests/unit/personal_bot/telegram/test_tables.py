"""Tables of answers are aligned where there is room, or else lists; nothing of a cell is lost."""

from hypothesis import given
from hypothesis import strategies as st

from personal_bot.telegram.markup import read_markdown
from personal_bot.telegram.rich_text import RichText, Span, Style

NARROW = """Costs [1]:

| Month | Sum |
|:------|-----|
| **May** | 950 |
| June  | 1,080 [2] |

Done."""

WIDE = """| Party | Duty | Due |
|---|---|---|
| The tenant of the bakery | **pays** the rent [1] | in May |
| The owner | repairs | |
After"""


def test_a_narrow_table_is_aligned_in_monospace() -> None:
    table = "Month        Sum\n────────────────\nMay          950\nJune   1,080 [2]"
    start = len("Costs [1]:\n\n")
    assert read_markdown(NARROW) == RichText(
        f"Costs [1]:\n\n{table}\n\nDone.", (Span(Style.PRE, start, start + len(table)),)
    )


def test_a_wide_table_is_a_list_with_the_names_of_its_columns() -> None:
    rich = read_markdown(WIDE)
    assert rich.text == (
        "• Party: The tenant of the bakery\n  Duty: pays the rent [1]\n  Due: in May\n"
        "• Party: The owner\n  Duty: repairs\n• Party: After"
    )
    assert [rich.text[span.start : span.end] for span in rich.spans] == [
        "The tenant of the bakery",
        "pays",
        "The owner",
        "After",
    ]


def test_wide_characters_take_two_columns() -> None:
    assert read_markdown("| a | b |\n|---|---|\n| 日本 | x |\n| n | y |").text == (
        "a     b\n───────\n日本  x\nn     y"
    )


def test_columns_to_the_right_are_aligned_there() -> None:
    assert read_markdown("| a | b |\n|--:|---|\n| long | x |").text.split("\n")[0] == "   a  b"


def test_a_table_in_code_or_without_rows_stays_as_it_is() -> None:
    for source in ("```\n| a | b |\n|---|---|\n| 1 | 2 |\n```", "| a | b |\n|---|---|"):
        assert "|---|---|" in read_markdown(source).text


def test_a_line_of_dashes_makes_no_table() -> None:
    source = "a | b\ntext\n---\nmore | text"
    assert read_markdown(source).text == source


@given(st.lists(st.lists(st.text("abё1 *`_[]\\", max_size=9), min_size=2, max_size=2), min_size=1))
def test_no_letter_of_a_cell_is_lost(rows: list[list[str]]) -> None:
    source = "|x|y|\n|-|-|\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
    shown = read_markdown(source).text
    assert "─" in shown
    assert [sign for sign in shown if sign.isalnum()] == [sign for sign in source if sign.isalnum()]
