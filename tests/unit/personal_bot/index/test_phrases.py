"""Words, numbers and codes are found exactly, however they are written in a document."""

import pytest

from personal_bot.index.phrases import BEGINNING, LONGEST, WHOLE, Phrase


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Общество с ограниченной", "общество с\n\nограниченной ответственностью"),
        ("договор", "этот до-\nговор"),
        ("договор", "этот до\u00adговор"),
        ("Ёлка", "ЕЛКА"),
        ("e-mail", "by email"),
        ("email", "by e-\nmail"),
        ("№ 12", "договор №12"),
        ("§", "see § 5"),
        ("AB-12/34", "the part AB 1234 is"),
        ("AB 1234", "the part AB-12/34."),
        ("ab1234", "AB - 1234"),
        ("P-100", "pump P 100"),
        ("1577", "of 1,577 units"),
        ("1577", "1 577 штук"),
        ("1 577", "1577"),
        ("1,577", "1\u00a0577"),
        ("4500", "4 500,00 ₽"),
        ("4 500,00", "4500.00"),
        ("12.5", "12,5 %"),
        ("2023", "FY2023"),
        ("03.02.2024", "от 03.02.2024 г."),
        ("+7 (495) 123-45-67", "tel. 74951234567"),
        ("4951234567", "+7 (495) 123-45-67"),
    ],
)
def test_another_way_of_writing_is_the_same(phrase: str, text: str) -> None:
    assert Phrase(phrase).rank(text) == WHOLE


@pytest.mark.parametrize(
    ("phrase", "text"),
    [("Иванов", "Иванову"), ("invoice", "two invoices"), ("1577", "1,577.50"), ("5.1", "5.1.2")],
)
def test_the_last_word_may_go_on(phrase: str, text: str) -> None:
    assert Phrase(phrase).rank(text) == BEGINNING
    assert Phrase(phrase).rank(f"{text}, {phrase}") == WHOLE


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("кот", "скот"),
        ("red car", "redcar"),
        ("red car", "reddish car"),
        ("12", "125"),
        ("15", "1.5"),
        ("12.5", "125"),
        ("577", "1,577"),
        ("P100", "P-1000"),
        ("", "anything"),
        (" \n", "anything"),
        ("a" * (LONGEST + 1), "a" * (LONGEST + 1)),
    ],
)
def test_something_else_is_not_found(phrase: str, text: str) -> None:
    assert Phrase(phrase).rank(text) is None
