"""Words with a slip, and Russian words in Latin letters, have the right spelling among others."""

import pytest

from personal_bot.index.sparse import fold, list_stems, list_tokens
from personal_bot.index.spelling import (
    LONGEST,
    SHORTEST,
    list_cyrillic,
    list_slips,
    list_words,
    to_cyrillic,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("догвор", "договор"),  # left out
        ("доггвор", "договор"),
        ("договоор", "договор"),  # doubled
        ("догвоор", "договор"),  # swapped
        ("логовор", "договор"),  # beside the key
        ("waranty", "warranty"),
        ("warrnaty", "warranty"),
    ],
)
def test_a_word_with_one_slip_has_the_right_one_among_its_others(typed: str, meant: str) -> None:
    others = list_slips(typed)
    assert meant in others
    assert typed not in others
    assert list_tokens(meant) <= list_stems(others)


@pytest.mark.parametrize(
    "word", ["a" * (SHORTEST - 1), "a" * (LONGEST + 1), "сcылка", "日本語日本"]
)
def test_short_long_and_mixed_words_have_no_others(word: str) -> None:
    assert list_slips(word) == set()


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("dogovor", "договор"),
        ("arendy", "аренды"),
        ("schet", "счет"),
        ("dolzhnost", "должность"),
        ("yuridicheskiy", "юридический"),
        ("juridicheskij", "юридический"),
        ("zayavlenie", "заявление"),
        ("obyekt", "объект"),
        ("etazh", "этаж"),
        ("tsena", "цена"),
        ("cena", "цена"),
        ("shchit", "щит"),
    ],
)
def test_russian_in_latin_letters_has_the_right_word_among_its_spellings(
    latin: str, cyrillic: str
) -> None:
    assert list_tokens(cyrillic) & list_stems(list_cyrillic(latin))


def test_the_likeliest_spelling_is_the_usual_one() -> None:
    words = ["kakoy", "srok", "dogovora", "arendy", "pomescheniya"]
    assert " ".join(map(to_cyrillic, words)) == "какой срок договора аренды помещения"


@pytest.mark.parametrize("word", ["договор", "größe", "", "a" * (LONGEST + 1)])
def test_words_that_are_not_in_latin_letters_have_no_cyrillic_spelling(word: str) -> None:
    assert list_cyrillic(word) == []


def test_spellings_are_few_even_of_the_most_doubtful_words() -> None:
    assert len(list_cyrillic("ciecijezyxwiecijezyxwiec")) < 100
    assert len(list_slips("a" * LONGEST)) < 100 * LONGEST


def test_words_are_letters_only_each_once() -> None:
    assert list_words(fold("Ёлка и ёлка, FY2023, 12 — pump!")) == ["елка", "и", "fy", "pump"]
