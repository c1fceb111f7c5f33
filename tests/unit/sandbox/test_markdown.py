"""MarkdownV2 is parsed as Telegram's own library does; most cases are from its tests.

https://github.com/tdlib/td/blob/master/test/message_entities.cpp
"""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.utils.text_decorations import markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.errors import TelegramError
from deploy.sandbox.formatting import count_units
from deploy.sandbox.markdown import parse_markdown
from tests.unit.sandbox.conftest import USER


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("", "", []),
        ("\\\\\\", "\\\\", []),
        ("\\\\\\\\\\_\\*\\`", "\\\\_*`", []),
        ("\\a\\1\\➡️\\", "a1\\➡️\\", []),
        ("🏟 🏟``", "🏟 🏟", []),
        ("🏟 🏟_abac \\* asd _", "🏟 🏟abac * asd ", [("italic", 5, 11)]),
        ("🏟 🏟_🏟 *🏟*_", "🏟 🏟🏟 🏟", [("italic", 5, 5), ("bold", 8, 2)]),
        ("🏟 🏟_🏟 __🏟___", "🏟 🏟🏟 🏟", [("italic", 5, 5), ("underline", 8, 2)]),
        ("🏟 🏟__🏟 _🏟_\\___", "🏟 🏟🏟 🏟_", [("underline", 5, 6), ("italic", 8, 2)]),
        ("🏟 🏟`🏟 🏟```", "🏟 🏟🏟 🏟", [("code", 5, 5)]),
        ("~a~ ||b||", "a b", [("strikethrough", 0, 1), ("spoiler", 2, 1)]),
        ("🏟 🏟``````", "🏟 🏟", []),
        ("```\na_b*\n```", "a_b*\n", [("pre", 0, 5)]),
        ("`>b\n>ld`\n>asd", ">b\n>ld\nasd", [("code", 0, 6), ("blockquote", 7, 3)]),
        ("[](telegram.org)", "", []),
        ("[ ](as)", " ", []),
        ("[telegram\\.org]()", "telegram.org", []),
        ("> \n> \n>", " \n \n", [("blockquote", 0, 4)]),
        (">", "", []),
        (">||", "", []),
        ("\r>a", "\ra", [("blockquote", 1, 1)]),
        (">\n\r>2", "\n\r2", [("blockquote", 0, 1), ("blockquote", 2, 1)]),
        (">\n**>2", "\n2", [("blockquote", 0, 1), ("blockquote", 1, 1)]),
        (">*b\n>ld*\nasd", "b\nld\nasd", [("blockquote", 0, 5), ("bold", 0, 4)]),
        ("*>abcd\n*", "abcd\n", [("blockquote", 0, 5), ("bold", 0, 5)]),
        (
            ">asd\n>q||e||w||\nasdad",
            "asd\nqew\nasdad",
            [("expandable_blockquote", 0, 8), ("spoiler", 5, 1)],
        ),
        (
            ">asd\n>q||e||w||",
            "asd\nqew",
            [("expandable_blockquote", 0, 7), ("spoiler", 5, 1)],
        ),
        (">q||ew||\na", "qew\na", [("blockquote", 0, 4), ("spoiler", 1, 2)]),
    ],
)
def test_markdown_becomes_text_and_entities(source, text, entities):
    found_text, found = parse_markdown(source)
    assert found_text == text
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


@pytest.mark.parametrize(
    ("source", "more"),
    [
        ("[a](https://telegram.dog?\\\\\\()", {"url": "https://telegram.dog?\\("}),
        ("[telegram\\.org]", {"url": "telegram.org"}),
        ("![👍](TG://EMoJI/?test=1231&id=25#id=32)", {"custom_emoji_id": "25"}),
        ("```python\nx```", {"language": "python"}),
    ],
)
def test_an_entity_keeps_its_link_emoji_or_language(source, more):
    [entity] = parse_markdown(source)[1]
    assert entity.items() >= more.items()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        *(
            (sign, f"Character '{sign}' is reserved and must be escaped with the preceding '\\'")
            for sign in "])(+#-=|{}.!"
        ),
        ("🏟>", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("🏟 🏟_abacaba", "Can't find end of Italic entity at byte offset 9"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟_abac * asd _", "Can't find end of Italic entity at byte offset 21"),
        ("🏟 🏟`", "Can't find end of Code entity at byte offset 9"),
        ("🏟 🏟```a", "Can't find end of Pre entity at byte offset 9"),
        ("🏟 🏟```a ", "Can't find end of PreCode entity at byte offset 9"),
        ("🏟 🏟_🏟 🏟__", "Can't find end of Underline entity at byte offset 19"),
        ("🏟 🏟||test\\|", "Can't find end of Spoiler entity at byte offset 9"),
        ("[telegram\\.org](asd\\)", "Can't find end of a URL at byte offset 16"),
        ("🏟 🏟![👍", "Can't find end of CustomEmoji entity at byte offset 9"),
        ("![👍]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![👍](t://emoji?id=1234)", "Invalid tg://emoji or tg://time URL specified"),
        ("![👍](tg://emoji?id=025)", "Invalid tg://emoji or tg://time URL specified"),
        (">*b\n>ld \n>bo\nld*", "Can't find end of Bold entity at byte offset 1"),
        (">asd\n>q||e||w__\n||asdad", "Can't find end of Underline entity at byte offset 13"),
        (">asd\n>q||e||w||a\n||asdad", "Can't find end of Spoiler entity at byte offset 13"),
    ],
)
def test_broken_markdown_is_refused_in_telegrams_words(source, reason):
    with pytest.raises(TelegramError) as refused:
        parse_markdown(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


async def test_a_bot_sends_markdown(sandbox, met):
    await met.send_message(USER, "*bold* 1\\.5", parse_mode="MarkdownV2")
    assert (await sandbox.read())[-1]["html"] == "<b>bold</b> 1.5"
    with pytest.raises(TelegramBadRequest, match="Character '\\.' is reserved"):
        await met.send_message(USER, "1.5", parse_mode="MarkdownV2")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_escaped_text_comes_out_as_it_was(text):
    assert parse_markdown(markdown_decoration.quote(text))[0] == text


@given(st.text(st.sampled_from("_*[]()~`>|!\\\n ab.")))
def test_any_markup_is_read_or_refused(source):
    try:
        text, entities = parse_markdown(source)
    except TelegramError as error:
        text, entities, refusal = "", [], error.description
    else:
        refusal = None
    assert refusal is None or refusal.startswith("Bad Request: can't parse entities: ")
    assert all(one["offset"] + one["length"] <= count_units(text) for one in entities)
