"""Answers cite only passages that exist, and keep all other brackets."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers.citations import (
    QUOTE_LENGTH,
    CitedText,
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
            [
                "[1]",
                "[2]",
                "[9]",
                " [3, 1]",
                "[1-3]",
                "[",
                "]",
                "[0]",
                "【2】",
                "[ 2 ]",
                "`",
                "``",
                "```",
                "\n```\n",
                "~~~\n",
                "- ",
                "# ",
                "(",
                " = ",
                ".",
                "\\",
                "«",
                "**",
                "5",
                "x = rows",
                "Gustave",
                "The pump is safe",
                " ",
                "\n\n",
                "\r\n",
            ]
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
        ("A [7]. B [9].", "A. B.", []),
        ("A [1][99].", "A [1].", [1]),
        ("[7] says so.\n[9]\n[2] agrees.", "says so.\n\n[1] agrees.", [2]),
        ("Gustave[2] wrote it (see [1]).", "Gustave[1] wrote it (see [2]).", [2, 1]),
        ("Срок — 24 месяца[3], **да**[3].", "Срок — 24 месяца[1], **да**[1].", [3]),
        ("Warranty = 24 months[2].", "Warranty = 24 months[1].", [2]),
        ("1. a [2]\n2. b [2]", "1. a [1]\n2. b [1]", [2]),
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


@pytest.mark.parametrize(
    "text",
    [
        "```python\nfirst = rows[0]\nx = rows[1]\n```",
        "- ```\n  rows[1]\n  ```\n- b",
        "~~~\nrows[9]\n~~~",
        "```\nunfinished[1]",
        "It is `a[3]` or ``a[1] ` [9]``.",
        "list [2023], see [2024] and [100]",
        "x in [0, 10], [0; 1], [-5, 5], [0.5, 1], rows[0]",
        "x ∈ [1, 5], x = [1, 2]",
        "- [x] done\n- [ ] open",
        "[^1] [1](https://example.com) [a][b] [[1]] \\[1] \\[1\\]",
        "x = rows[1]\nrows[1] = y[2] + z[3]\nmatrix[1][2] += 1",
        "print(rows[1]) or f(a, b[2])",
        "rows[1].name and matrix[1][2].size",
    ],
)
def test_brackets_that_are_no_citations_stay(text: str) -> None:
    assert check_citations(text, passages=3) == CitedText(text, [])
    assert remove_citations(text) == text


PASSAGES = [
    "The pump is filled with oil.",
    "The pump is safe [1]. As shown before [12, 3], oil burns [2]. Gustave[1] wrote matrix[1][2].",
    "Nothing.",
]


@pytest.mark.parametrize(
    ("text", "expected", "numbers"),
    [
        ("The pump is safe [1]. [2]", "The pump is safe `[1]`. [1]", [2]),
        ("«The pump is safe [1].» [2]", "«The pump is safe `[1]`.» [1]", [2]),
        ("As shown before [12, 3], it burns [2].", "As shown before `[12, 3]`, it burns [1].", [2]),
        ("Gustave[1] [2]", "Gustave`[1]` [1]", [2]),
        ("See matrix[1][2].", "See matrix`[1][2]`.", []),
        ("«Oil burns [2].» [2]", "«Oil burns `[2]`.» [1]", [2]),
        ("The `pump` is safe [1].", "The `pump` is safe `[1]`.", []),
        ("Oil burns [2]. [2]", "Oil burns `[2]`. [1]", [2]),
        ("The 5` pump. The pump is safe [1].", "The 5` pump. The pump is safe ``[1]``.", []),
        # The passage that is cited says it, so the mark may well be a citation.
        ("And oil burns [2].", "And oil burns [1].", [2]),
        ("The pump is filled with oil [1].", "The pump is filled with oil [1].", [1]),
    ],
)
def test_a_mark_that_is_copied_from_a_document_is_shown_but_cites_nothing(
    text: str, expected: str, numbers: list[int]
) -> None:
    cited = check_citations(text, len(PASSAGES), PASSAGES)

    assert cited == CitedText(expected, numbers)
    assert set(list_claims(cited.text)) == set(range(1, len(numbers) + 1))


@given(ANSWERS, st.integers(0, 4))
def test_a_checked_answer_holds_no_citations_but_those_that_were_checked(
    text: str, passages: int
) -> None:
    cited = check_citations(text, passages, PASSAGES)

    numbers = list(range(1, len(cited.numbers) + 1))
    assert len(set(cited.numbers)) == len(cited.numbers)
    assert all(1 <= number <= passages for number in cited.numbers)
    assert check_citations(cited.text, len(numbers)) == CitedText(cited.text, numbers)
    assert set(list_claims(cited.text)) <= set(numbers)


@given(ANSWERS, st.integers(0, 4), st.data())
def test_what_is_shown_while_it_grows_is_a_beginning_of_what_it_becomes(
    text: str, passages: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(text)))

    shown = check_unfinished(text[:cut], passages, PASSAGES)

    assert check_citations(text, passages, PASSAGES).text.startswith(shown)


def test_a_growing_answer_waits_only_where_a_mark_is_undecided() -> None:
    assert check_unfinished("It is [1", 3) == "It is"
    assert check_unfinished("It is [1]", 3) == "It is"
    assert check_unfinished("It is [1].", 3) == "It is"
    assert check_unfinished("It is [1]. A", 3) == "It is [1]. A"
    assert check_unfinished("It is `a", 3) == "It is `a"
    assert check_unfinished("It is `a [1] or", 3) == "It is `a"
    assert check_unfinished("It is `a [1]\n\nand", 3) == "It is `a [1]\n\nand"


@given(ANSWERS)
def test_all_text_outside_of_marks_stays(text: str) -> None:
    kept = re.sub(r"[\s\u2060`]|[\[【][\d,\s-]*[\]】]", "", text)

    checked = check_citations(text, 3, PASSAGES).text

    assert re.sub(r"[\s\u2060`]|[\[【][\d,\s-]*[\]】]", "", checked) == kept


@pytest.mark.parametrize(
    "piece", ["[1]", "[1 ", "`[1] ", "rows[1]", "x([1 ", "a[1]=", "` [9]\n", " "]
)
def test_hostile_answers_take_linear_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    started = time.process_time()
    check_unfinished(text, 3, PASSAGES)
    list_claims(check_citations(text, 3, PASSAGES).text)

    assert time.process_time() - started < 3


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


@given(
    st.lists(
        st.sampled_from(
            [
                "Насос",
                " стоит",
                " в",
                " подвале",
                ".",
                "\n",
                "\n\n",
                " ",
                "- ",
                "| ",
                "5,5 кг",
                " «да»",
                "…",
                "[1]",
            ]
        ),
        max_size=120,
    ).map("".join),
    st.sampled_from(["Насос в подвале", "5,5 кг", ""]),
)
def test_a_quote_is_verbatim_but_for_its_spaces(passage: str, claim: str) -> None:
    quote = find_quote(passage, claim, "Где насос?")

    assert quote.text.removesuffix("…") in " ".join(passage.split())


def test_a_long_quote_ends_between_words() -> None:
    quote = find_quote("слово " * 200, "слово", "")

    assert quote.text.endswith("слово…")
