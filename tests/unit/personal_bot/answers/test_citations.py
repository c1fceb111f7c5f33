"""Answers cite only passages that exist."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers.citations import (
    QUOTE_LENGTH,
    check_citations,
    check_unfinished,
    find_quote,
    list_claims,
    remove_citations,
)

ANSWERS = st.lists(
    st.one_of(
        st.text(alphabet="abcя. \n,;", max_size=8),
        st.sampled_from(
            ["[1]", "[2]", "[9]", " [3, 1]", "[1-3]", "[", "]", "[0]", "【2】", "[ 2 ]"]
        ),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("text", "expected", "numbers"),
    [
        ("A [2]. B [1].", "A [1]. B [2].", [2, 1]),
        ("A [2][2]. B [2].", "A [1][1]. B [1].", [2]),
        ("A [3, 1].", "A [1][2].", [3, 1]),
        ("A [1–3].", "A [1][2][3].", [1, 2, 3]),
        ("A [7]. B [0].", "A. B.", []),
        ("A [7, 2].", "A [1].", [2]),
        ("A【2】.", "A[1].", [2]),
        ("A [3-1].", "A [1][2].", [3, 1]),
        ("A [x] [].", "A [x] [].", []),
        ("[2] says so", "[1] says so", [2]),
    ],
)
def test_numbers_are_checked_and_renumbered_in_the_order_of_use(
    text: str, expected: str, numbers: list[int]
) -> None:
    cited = check_citations(text, passages=3)

    assert (cited.text, cited.numbers) == (expected, numbers)


@given(ANSWERS, st.integers(0, 4))
def test_numbers_run_from_one_without_a_gap_and_stand_for_passages_that_exist(
    text: str, passages: int
) -> None:
    cited = check_citations(text, passages)

    used = [int(number) for number in re.findall(r"\[(\d+)\]", cited.text)]
    assert list(dict.fromkeys(used)) == list(range(1, len(cited.numbers) + 1))
    assert len(set(cited.numbers)) == len(cited.numbers)
    assert all(1 <= number <= passages for number in cited.numbers)


@given(ANSWERS, st.integers(0, 4), st.data())
def test_what_is_shown_while_it_grows_is_a_beginning_of_what_it_becomes(
    text: str, passages: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(text)))

    shown = check_unfinished(text[:cut], passages)

    assert check_citations(text, passages).text.startswith(shown)


@given(ANSWERS)
def test_an_answer_without_citations_keeps_no_number(text: str) -> None:
    assert not check_citations(remove_citations(text), passages=9).numbers


def test_a_claim_is_the_sentence_that_cites_wherever_its_mark_stands() -> None:
    claims = list_claims(
        "The pump has a warranty of three years [1]. It is filled with oil monthly. [2] The "
        "boiler is inspected every spring [1]."
    )

    assert claims == {
        1: "The pump has a warranty of three years. The boiler is inspected every spring.",
        2: "It is filled with oil monthly.",
    }


def test_a_mark_after_a_closing_quote_belongs_to_the_words_that_are_quoted() -> None:
    claims = list_claims("«Насос в подвале.» [1]\n«Масло меняют раз в месяц.» [2]")

    assert claims == {1: "«Насос в подвале.»", 2: "«Масло меняют раз в месяц.»"}


PASSAGE = """Уход за насосом
Насос стоит в подвале дома. Гарантия на него составляет три года со дня покупки. Масло
меняют раз в месяц."""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Гарантия — три года.", "Гарантия на него составляет три года со дня покупки."),
        ("Раз в месяц надо менять масло", "Масло меняют раз в месяц."),
        ("В подвале", "Насос стоит в подвале дома."),
    ],
)
def test_the_quote_is_the_sentence_that_says_the_claim(claim: str, expected: str) -> None:
    quote = find_quote(PASSAGE, claim, "Что с насосом?")

    assert quote.text == expected


def test_rows_of_a_table_and_items_of_a_list_are_quoted_by_themselves() -> None:
    rows = "Item: a ladder of aluminium, price: 90 EUR\nItem: a drill for concrete, price: 120 EUR"
    items = "1. Fill the tank with clean water\n2. Wait until the pump is silent"

    assert find_quote(rows, "The drill costs 120 EUR", "").text == rows.splitlines()[1]
    assert find_quote(items, "Then wait for the silent pump", "").text == items.splitlines()[1]


@given(st.text(), st.text(max_size=40))
def test_a_quote_stands_where_it_says_it_stands(passage: str, claim: str) -> None:
    quote = find_quote(passage, claim, "")

    assert len(quote.text) <= QUOTE_LENGTH
    words = quote.text.removesuffix("…").split()
    rest = passage[quote.offset :].split()
    assert rest[: max(0, len(words) - 1)] == words[:-1]


def test_a_long_quote_ends_between_words() -> None:
    quote = find_quote("слово " * 200, "слово", "")

    assert quote.text.endswith("слово…")
