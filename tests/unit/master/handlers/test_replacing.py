"""A user can replace their bot's token or key; the old one stays if the check fails."""

import pytest

from master.errors import (
    BotStartError,
    TokenRevokedError,
)
from master.services.bot_tokens import BotIdentity
from master.supervision.supervisor import ProcessState
from personal_bot.contract import Condition, ServiceCondition
from tests.unit.master.conftest import KEY, TOKEN
from tests.unit.master.fakes import make_diagnosis, make_refusal

NEW_TOKEN = "987654321:BBEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
NEW_KEY = "sk-proj-zyxwvutsrqponmlkjihgfedcba"


@pytest.fixture
async def owner(mira):
    await mira.onboards()
    mira.harness.services.tokens[NEW_TOKEN] = BotIdentity(987654321, "second_bot", "Second")
    return mira


async def test_a_new_token_takes_the_place_of_the_present_one(owner):
    await owner.says("/token")
    assert "stays in use" in owner.last.text
    message_id = await owner.says(NEW_TOKEN)
    assert owner.harness.manager.secrets[owner.user_id] == (NEW_TOKEN, KEY)
    assert "@second_bot is running with it" in owner.last.text
    assert message_id in owner.harness.telegram.deleted


async def test_a_new_key_takes_the_place_of_the_present_one(owner):
    await owner.taps("My bot")
    await owner.taps("New key")
    await owner.says(NEW_KEY)
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, NEW_KEY)
    assert "new key is in use" in owner.last.text


@pytest.mark.parametrize(
    ("command", "secret", "words"),
    [
        ("/token", NEW_TOKEN, "current token stays in use"),
        ("/token", "98765:half", "current token stays in use"),
        ("/key", NEW_KEY, "current key stays in use"),
        ("/key", "sk-half", "current key stays in use"),
    ],
)
async def test_the_present_one_stays_when_the_check_fails(owner, command, secret, words):
    owner.harness.services.tokens[NEW_TOKEN] = TokenRevokedError()
    owner.harness.services.keys[NEW_KEY] = make_refusal(ServiceCondition.KEY_INVALID)
    await owner.says(command)
    message_id = await owner.says(secret)
    assert words in owner.last.text
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, KEY)
    assert message_id in owner.harness.telegram.deleted


async def test_a_key_without_money_is_kept_for_another_try(owner):
    owner.harness.services.keys[NEW_KEY] = make_refusal(ServiceCondition.NO_MONEY)
    await owner.says("/key")
    await owner.says(NEW_KEY)
    owner.harness.services.keys[NEW_KEY] = None
    await owner.taps("Try again")
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, NEW_KEY)


async def test_a_key_of_any_form_can_come_with_the_command(owner):
    owner.harness.services.base_url = "http://localhost:11434/v1"
    message_id = await owner.says("/key ollama")
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, "ollama")
    assert message_id in owner.harness.telegram.deleted


async def test_a_question_about_the_key_loses_no_kept_key(owner):
    owner.harness.services.keys[NEW_KEY] = make_refusal(ServiceCondition.OVERLOADED)
    await owner.says("/key")
    await owner.says(NEW_KEY)
    retry = owner.last.buttons["🔄 Try again"]
    await owner.says("is that normal")
    owner.harness.services.keys[NEW_KEY] = None
    await owner.taps_data(retry)
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, NEW_KEY)


async def test_a_token_can_come_with_the_command(owner):
    message_id = await owner.says(f"/token {NEW_TOKEN}")
    assert owner.harness.manager.secrets[owner.user_id] == (NEW_TOKEN, KEY)
    assert message_id in owner.harness.telegram.deleted


async def test_a_bot_of_somebody_else_cannot_take_the_place(owner, oleg):
    oleg.harness.services.tokens[NEW_TOKEN] = BotIdentity(987654321, "second_bot", "Second")
    await oleg.says("/start")
    await oleg.says(NEW_TOKEN)
    await oleg.says(KEY)
    await owner.says("/token")
    await owner.says(NEW_TOKEN)
    assert "already registered this bot here" in owner.last.text
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, KEY)


@pytest.mark.parametrize(
    ("secret", "expected"), [(NEW_TOKEN, (NEW_TOKEN, KEY)), (NEW_KEY, (TOKEN, NEW_KEY))]
)
async def test_a_secret_that_nobody_asked_for_is_deleted_and_offered(owner, secret, expected):
    message_id = await owner.says(secret)
    assert message_id in owner.harness.telegram.deleted
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, KEY)
    await owner.taps("Yes, use it")
    assert owner.harness.manager.secrets[owner.user_id] == expected


async def test_what_looks_like_a_secret_is_deleted_and_explained(owner):
    message_id = await owner.says("1234567:abcdefgh")
    assert message_id in owner.harness.telegram.deleted
    assert "/token" in owner.last.text


async def test_an_offer_that_was_declined_is_forgotten(owner):
    await owner.says(NEW_KEY)
    offer = owner.last.buttons["Yes, use it"]
    await owner.taps("Cancel")
    await owner.taps_data(offer)
    assert owner.harness.manager.secrets[owner.user_id] == (TOKEN, KEY)
    assert "out of date" in owner.harness.telegram.answers[-1].text


async def test_a_bot_that_does_not_start_with_the_new_key_is_reported(owner):
    diagnosis = make_diagnosis(owner.user_id, ProcessState.EXITED, Condition.OPENAI_KEY_INVALID)
    owner.harness.manager.start_error = BotStartError(owner.user_id, diagnosis)
    await owner.says("/key")
    await owner.says(NEW_KEY)
    assert "did not start" in owner.last.text
    assert "🔑 New key" in owner.last.buttons


async def test_a_stopped_bot_stays_stopped_with_its_new_key(owner):
    await owner.says("/stop")
    await owner.says("/key")
    await owner.says(NEW_KEY)
    assert "/resume" in owner.last.text


@pytest.mark.parametrize("command", ["/token", "/key"])
async def test_who_has_no_bot_is_told_to_create_one(oleg, command):
    await oleg.says(command)
    assert "/start" in oleg.last.text
