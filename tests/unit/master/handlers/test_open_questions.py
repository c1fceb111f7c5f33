"""Only the question that is open has buttons; those of cards and links work at any time."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageReplyMarkup

from personal_bot.contract import ServiceCondition
from tests.unit.master.conftest import KEY, TOKEN, Person
from tests.unit.master.fakes import Shown, make_refusal

OTHER_KEY = "sk-proj-zyxwvutsrqponmlkjihgfedcba"


def list_questions(person: Person) -> list[Shown]:
    """Return the messages with a button that only a question has."""
    return [
        shown
        for shown in person.replies
        if any(data.startswith(("do:cancel", "erase", "speak")) for data in shown.buttons.values())
    ]


async def test_each_step_of_the_onboarding_takes_the_buttons_of_the_one_before(mira):
    mira.harness.services.keys[OTHER_KEY] = make_refusal(ServiceCondition.KEY_INVALID)
    await mira.says("/start")
    for text in ("hello", "12345:abc", TOKEN, "hello", OTHER_KEY):
        await mira.says(text)
        assert list_questions(mira) == [mira.last]
    await mira.says(KEY)
    assert list_questions(mira) == []


async def test_a_question_keeps_its_buttons_while_it_waits_for_its_answer(mira):
    await mira.says("/start")
    welcome = mira.last
    await mira.says("/help")
    assert list_questions(mira) == [welcome]


@pytest.mark.parametrize("command", ["/token", "/key", "/delete", "/language"])
async def test_a_question_that_is_left_behind_loses_its_buttons(mira, command):
    await mira.onboards()
    await mira.says(command)
    assert list_questions(mira) == [mira.last]
    await mira.says("/cancel")
    assert list_questions(mira) == []


async def test_a_new_question_takes_the_place_of_another(mira):
    await mira.onboards()
    for command in ("/delete", "/token", "/delete", "/delete"):
        await mira.says(command)
        assert list_questions(mira) == [mira.last]


async def test_a_button_that_answers_its_question_costs_no_further_request(mira):
    await mira.onboards()
    await mira.says("/delete")
    mira.harness.telegram.fail[EditMessageReplyMarkup] = [AssertionError]
    await mira.taps("No, keep it")
    assert list_questions(mira) == []
    assert "💬 Open @mira_docs_bot" in mira.last.buttons


async def test_buttons_are_removed_after_a_restart_as_well(mira, make_harness):
    await mira.says("/start")
    restarted = await make_harness()
    before = mira.harness.telegram
    restarted.telegram.shown, restarted.telegram._ids = before.shown, before._ids
    mira.harness = restarted
    await mira.says(TOKEN)
    assert list_questions(mira) == [mira.last]


async def test_a_message_that_is_gone_does_not_stop_the_conversation(mira):
    await mira.says("/start")
    mira.harness.telegram.fail[EditMessageReplyMarkup] = [TelegramBadRequest]
    await mira.says(TOKEN)
    assert "Step 2 of 2" in mira.last.text


async def test_an_old_button_that_is_pressed_anyway_gets_an_alert(mira):
    await mira.says("/start")
    await mira.taps_data("do:use")
    [answer] = mira.harness.telegram.answers
    assert (answer.text, answer.show_alert) == (
        "This button is out of date. Send /start to get the current ones.",
        True,
    )
