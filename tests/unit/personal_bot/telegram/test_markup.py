import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.telegram.markup import (
    MESSAGE_LIMIT,
    count_utf16_units,
    fold,
    read_markdown,
    shorten,
    split,
)
from personal_bot.telegram.rich_text import RichText, Span, Style


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
        ("***both***", "both", (Span(Style.ITALIC, 0, 4), Span(Style.BOLD, 0, 4))),
        ("**24 months**[1]", "24 months[1]", (Span(Style.BOLD, 0, 9),)),
        (
            "**USB**-порт, __так надо__.",
            "USB-порт, так надо.",
            (Span(Style.BOLD, 0, 3), Span(Style.BOLD, 10, 18)),
        ),
        ("## Use `x`", "Use x", (Span(Style.BOLD, 0, 5), Span(Style.CODE, 4, 5))),
        ("`` `a` ``", "`a`", (Span(Style.CODE, 0, 3),)),
        ("- a\n  - b\n- c", "• a\n  • b\n• c", ()),
        ("* 5 rods\n\n* 6 bolts", "• 5 rods\n\n• 6 bolts", ()),
        ("- ```py\n  x\n    y\n  ```\n- b", "• x\n  y\n• b", (Span(Style.PRE, 2, 7, "py"),)),
        ("```\n  x\n```\n  y", "  x\n  y", (Span(Style.PRE, 0, 3),)),
        ("```py a=b\nx\n```", "py a=b\nx", (Span(Style.PRE, 7, 8),)),
        ("a\r\n```\r\nx\r\n```\r\nb", "a\nx\nb", (Span(Style.PRE, 2, 3),)),
    ],
)
def test_markdown_of_models_becomes_spans(source: str, text: str, spans: tuple[Span, ...]) -> None:
    assert read_markdown(source) == RichText(text, spans)


@pytest.mark.parametrize(
    "source",
    [
        r"\\nas01\docs\_archive",
        r"C:\Users\vera\.config\app",
        r"\( x \) and \[ y \]",
        r"2 \* 2, \`x\`, \*x\*",
        "a\\\nb  \nc",
        "__init__.py",
        "__init__",
        "_my_var_",
        "snake_case_name",
        "https://example.com/_foo_/bar",
        "2 * 3 * 4 = 2*3*4",
        "a * b",
        "5 ** 2",
        "x**2 + y**2",
        "f(*args, **kwargs)",
        "*.py,*.txt and **/*.py",
        "***-**-1234 and ***-**-5678",
        "/*comment*/",
        "5` 30` north",
        "**unfinished",
        "~~ 5",
        "~~~5 °C\n`x",
        "- 5 °C",
        "- 5 °C\n- 7 °C",
        "+ 7 495 123",
        "+ VAT\n+ postage",
        "* without VAT",
        "- - -",
        "3. three\n7. seven",
        "1) one\n5) five",
        "#hashtag",
        "# 12",
        "#",
        "Title\n=====\ntext\n---\ntext",
        "a\n\n\n    b",
        "> quoted",
        "| a | b |\n|---|---|",
        "<b>&amp;</b> &copy;",
        "<div>\n<!-- x -->",
        "[text](https://example.com/a_b_c) ![x][y]",
        "[x]: https://example.com",
        "- [x] done",
    ],
)
def test_what_only_looks_like_markdown_stays_as_it_is(source: str) -> None:
    assert read_markdown(source) == RichText(source)


MARKUP = "`*_~#- \n"
LITERAL = "aя7\\[](){}<>&;=+|/.,:!?$%^@°«»"


@given(
    st.lists(
        st.one_of(
            st.text(alphabet=MARKUP + LITERAL, max_size=8),
            st.sampled_from(
                ["- ", "\n- ", "\n1. ", "**", "\n# ", "&amp;", "\n    ", "\n\n", "  \n"]
            ),
        ),
        max_size=30,
    ).map("".join)
)
def test_of_any_text_only_marks_are_lost(source: str) -> None:
    rich = read_markdown(source)
    shown = "".join(character for character in rich.text if character not in MARKUP + "•")
    languages = "".join(span.language or "" for span in rich.spans)
    written = "".join(character for character in source if character not in MARKUP)
    if not languages:
        assert shown == written
    assert len(shown) + sum(character not in MARKUP for character in languages) == len(written)


@given(st.text(alphabet="ab*_`~ \n"), st.text(alphabet="ab*_`~ \n"))
def test_a_finished_paragraph_looks_the_same_whatever_follows(first: str, second: str) -> None:
    fence = "```" in first or "~~~" in first
    alone = read_markdown(f"{first}\n\nend")
    if not fence:
        assert read_markdown(f"{first}\n\nend\n\n{second}").text.startswith(alone.text)


@pytest.mark.parametrize(
    "piece",
    ["- ", "1. ", "*", "**a ", "_a ", "`a``", "- a\n", "> ", "[", "```\n", "*(", "# #", "  - a\n"],
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    source = (piece * 20_000)[:20_000]

    started = time.process_time()
    read_markdown(source)

    assert time.process_time() - started < 3


def test_an_answer_of_a_full_message_is_read_in_milliseconds() -> None:
    source = "The **pump** runs for `three` years, says the contract [1]; oil - monthly.\n" * 55

    started = time.process_time()
    read_markdown(source[:4000])

    assert time.process_time() - started < 0.05


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


def test_a_code_block_that_is_split_keeps_its_indentation() -> None:
    lines = [f"    line_{number}" for number in range(10)]
    parts = split(read_markdown("```\n" + "\n".join(lines) + "\n```"), 40)
    assert len(parts) > 1
    assert "\n".join(part.text for part in parts).split("\n") == lines


def test_a_long_text_is_cut_between_paragraphs() -> None:
    text = "a" * 3000 + "\n\n" + "b" * 3000
    assert [part.text for part in split(RichText(text))] == ["a" * 3000, "b" * 3000]


def test_a_text_without_paragraphs_is_cut_between_sentences() -> None:
    first = "word " * 600 + "end."
    assert split(RichText(f"{first} {'more ' * 400}"))[0].text == first


LONG = "word " * 300


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        (f"{'It lasts. ' * 10}\n\n{LONG}\n\n{LONG}", "It lasts. " * 10 + "\n\n"),
        (f"# Title\n\n{'It lasts. ' * 10}\n\n{LONG}", "Title\n\n" + "It lasts. " * 10 + "\n\n"),
    ],
)
def test_a_long_answer_is_folded_behind_its_first_paragraph(text: str, visible: str) -> None:
    rich = fold(read_markdown(text))
    folded = next(span for span in rich.spans if span.style is Style.FOLDED)
    assert rich.text[: folded.start] == visible
    assert folded.end == len(rich.text)


@pytest.mark.parametrize(
    "text",
    ["short\n\nshort", LONG, f"{LONG}\n\nshort", f"```\n{LONG}\n\n{LONG}\n```"],
    ids=["short", "one paragraph", "a short rest", "code"],
)
def test_what_is_short_or_cannot_be_cut_is_not_folded(text: str) -> None:
    rich = read_markdown(text)
    assert fold(rich) == rich


def test_each_message_of_a_folded_answer_is_folded() -> None:
    parts = split(fold(RichText("\n\n".join([LONG] * 5))))
    assert [part.spans[0].style for part in parts] == [Style.FOLDED] * 3
    assert [part.spans[0].start > 0 for part in parts] == [True, False, False]


def test_length_is_counted_in_utf16_units() -> None:
    assert [count_utf16_units(part.text) for part in split(RichText("😀" * 2049))] == [
        MESSAGE_LIMIT,
        2,
    ]


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shorten("contract of sale.pdf", 12) == "contract of…"
