"""The button that shows how an answer was calculated from tables."""

from functools import partial

import pytest

from personal_bot.answers import conversations
from personal_bot.answers.calculations import (
    CalculatedFrom,
    Calculation,
    find_calculations,
    record_calculations,
)
from personal_bot.storage.models import Calculation as Row
from personal_bot.storage.models import Rating
from personal_bot.storage.withdrawal import withdraw_exchanges
from personal_bot.telegram import keyboards
from personal_bot.telegram.calculation_buttons import CalculationButton, offer_calculation
from personal_bot.telegram.keyboards import RatingButton
from tests.unit.personal_bot.conftest import OWNER

MAY = CalculatedFrom("v1", "sales.xlsx", "May", "Sales <2024>", 5_000, ((2, 5_001),))
SUM = Calculation(
    "The amounts of May, by city",
    "day LIKE '2024-05%' AND amount < 10",
    "city",
    "",
    (MAY,),
    ("city", "sum"),
    (("Riga", 1_234_567.5), ("Oslo", None)),
    30,
)


@pytest.fixture
async def answer(context, database, add_document) -> int:
    """Store an answer with a calculation; return the id of its message, which offers it."""
    await add_document("sales.xlsx", "v1")
    record = partial(conversations.record_exchange, question_id=30)
    exchange_id = await database.run(record, "How much?", "1 234 567.5", [], ())
    await database.run(record_calculations, exchange_id, [SUM])
    with context.languages.speaking():
        keyboard = offer_calculation(keyboards.show_answer([]), exchange_id)
    message_id = await context.messenger.send(OWNER, "answer", keyboard)
    await database.run(conversations.record_message, exchange_id, message_id, 0)
    return message_id


def find_button(telegram, message_id: int) -> str:
    return telegram.messages[message_id].find_button("computed")


async def test_the_button_shows_query_rows_and_result(owner, telegram, answer) -> None:
    await owner.tap(find_button(telegram, answer), answer)
    shown = telegram.messages[max(telegram.messages)]
    assert shown.reply_to == answer
    assert shown.text.split("\n") == [
        "🧮 How it was computed",
        "",
        "The amounts of May, by city",
        "sales.xlsx, sheet “May”, “Sales <2024>”: 5000 rows (2–5001)",
        "Only rows with: day LIKE '2024-05%' AND amount < 10",
        "One line for each: city",
        "",
        "city          sum",
        "─────────────────",
        "Riga  1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567.5",
        "Oslo            —",
        "… and 28 further rows",
    ]


async def test_a_rating_leaves_the_button(owner, telegram, answer) -> None:
    await owner.tap(RatingButton(rating=Rating.GOOD).pack(), answer)
    assert find_button(telegram, answer)


async def test_a_calculation_is_withdrawn_with_its_document(
    owner, telegram, answer, database, remove_document
) -> None:
    data = find_button(telegram, answer)
    await remove_document("sales.xlsx")
    assert await database.run(find_calculations, 1) == []
    assert await database.run(withdraw_exchanges) == 1
    assert await database.run(Row.select().count) == 0
    await owner.tap(data, answer)
    assert "no longer exists" in owner.alert
    assert data not in telegram.messages[answer].buttons


async def test_a_button_of_an_unknown_answer_says_so(owner, answer) -> None:
    await owner.tap(CalculationButton(exchange_id=2**62).pack(), answer)
    assert "no longer exists" in owner.alert


def test_a_calculation_is_stored_as_it_is() -> None:
    assert Calculation.load(SUM.dump()) == SUM
