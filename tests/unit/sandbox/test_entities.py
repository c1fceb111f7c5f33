from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.entities import find_entities, read_text, render_html
from deploy.sandbox.errors import TelegramError
from deploy.sandbox.formatting import count_units, cut_units


def found(text: str) -> list[tuple[str, str]]:
    return [
        (one["type"], cut_units(text, one["offset"], one["length"])) for one in find_entities(text)
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start now", [("bot_command", "/start")]),
        ("😀 /help@some_bot", [("bot_command", "/help@some_bot")]),
        ("a/b and 1/2", []),
        ("see https://a.b/c?d=e.", [("url", "https://a.b/c?d=e")]),
        ("write to me@a.com", [("email", "me@a.com")]),
        ("ask @papers_bot", [("mention", "@papers_bot")]),
        ("#tag and #1", [("hashtag", "#tag")]),
    ],
)
def test_telegram_finds_commands_and_links_by_itself(text, entities):
    assert found(text) == entities


def test_nothing_is_found_inside_code_and_links():
    _text, entities = read_text('<code>/a</code> <a href="https://a.b">@papers</a>', "HTML", None)
    assert [one["type"] for one in entities] == ["code", "text_link"]


def test_white_space_around_a_message_is_removed_and_entities_follow():
    text, entities = read_text("\n  <b> bold </b>\n", "HTML", None)
    assert (text, entities) == ("bold", [{"type": "bold", "offset": 0, "length": 4}])


def test_only_html_and_markdown_v2_are_read():
    with pytest.raises(TelegramError, match="unsupported parse_mode"):
        read_text("*x*", "Markdown", None)


@pytest.mark.parametrize(
    ("offset", "length", "reason"),
    [
        (-1, 1, "incorrect offset"),
        (0, -1, "incorrect length"),
        (1, 1, "begins in the middle of a UTF-16 symbol at byte offset 0"),
        (0, 1, "ends in the middle of a UTF-16 symbol at byte offset 0"),
    ],
)
def test_entities_that_do_not_fit_the_text_are_refused(offset, length, reason):
    with pytest.raises(TelegramError, match=reason):
        read_text("😀", None, [{"type": "bold", "offset": offset, "length": length}])


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>a<i>b</i></b>c", "<b>a<i>b</i></b>c"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ('<a href="javascript:alert(1)">x</a>', "<span>x</span>"),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="spoiler">x</span>'),
        ("/go", '<span class="bot-command" data-command="/go">/go</span>'),
        (
            "<blockquote expandable>long</blockquote>",
            '<blockquote class="expandable" tabindex="0">long</blockquote>',
        ),
    ],
)
def test_text_is_shown_as_safe_html(source, html):
    assert render_html(*read_text(source, "HTML", None)) == html


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        assert tag in {"b", "i", "u", "s", "code", "pre", "blockquote", "span", "a"}
        assert not any(name.startswith("on") for name, _value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
_ENTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["bold", "italic", "text_link", "url", "spoiler", "email"]),
            "offset": st.integers(0, 25),
            "length": st.integers(1, 25),
            "url": st.sampled_from(["https://a.b/", "javascript:x", '"><script>']),
        }
    ),
    max_size=5,
)


@given(_TEXTS, _ENTITIES)
def test_tags_never_overlap_however_entities_do(text, entities):
    strict = _Strict()
    strict.feed(render_html(text, entities))
    strict.close()
    assert strict.open == []
    if all(one["offset"] + one["length"] <= count_units(text) for one in entities):
        assert count_units(strict.text) <= 3 * count_units(text) + 3
