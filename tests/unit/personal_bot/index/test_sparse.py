"""A sparse vector can hold words of several languages, each stemmed by its own rules."""

from typing import NoReturn

import pytest

from personal_bot.index import sparse
from personal_bot.index.sparse import encode_document, encode_query, list_tokens


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("договоры", "договора"),
        ("Ёлки", "елка"),
        ("насосами", "НАСОС"),
        ("contracts", "contract"),
        ("й", "и\u0306"),  # composed and decomposed
        ("гаран\u00adтия", "гарантии"),  # soft hyphen
        ("ﬁles", "file"),  # a ligature, as in PDFs
    ],
)
def test_forms_of_one_word_are_one_token(one: str, another: str) -> None:
    assert list_tokens(one) == list_tokens(another) != frozenset()


@pytest.mark.parametrize(("one", "another"), [("насос", "нос"), ("pump", "pomp")])
def test_other_words_are_other_tokens(one: str, another: str) -> None:
    assert not list_tokens(one) & list_tokens(another)


def test_each_word_of_a_mixed_text_is_stemmed_by_its_script() -> None:
    mixed = list_tokens("USB-кабели for насосов running")

    assert mixed == list_tokens("usb") | list_tokens("кабель") | list_tokens("насос") | list_tokens(
        "run"
    )


def test_stop_words_of_both_languages_carry_nothing() -> None:
    assert encode_query("и не или the of").indices == []


def test_numbers_and_codes_are_searched_for_as_they_are() -> None:
    assert list_tokens("ГОСТ 12345-67") >= list_tokens("12345") | list_tokens("67")


@pytest.mark.parametrize(
    ("text", "words"),
    [("№12", "12"), ("за 2023г.", "2023"), ("FY2023", "fy"), ("3年保修期", "保修期")],
)
def test_a_number_is_found_apart_from_what_is_written_next_to_it(text: str, words: str) -> None:
    assert list_tokens(text) >= list_tokens(words) != frozenset()


REPORT = "Отчёт №12 за FY2023 от 03.02.2024: 1,577 руб., в 2023г. 1 577,50; тел. +7 (495) 123-45-67"


def test_a_text_keeps_its_words_and_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index may have been written before a form was known, so words must stay as they are."""
    document, query = _weights(encode_document(REPORT)), _weights(encode_query(REPORT))
    monkeypatch.setattr(sparse, "list_forms", lambda _text: [])
    words, asked = _weights(encode_document(REPORT)), _weights(encode_query(REPORT))

    assert document.keys() - words.keys()
    assert document.items() >= words.items()
    assert query.items() >= asked.items()


def test_a_form_weighs_less_than_a_word_in_a_query() -> None:
    weights = _weights(encode_query("FY2023"))

    (year,) = list_tokens("2023")
    assert weights[year] < max(weights.values()) == 1.0


def _weights(vector: sparse.SparseVector) -> dict[int, float]:
    return dict(zip(*vector, strict=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("保修期为三年", "保修期"),
        ("この製品の保証は二年です", "保証"),
        ("iPhone手机的保修", "iphone 手机"),
        ("水", "水"),
        ("การรับประกันสินค้า", "รับประกัน"),
    ],
)
def test_words_are_found_in_scripts_without_spaces(text: str, words: str) -> None:
    assert list_tokens(text) >= list_tokens(words) != frozenset()


def test_other_ideographs_are_other_tokens() -> None:
    assert not list_tokens("保修期为三年") & list_tokens("价格是五元")


def test_ideographs_need_no_dictionary_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ideographs are split without the dictionary, which costs a bot 65 MB and half a second."""

    def refuse() -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(sparse, "_unspaced", refuse)
    assert list_tokens("保修期 製品の保証 々 𠮷野家")


def test_a_query_weighs_each_word_once() -> None:
    assert encode_query("насос насоса насосу").values == [1.0]


def test_a_repeated_word_weighs_more_but_less_than_twice() -> None:
    once = encode_document("насос стоит").values
    twice = encode_document("насос насос").values

    assert once[0] < twice[0] < 2 * once[0]


def test_a_word_of_a_long_passage_weighs_less() -> None:
    short = encode_document("насос")
    long = encode_document("насос " + " ".join(f"слово{number}" for number in range(300)))

    assert dict(zip(*long, strict=True))[short.indices[0]] < short.values[0]


def test_indices_ascend_and_match_their_values() -> None:
    vector = encode_document("гарантия на насос три года warranty three years")

    assert vector.indices == sorted(set(vector.indices))
    assert len(vector.indices) == len(vector.values)


def test_the_mark_of_a_note_is_no_part_of_the_number_before_it() -> None:
    assert sparse.list_tokens("1911") <= sparse.list_tokens("painted in 1911¹")
