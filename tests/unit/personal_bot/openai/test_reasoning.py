import pytest

from personal_bot.openai.reasoning import ReasoningFilter, drop_unopened, remove_reasoning

CASES = [
    ("<think>Hm, the rent…</think>\n\nIt is 950 [1].", "It is 950 [1]."),
    ("  <thinking>a</thinking> <think>b</think> Yes.", "Yes."),
    ("[THINK]a[/THINK]No.", "No."),
    ("<think></think>Yes.", "Yes."),
    ("<think>never ends", ""),
    ("<thin ice> is dangerous", "<thin ice> is dangerous"),
    ("An answer about <think> marks.", "An answer about <think> marks."),
    ("<", "<"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_reasoning_at_the_start_is_removed(text: str, shown: str) -> None:
    assert remove_reasoning(text) == shown


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_a_stream_shows_the_same_however_it_is_cut(text: str, shown: str) -> None:
    for size in (1, 2, 5):
        reasoning = ReasoningFilter()
        pieces = [reasoning.feed(text[at : at + size]) for at in range(0, len(text), size)]
        assert "".join(pieces) + reasoning.finish() == shown


def test_reasoning_without_an_opening_mark_ends_at_its_closing_mark() -> None:
    assert remove_reasoning("The user wants…\n</think>\n\nIt is 950.") == "It is 950."
    assert drop_unopened("`</think>` ends it") == "`</think>` ends it"


def test_text_is_held_back_if_reasoning_is_known_to_have_no_opening_mark() -> None:
    reasoning = ReasoningFilter(hidden=True)
    assert reasoning.feed("The user") + reasoning.feed(" wants </thi") == ""
    assert reasoning.feed("nk>\nIt is") == "It is"
    assert reasoning.feed(" 950.") == " 950."

    answer_without_reasoning = ReasoningFilter(hidden=True)
    assert answer_without_reasoning.feed("It is 950.") == ""
    assert answer_without_reasoning.finish() == "It is 950."
