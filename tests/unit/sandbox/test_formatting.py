from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.errors import TelegramError
from deploy.sandbox.formatting import count_units, cut_units, parse_html


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><i>b</i>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<strong>a</strong> <em>b</em>", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        ("<u>a<s>b</s></u>", "ab", [("underline", 0, 2), ("strikethrough", 1, 1)]),
        ("<ins>a</ins><del>b</del>", "ab", [("underline", 0, 1), ("strikethrough", 1, 1)]),
        ("😀<b>ж</b>", "😀ж", [("bold", 2, 1)]),
        ("<code>a &lt; b &amp;&quot;</code>", 'a < b &"', [("code", 0, 8)]),
        ("&#128512;&#x41;&unknown;&", "😀A&unknown;&", []),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<B>a</B>", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<a>nowhere</a>", "nowhere", []),
    ],
)
def test_html_becomes_text_and_entities(source, text, entities):
    found_text, found = parse_html(source)
    assert found_text == text
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


def test_a_link_keeps_its_address_with_references_decoded():
    _text, [link] = parse_html('<a href="https://a.b/?x=1&amp;y=2">here</a>')
    assert link == {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.b/?x=1&y=2"}


def test_code_inside_pre_gives_the_language():
    _text, [pre] = parse_html('<pre><code class="language-python">x</code></pre>')
    assert pre == {"type": "pre", "offset": 0, "length": 1, "language": "python"}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("ж<foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 3',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source, reason):
    with pytest.raises(TelegramError) as refused:
        parse_html(source)
    assert refused.value.status == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_out_as_it_was(text):
    assert parse_html(f"<b>{escape(text, quote=False)}</b>")[0] == text


@given(st.text(st.sampled_from("<>/abi=\"' &;#x1 ")))
def test_any_markup_is_read_or_refused(source):
    try:
        text, entities = parse_html(source)
    except TelegramError as error:
        text, entities, refusal = "", [], error.description
    else:
        refusal = None
    assert refusal is None or refusal.startswith("Bad Request: can't parse entities: ")
    assert all(one["offset"] + one["length"] <= count_units(text) for one in entities)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_units_are_those_of_utf16(text):
    assert count_units(text) == len(text.encode("utf-16-le")) // 2


def test_an_entity_covers_its_units():
    assert cut_units("a😀bc", 3, 1) == "b"
