import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.telegram.markup import (
    MESSAGE_LIMIT,
    RichText,
    Span,
    Style,
    count_utf16_units,
    read_markdown,
    shorten,
    split,
)


@pytest.mark.parametrize(
    ("source", "text", "spans"),
    [
        ("plain [1] text", "plain [1] text", ()),
        ("a **bold** word", "a bold word", (Span(Style.BOLD, 2, 6),)),
        ("an *italic* word", "an italic word", (Span(Style.ITALIC, 3, 9),)),
        ("an _italic_ word", "an italic word", (Span(Style.ITALIC, 3, 9),)),
        ("some `x < 1` code", "some x < 1 code", (Span(Style.CODE, 5, 10),)),
        ("~~old~~ new", "old new", (Span(Style.STRIKE, 0, 3),)),
        ("# A title #", "A title", (Span(Style.BOLD, 0, 7),)),
        ("```python\nx = 1\n```", "x = 1", (Span(Style.PRE, 0, 5, "python"),)),
        ("```\nunfinished", "unfinished", (Span(Style.PRE, 0, 10),)),
        ("- one\n* two", "• one\n• two", ()),
        ("**a *b* c**", "a b c", (Span(Style.BOLD, 0, 5), Span(Style.ITALIC, 2, 3))),
        (r"2 \* 2", "2 * 2", ()),
    ],
)
def test_markdown_of_models_becomes_spans(source: str, text: str, spans: tuple[Span, ...]) -> None:
    assert read_markdown(source) == RichText(text, spans)


@pytest.mark.parametrize(
    "source", ["2 * 3 * 4", "snake_case_name", "**unfinished", "a * b", "<b>&amp;</b>", "5 ** 2"]
)
def test_what_only_looks_like_markdown_stays_as_it_is(source: str) -> None:
    assert read_markdown(source) == RichText(source)


@given(st.text())
def test_spans_always_lie_inside_the_text(source: str) -> None:
    rich = read_markdown(source)
    assert all(0 <= span.start < span.end <= len(rich.text) for span in rich.spans)


@given(st.text(alphabet="ab .\n*_`😀", max_size=400), st.integers(4, 60))
def test_every_part_fits_and_nothing_but_white_space_is_lost(source: str, limit: int) -> None:
    rich = read_markdown(source)
    parts = split(rich, limit)
    assert all(count_utf16_units(part.text) <= limit for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(rich.text.split())
    assert all(span.end <= len(part.text) for part in parts for span in part.spans)


@given(st.text(alphabet="abc .\n", min_size=1, max_size=300), st.integers(10, 40))
def test_as_a_text_grows_earlier_parts_stay(text: str, limit: int) -> None:
    whole = split(RichText(text), limit)
    shorter = split(RichText(text[: len(text) // 2]), limit)
    assert whole[: len(shorter) - 1] == shorter[:-1]


def test_a_long_text_is_cut_between_paragraphs() -> None:
    text = "a" * 3000 + "\n\n" + "b" * 3000
    assert [part.text for part in split(RichText(text))] == ["a" * 3000, "b" * 3000]


def test_a_text_without_paragraphs_is_cut_between_sentences() -> None:
    first = "word " * 600 + "end."
    assert split(RichText(f"{first} {'more ' * 400}"))[0].text == first


def test_length_is_counted_in_utf16_units() -> None:
    assert [count_utf16_units(part.text) for part in split(RichText("😀" * 2049))] == [
        MESSAGE_LIMIT,
        2,
    ]


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shorten("contract of sale.pdf", 12) == "contract of…"
