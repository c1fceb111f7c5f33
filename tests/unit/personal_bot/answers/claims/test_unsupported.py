"""What is unsupported is told to the model, marked in the answer and counted."""

from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers.claims import (
    Support,
    check_claims,
    describe,
    mark_unsupported,
    summarize,
)
from personal_bot.answers.grammar import find_citations
from personal_bot.answers.markdown import find_elements

TEXTS = ["The rent is 950 EUR.", "The deposit is 1,900 EUR."]
ANSWERS = st.lists(
    st.sampled_from(
        [
            "77", "12 €", " Ivanov", " `x = 5`", "**", "*", "_", "`", "```\n", "\n", "\n\n", "- ", "# ",
            "[1]", "[2]", "[x]", "rows", "x = ", "print(", ")", " «bad words»", ". ", "The ", " and ", "|",
            " 3 May 2031", "5 %", "~~", "(", "\\", ":", "7[1]", "Anna[1]", " = ",
        ]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def test_the_model_is_told_what_is_wrong_and_where_it_stands() -> None:
    answer = "The rent is 960 € [1]. The deposit of the flat is 1,900 € [1]."

    message = describe(check_claims(answer, TEXTS))

    assert "- the amount 960 €, in: The rent is 960 € [1]" in message
    assert "- the amount 1,900 € (but [2] contains it), in: " in message


def test_the_message_to_the_model_has_a_limit() -> None:
    answer = " ".join(f"It is {number} € and {'x' * 300} [1]." for number in range(2_000, 2_100))

    assert len(describe(check_claims(answer, TEXTS))) < 10_000


def test_the_sign_stands_behind_what_is_unsupported() -> None:
    answer = "The rent is **960 €** [1], see `a = 1`[1] and print(x, Rooms[1]). It is 950 € [1]."

    marked = mark_unsupported(answer, check_claims(answer, TEXTS))

    assert marked == (
        "The rent is **960 €⚠️** [1], see `a = 1`⚠️[1] and print(x, Rooms[1]⚠️). It is 950 € [1]."
    )


@given(ANSWERS)
def test_signs_change_neither_citations_nor_markup(answer: str) -> None:
    marked = mark_unsupported(answer, check_claims(answer, TEXTS))

    assert marked.replace("⚠️", "") == answer
    assert [mark.numbers for mark in find_citations(marked)] == [
        mark.numbers for mark in find_citations(answer)
    ]
    assert [(found.kind, marked[found.start : found.end].replace("⚠️", "")) for found in find_elements(marked)] == [
        (found.kind, answer[found.start : found.end]) for found in find_elements(answer)
    ]  # fmt: skip


def test_claims_are_counted_without_their_words() -> None:
    answer = (
        "The rent is 960 € each month [1].\n\n- The deposit is 1,900 € [2]\n- Pets are fine [1]"
    )

    assert summarize(answer, check_claims(answer, TEXTS)) == Support(claims=3, supported=2)
    assert summarize("", []) == Support(claims=0, supported=0)
