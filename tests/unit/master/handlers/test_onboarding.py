"""Onboarding leads from /start to a running bot, and explains every failure."""

import asyncio

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import DeleteMessage

from master.accounts.models import FsmState
from master.errors import (
    BotStartError,
    SupervisorUnreachableError,
    TelegramUnreachableError,
    TokenRevokedError,
)
from master.supervision.supervisor import ProcessState
from personal_bot.contract import Condition, ServiceCondition, mask_secrets
from tests.unit.master.conftest import IDENTITY, KEY, TOKEN, Person
from tests.unit.master.fakes import MASTER_ID, make_diagnosis, make_refusal

OTHER_TOKEN = "987654321:BBEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
OTHER_KEY = "sk-proj-zyxwvutsrqponmlkjihgfedcba"
OPERATOR = 99


async def test_a_person_gets_a_running_bot(mira):
    await mira.says("/start")
    assert "Step 1 of 2" in mira.last.text
    await mira.says(TOKEN)
    assert "Step 2 of 2" in mira.last.text
    assert "Mira &amp; Co" in mira.last.text
    await mira.says(KEY)
    assert "@mira_docs_bot is running" in mira.last.text
    assert mira.last.buttons["💬 Open @mira_docs_bot"] == "https://t.me/mira_docs_bot"
    assert mira.harness.manager.secrets[mira.user_id] == (TOKEN, KEY)


async def test_progress_is_one_message_that_fills_up(mira):
    await mira.onboards()
    assert len(mira.replies) == 3  # the welcome, the result for the token, the progress
    ticks = [text.count("✅") for text in mira.last.history]
    assert ticks == sorted(ticks)
    assert ticks[-1] == 5


async def test_a_russian_is_answered_in_russian(oleg):
    await oleg.onboards()
    assert "Бот @mira_docs_bot работает" in oleg.last.text


async def test_messages_with_secrets_are_deleted_even_when_the_check_fails(mira):
    mira.harness.services.tokens[OTHER_TOKEN] = TokenRevokedError()
    await mira.says("/start")
    ids = [await mira.says(OTHER_TOKEN), await mira.says("12345:abc")]
    ids.append(await mira.says(TOKEN))
    mira.harness.services.keys[OTHER_KEY] = make_refusal(ServiceCondition.KEY_INVALID)
    ids.append(await mira.says(OTHER_KEY))
    assert mira.harness.telegram.deleted == ids


async def test_a_message_that_cannot_be_deleted_is_left_to_the_person(mira):
    mira.harness.telegram.fail[DeleteMessage] = [TelegramBadRequest]
    await mira.says("/start")
    await mira.says(TOKEN)
    assert any("delete it from this chat yourself" in shown.text for shown in mira.replies)
    assert "Step 2 of 2" in mira.last.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "waiting for the bot token"),
        ("12345:abc", "This bot token looks incomplete"),
        (OTHER_TOKEN, "Telegram does not recognize this token"),
    ],
)
async def test_a_wrong_token_is_refused_with_its_reason(mira, text, words):
    mira.harness.services.tokens[OTHER_TOKEN] = TokenRevokedError()
    await mira.says("/start")
    await mira.says(text)
    assert words in mira.last.text
    await mira.says(TOKEN)
    assert "Step 2 of 2" in mira.last.text


async def test_the_masters_own_token_is_refused(mira):
    mira.harness.services.tokens[OTHER_TOKEN] = type(IDENTITY)(MASTER_ID, "master_bot", "Master")
    await mira.says("/start")
    await mira.says(OTHER_TOKEN)
    assert "my own token" in mira.last.text


async def test_a_bot_of_somebody_else_is_refused(mira, oleg):
    await oleg.onboards()
    await mira.says("/start")
    await mira.says(TOKEN)
    assert "already registered this bot here" in mira.last.text


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (ServiceCondition.KEY_INVALID, "OpenAI does not recognize this key"),
        (ServiceCondition.FORBIDDEN, "does not allow it to use <code>gpt-x</code>"),
        (ServiceCondition.NO_MONEY, "out of credit"),
        (ServiceCondition.MODEL_UNAVAILABLE, "CHAT_MODEL"),
        (ServiceCondition.UNREACHABLE, "OpenAI is not responding"),
    ],
)
async def test_a_wrong_key_is_refused_with_its_reason(mira, condition, words):
    mira.harness.services.keys[OTHER_KEY] = make_refusal(condition)
    await mira.says("/start")
    await mira.says(TOKEN)
    await mira.says(OTHER_KEY)
    assert words in mira.last.text
    await mira.says(KEY)
    assert "is running" in mira.last.text


@pytest.mark.parametrize(
    "condition",
    [
        ServiceCondition.NO_MONEY,
        ServiceCondition.UNREACHABLE,
        ServiceCondition.MODEL_UNAVAILABLE,
        ServiceCondition.REGION,
    ],
)
async def test_a_key_that_may_work_later_need_not_be_sent_again(mira, condition):
    mira.harness.services.keys[KEY] = make_refusal(condition)
    await mira.onboards()
    mira.harness.services.keys[KEY] = None
    await mira.says("and now?")
    await mira.taps("Try again")
    assert "is running" in mira.last.text


async def test_what_only_an_operator_can_change_is_told_to_the_operators_once(mira, oleg):
    mira.harness.services.keys[KEY] = make_refusal(ServiceCondition.MODEL_UNAVAILABLE)
    for _ in range(2):
        await mira.onboards()
        assert "tell them" in mira.last.text
    told = [s.text for s in mira.harness.telegram.shown.values() if s.chat_id == OPERATOR]
    assert len(told) == 1
    assert "<code>gpt-x</code>" in told[0]
    assert "CHAT_MODEL" in told[0]


async def test_what_the_owner_can_change_is_not_told_to_operators(mira):
    mira.harness.services.keys[KEY] = make_refusal(ServiceCondition.NO_MONEY)
    await mira.onboards()
    assert all(shown.chat_id != OPERATOR for shown in mira.harness.telegram.shown.values())


@pytest.mark.parametrize(
    "key",
    [
        "gsk_" + "a1B2" * 13,
        "AIzaSy" + "a1B2c" * 7,
        "0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "a.b.c",
        "ollama",
        "EMPTY",
        "sk-1234",
        "Zm9v+YmFy/MTIz==",
        "correct-horse",
    ],
)
async def test_a_key_of_any_form_is_tried_at_another_service(mira, key):
    mira.harness.services.base_url = "https://api.groq.com/openai/v1"
    await mira.says("/start")
    await mira.says(TOKEN)
    message_id = await mira.says(key)
    assert mira.harness.manager.secrets[mira.user_id] == (TOKEN, key)
    assert message_id in mira.harness.telegram.deleted


@pytest.mark.parametrize(
    "text",
    [
        "where do I get it",
        "hm?",
        "🔑",
        "https://x.org/keys",
        "ключ",
        "openai.com/api-keys",
        "@mira",
    ],
)
async def test_what_cannot_be_a_key_is_asked_about_and_deleted_all_the_same(mira, text):
    mira.harness.services.base_url = "https://api.groq.com/openai/v1"
    await mira.says("/start")
    await mira.says(TOKEN)
    message_id = await mira.says(text)
    assert "waiting for the OpenAI key" in mira.last.text
    assert mira.harness.services.checked_keys == []
    assert message_id in mira.harness.telegram.deleted


async def test_what_is_no_key_of_openai_is_not_sent_there(mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    for word in ("hello", "gsk_" + "a1B2" * 13):
        await mira.says(word)
        assert "begins with <code>sk-</code>" in mira.last.text
    assert mira.harness.services.checked_keys == []


async def test_a_key_within_a_sentence_is_found(mira):
    mira.harness.services.base_url = "https://api.groq.com/openai/v1"
    await mira.says("/start")
    await mira.says(TOKEN)
    await mira.says("here is my key: ollama")
    assert mira.harness.manager.secrets[mira.user_id] == (TOKEN, "ollama")


async def test_a_key_that_comes_while_the_token_is_being_checked_is_deleted(mira, monkeypatch):
    """The step begins only when the token has been checked; by then the message has arrived."""
    mira.harness.services.base_url = "https://api.groq.com/openai/v1"
    asked, answered = asyncio.Event(), asyncio.Event()

    async def identify(_user_id: int, _token: str) -> object:
        asked.set()
        await answered.wait()
        return IDENTITY

    monkeypatch.setattr(mira.harness.services, "identify", identify)
    await mira.says("/start")
    first = mira.harness.start(mira.update(next(mira.ids), TOKEN))
    await asked.wait()
    message_id = next(mira.ids)
    second = mira.harness.start(mira.update(message_id, "ollama"))
    answered.set()
    await asyncio.gather(first, second)
    assert message_id in mira.harness.telegram.deleted
    assert mira.harness.manager.secrets[mira.user_id] == (TOKEN, "ollama")


async def test_what_is_said_in_the_key_step_is_masked_in_logs(mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    await mira.says("maybe hunter2hunter2 ?")
    assert "hunter2hunter2" not in mask_secrets("a hunter2hunter2 b")


async def test_a_token_is_kept_while_telegram_is_away(mira):
    mira.harness.services.tokens[TOKEN] = TelegramUnreachableError()
    await mira.says("/start")
    await mira.says(TOKEN)
    mira.harness.services.tokens[TOKEN] = IDENTITY
    await mira.taps("Try again")
    assert "Step 2 of 2" in mira.last.text


async def test_botfathers_forwarded_message_holds_the_token(mira):
    forwarded = (
        f"Done! Congratulations on your new bot.\n\nUse this token:\n{TOKEN}\nKeep it secure"
    )
    await mira.says("/start")
    await mira.says(
        forwarded,
        forward_origin={
            "type": "user",
            "date": 0,
            "sender_user": {"id": 93372553, "is_bot": True, "first_name": "BotFather"},
        },
    )
    assert "Step 2 of 2" in mira.last.text


async def test_a_key_that_comes_first_is_kept_for_later(mira):
    await mira.says("/start")
    await mira.says(KEY)
    assert "First I need the bot token" in mira.last.text
    await mira.says(TOKEN)
    assert "is running" in mira.last.text


async def test_a_token_that_nobody_asked_for_begins_the_onboarding(mira):
    message_id = await mira.says(f"here it is {TOKEN}")
    assert mira.harness.telegram.deleted == [message_id]
    assert "Step 2 of 2" in mira.last.text


async def test_onboarding_goes_on_after_a_restart_of_the_master(make_harness, mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    later = Person(await make_harness(), mira.user_id)
    await later.says(KEY)
    assert "is running" in later.last.text


async def test_what_a_conversation_holds_is_encrypted(mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    [row] = await mira.harness.database.run(
        lambda: list(FsmState.select().where(FsmState.state.is_null(False)))
    )
    assert TOKEN not in row.data
    assert TOKEN in mira.harness.vault.decrypt(row.data)


async def test_nothing_of_a_conversation_stays_when_the_bot_runs(mira):
    await mira.onboards()
    assert await mira.harness.database.run(FsmState.select().count) == 0


async def test_cancelling_forgets_the_token(mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    await mira.says("/cancel")
    assert "Cancelled" in mira.last.text
    assert await mira.harness.database.run(FsmState.select().count) == 0
    await mira.says("/cancel")
    assert "nothing to cancel" in mira.last.text


async def test_a_bot_that_does_not_start_is_reported_with_its_reason(mira):
    diagnosis = make_diagnosis(mira.user_id, ProcessState.EXITED, Condition.TOKEN_REVOKED, "<boom>")
    mira.harness.manager.start_error = BotStartError(mira.user_id, diagnosis)
    await mira.onboards()
    assert "@mira_docs_bot did not start" in mira.last.text
    assert "Telegram rejects the bot token" in mira.last.text
    assert "&lt;boom&gt;" in mira.last.text
    assert "🎫 New token" in mira.last.buttons


async def test_a_creation_that_left_nothing_behind_can_be_tried_again(mira, monkeypatch):
    async def fail(*_: object) -> None:
        raise SupervisorUnreachableError

    with monkeypatch.context() as patch:
        patch.setattr(mira.harness.manager, "create", fail)
        await mira.onboards()
    assert "is not responding" in mira.last.text
    await mira.taps("Try again")
    assert "is running" in mira.last.text


async def test_two_quick_messages_do_not_run_two_creations(mira):
    await mira.says("/start")
    await mira.says(TOKEN)
    await asyncio.gather(mira.says(KEY), mira.says(KEY))
    assert mira.harness.manager.creations == 1


async def test_start_shows_the_card_to_a_person_who_has_a_bot(mira):
    await mira.onboards()
    await mira.says("/start")
    assert "Mira &amp; Co" in mira.last.text
    assert {"📊 Status", "🔄 Restart", "⏸ Stop", "🗑 Delete"} <= set(mira.last.buttons)


async def test_other_commands_work_in_the_middle_of_the_onboarding(mira):
    await mira.says("/start")
    await mira.says("/help")
    assert "How it works" in mira.last.text
    await mira.says("/status")
    assert "no bot yet" in mira.last.text
    await mira.says(TOKEN)
    assert "Step 2 of 2" in mira.last.text
