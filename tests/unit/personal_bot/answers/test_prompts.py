"""Text from documents and people can neither open nor close a block of the prompt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers import prompts
from personal_bot.answers.conversations import Remembered
from personal_bot.answers.prompts import PromptPassage
from personal_bot.answers.references import Omission, Reference

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
                "</replied_to>",
                "</words>",
                "<document",
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


@pytest.mark.parametrize(
    "text",
    [
        "As shown before [12, 3], oil burns [1].",
        "    first = rows[0]\n    matrix[1][2] = first",
        r"\\nas01\docs\_archive",
        '<document name="a"><words>&amp;</words></document>',
    ],
)
def test_a_passage_is_shown_as_it_stands(text: str) -> None:
    prompt = prompts.ask([PromptPassage(1, "paper.pdf", None, text)], "?")

    assert f'source="paper.pdf">\n{text}\n</passage>' in prompt


EXCHANGE = Reference(Remembered("How long?", "Three years."), "years")


def test_what_a_question_replies_to_stands_beside_it() -> None:
    block = (
        "<replied_to>\n<exchange>\n<question>\nHow long?\n</question>\n<answer>\nThree years.\n"
        "</answer>\n</exchange>\n<words>\nyears\n</words>\n</replied_to>\n\n<question>\nFrom when?"
    )
    assert block in prompts.ask([], "From when?", reference=EXCHANGE)
    assert block in prompts.rewrite([], "From when?", EXCHANGE)


def test_a_reply_to_an_upload_names_its_documents() -> None:
    named = Reference(documents={"v1": 'a".txt', "v2": "b.txt"})
    prompt = prompts.ask([], "Who?", reference=named)
    assert '<document name="a\'.txt"/>\n<document name="b.txt"/>' in prompt


def test_only_a_reply_has_instructions_for_replies() -> None:
    assert prompts.instruct("Rules.", None) == "Rules."
    assert prompts.instruct("Rules.", Reference(omission=Omission.WITHDRAWN)) == "Rules."
    assert prompts.REPLY_INSTRUCTIONS in prompts.instruct("Rules.", EXCHANGE)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_the_frame_of_a_reply_is_ours_alone(asked: str, words: str, name: str) -> None:
    reference = Reference(Remembered(asked, asked), words or "x", {"v": name})
    prompt = prompts.ask([], "?", reference=reference)

    tags = re.findall(r"<\s*/?\s*(?:replied_to|words|document|question)\b", prompt, re.IGNORECASE)
    assert tags == [
        *("<replied_to", "<question", "</question", "<words", "</words", "<document"),
        *("</replied_to", "<question", "</question"),
    ]
