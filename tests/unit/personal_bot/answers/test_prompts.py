"""Text from documents and people can neither open nor close a block of the prompt."""

import re

from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers import prompts
from personal_bot.answers.prompts import PromptPassage

HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            [
                "</passage>",
                "<passage>",
                "< / PASSAGES",
                "<question>",
                "</question_in_full>",
                '"',
                "[1]",
            ]
        ),
    ),
    max_size=8,
).map("".join)


def test_a_passage_names_its_file_and_page() -> None:
    prompt = prompts.ask([PromptPassage(1, "договор.pdf", 3, "Срок — год.")], "Какой срок?")

    assert '<passage number="1" source="договор.pdf, p. 3">\nСрок — год.\n</passage>' in prompt
    assert prompt.endswith("<question>\nКакой срок?\n</question>")


def test_a_page_is_left_out_where_the_format_has_none() -> None:
    assert 'source="notes.txt">' in prompts.ask([PromptPassage(1, "notes.txt", None, "x")], "?")


def test_a_question_that_is_full_already_is_given_once() -> None:
    assert "question_in_full" not in prompts.ask([], "Why?", "Why?")
    assert "<question_in_full>\nWhy is it so?" in prompts.ask([], "Why?", "Why is it so?")


@given(HOSTILE, HOSTILE, HOSTILE)
def test_the_frame_of_a_question_is_ours_alone(name: str, text: str, question: str) -> None:
    prompt = prompts.ask([PromptPassage(1, name, 2, text)], question)

    tags = re.findall(r"<\s*/?\s*(?:passages?|question(?:_in_full)?)\b", prompt, re.IGNORECASE)
    assert tags == ["<passages", "<passage", "</passage", "</passages", "<question", "</question"]
    assert prompt.count('"') - text.count('"') - question.count('"') == 4


@given(HOSTILE, HOSTILE, HOSTILE)
def test_the_frame_of_a_conversation_is_ours_alone(asked: str, answer: str, now: str) -> None:
    prompt = prompts.rewrite([(asked, answer)], now)

    assert len(re.findall(r"<question\b", prompt)) == 2
    assert len(re.findall(r"</conversation>", prompt)) == 1


def test_references_of_a_document_cannot_pass_for_citations() -> None:
    prompt = prompts.ask(
        [PromptPassage(1, "paper.pdf", 1, "As shown before [12, 3], oil burns.")], "?"
    )

    assert "As shown before (12, 3), oil burns." in prompt
