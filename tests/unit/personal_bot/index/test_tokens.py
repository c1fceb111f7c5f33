"""All spellings of a number, code, date or phone number share a word to search for."""

import re
import time
import unicodedata
from itertools import pairwise

import pytest

from personal_bot.index.tokens import LONGEST, list_forms

SPELLINGS = {
    "thousands": ["1,577", "1577", "1 577", "1\u00a0577", "1\u2009577", "1\u202f577", "1'577"],
    "thousands with an apostrophe": ["1\u2019577", "1577"],
    "millions": ["1.577.000", "1577000", "1 577 000", "1,577,000"],
    "thousands and cents": ["1,577.50", "1577.5", "1 577,50", "1.577,50", "€1577.5"],
    "a decimal": ["0,5", "0.5", "0,50"],
    "a whole amount": ["$1577.00", "1,577"],
    "a year": ["2023г.", "2023", "2023 г."],
    "a fiscal year": ["FY2023", "FY 2023", "fy-2023"],
    "a clause": ["п.5.2", "п. 5.2", "5.2", "п5.2"],
    "a clause of three levels": ["5.2.1", "п.5.2.1."],
    "an amount with its unit": ["12шт", "12 шт."],
    "a version": ["USB3.0", "USB 3.0"],
    "a part": ["AB-1234/5", "AB1234-5", "AB 1234 5", "AB12345", "ab_1234_5", "AB\u20111234\u20115"],
    "a document": ["№12", "№ 12", "№\u00a012"],
    "a standard": ["ГОСТ 12345-67", "ГОСТ1234567", "гост-12345-67"],
    "a phone": [
        "+7 (495) 123-45-67",
        "8 495 1234567",
        "74951234567",
        "+74951234567",
        "8(495)123-45-67",
        "8-495-123-45-67",
        "495 123 45 67",
        "(495) 123-45-67",
        "+7\u00a0(495)\u00a0123\u201145\u201167",
        "тел.8 495 123 4567",
    ],
    "a phone abroad": ["+44 20 7946 0958", "+442079460958", "442079460958"],
    "an American phone": ["(212) 555-0123", "212-555-0123", "+1 212 555 0123", "12125550123"],
    "a card": ["4276 1234 5678 9012", "4276123456789012", "4276-1234-5678-9012"],
    "a date": [
        "03.02.2024",
        "3.2.2024",
        "2024-02-03",
        "2024-02-03T10:00",
        "03/02/2024",
        "03.02.24",
        "3 февраля 2024",
        "«3» февраля 2024 г.",
        "February 3, 2024",
        "Feb. 3rd, 2024",
        "3rd of February 2024",
    ],
}


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("№", "#")).lower()


def _specific(text: str) -> set[str]:
    """Return the words and forms of a text that say more than one digit or letter does."""
    folded = _fold(text)
    return {word for word in {*re.findall(r"\w+", folded), *list_forms(folded)} if len(word) > 1}


@pytest.mark.parametrize("spellings", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_spellings_of_one_thing_meet(spellings: list[str]) -> None:
    for one, another in pairwise(spellings):
        assert _specific(one) & _specific(another), (one, another)
    assert all(_specific(spellings[0]) & _specific(other) for other in spellings)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("1,577", "1578"),
        ("5.2", "5.3"),
        ("AB-1234/5", "AB-1235/5"),
        ("03.02.2024", "04.02.2024"),
        ("+7 (495) 123-45-67", "8 499 1234568"),
    ],
)
def test_the_forms_of_other_things_differ(one: str, another: str) -> None:
    forms = {form for form in list_forms(_fold(one)) if len(form) > 2}

    assert forms
    assert not forms & {form for form in list_forms(_fold(another)) if form != "ab"}


def test_a_text_without_digits_has_no_further_forms() -> None:
    assert list(list_forms("насос «родник» стоит в кв. м подвала, e-mail; and so on")) == []


@pytest.mark.parametrize("text", ["1,2,3,4", "10:30", "2024.", "in the 19th"])
def test_a_list_a_time_and_the_end_of_a_sentence_are_no_decimals(text: str) -> None:
    assert not any("d" in form for form in list_forms(text))


def test_data_is_not_split_into_parts() -> None:
    digest = "3f786850e387550fdaab836ed7e6dc881de23001"

    assert list(list_forms(digest)) == []
    assert all(len(form) <= 6 * LONGEST for form in list_forms(f"{digest}-" * 50))


@pytest.mark.parametrize(
    "text",
    ["1,", "123 ", "123.", "1 ", "+1", "(1", "a1-", "ab 1 2 ", "1'234", "may 1 ", "# 1", "1"],
)
def test_the_time_grows_with_the_length_of_a_text_and_not_faster(text: str) -> None:
    def measure(length: int) -> float:
        repeated = text * (length // len(text))
        begun = time.process_time()
        for _ in list_forms(repeated):
            pass
        return time.process_time() - begun

    measure(1_000)
    assert measure(160_000) < 16 * 4 * max(measure(10_000), 0.005)
