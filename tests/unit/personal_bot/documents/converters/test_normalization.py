import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters.normalization import (
    has_words,
    normalize,
    normalize_line,
    normalize_name,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("согла\u00adсие", "согласие"),
        ("согла\u00ad\n  сие", "согласие"),
        ("e\ufb03cient \ufb01le", "efficient file"),
        ("и\u0306од", "йод"),
        ("1\u00a0000\u202f000", "1 000 000"),
        ("a\x00b\x07c\x9fd\ufeff", "abcd"),
        ("half \ud800 pair", "half  pair"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("a  \n\n\n\n  b\t\n", "a\n\n  b"),
        ("page\fnext", "page\n\nnext"),
    ],
)
def test_text_is_made_readable(raw: str, expected: str) -> None:
    assert normalize(raw) == expected


@given(st.text(st.characters()))
def test_whatever_comes_the_result_can_be_stored_and_sent(raw: str) -> None:
    text = normalize(raw)
    assert text.encode().decode() == text
    assert normalize(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) == "Cc" and char not in "\t\n" for char in text)


def test_a_line_has_no_line_ends_or_double_spaces() -> None:
    assert normalize_line(" a\n\n b\t c ") == "a b c"


@pytest.mark.parametrize(
    ("text", "expected"), [("…—|", False), ("", False), ("№ 1", True), ("я", True)]
)
def test_words_are_letters_or_digits(text: str, *, expected: bool) -> None:
    assert has_words(text) is expected


@given(st.text(st.characters(exclude_categories=[])))
def test_a_name_is_one_visible_line_that_a_file_system_takes(name: str) -> None:
    kept = normalize_name(name)
    assert len(kept) <= 255
    assert len(kept.splitlines()) <= 1
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in kept)
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert normalize_name(kept) == kept


def test_a_long_name_keeps_its_suffix() -> None:
    assert normalize_name("n" * 70_000 + ".pdf").endswith("n.pdf")
