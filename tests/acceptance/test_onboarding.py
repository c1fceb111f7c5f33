"""Onboarding leads from /start to a running bot and explains every wrong input."""

import asyncio

import pytest

from tests.acceptance.running_system import KEY, MASTER, onboard

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize(
    ("language", "running"), [("en", "is running"), ("ru", "работает")], ids=["en", "ru"]
)
async def test_a_person_gets_a_running_bot_in_their_language(make_person, language, running):
    person = make_person(language)
    name = f"road_{language}_bot"
    ready = await onboard(person, name)
    assert running in ready["text"]
    links = [button.get("url") for row in ready["keyboard"] for button in row]
    assert f"https://t.me/{name}" in links
    greeting = {"en": "Hello", "ru": "Здравствуйте"}[language]
    await person.ask(name, "/start", greeting)


async def test_messages_that_held_a_secret_are_deleted(make_person):
    person = make_person()
    await onboard(person, "tidy_bot")
    sent = [message for message in await person.read(MASTER) if message["from"] == "user"]
    assert [message["deleted"] for message in sent] == [False, True, True], "/start, token, key"


async def test_each_wrong_token_is_refused_with_its_reason(make_person, system):
    person, other = make_person(), make_person()
    taken = await other.make_bot("taken_bot")
    await onboard(other, "taken_bot", token=taken)
    revoked = await person.make_bot("revoked_bot")
    await person.revoke("revoked_bot")
    master = (system.state / "sandbox" / "master.token").read_text()
    await person.ask(MASTER, "/start", "BotFather")
    await person.ask(MASTER, "hello there", "waiting for the bot token")
    await person.ask(MASTER, "12345:short", "This bot token looks incomplete")
    await person.ask(MASTER, revoked, "Telegram does not recognize this token")
    await person.ask(MASTER, master, "my own token")
    await person.ask(MASTER, taken, "already registered this bot here")
    token = await person.make_bot("good_after_all_bot")
    await person.ask(MASTER, token, "Step 2 of 2")
    question = await person.say(MASTER, "where do I get one?")
    await person.expect(MASTER, "waiting for the .* key", after=question)
    assert await person.is_deleted(MASTER, question), "whatever is sent instead of a key is deleted"
    for key in ("ollama", "gsk_" + "a1B2" * 13, "0123456789abcdef" * 2):
        sent = await person.say(MASTER, key)
        await person.expect(MASTER, "does not recognize this key", after=sent)
        assert await person.is_deleted(MASTER, sent)
    await person.ask(MASTER, "sk-unknown-abcdefghijklmnopqrstuvwxyz", "does not recognize this key")
    await person.ask(MASTER, "sk-sandbox-no-quota-abcdefghijklmnop", "out of credit")
    sent = await person.say(MASTER, KEY)
    await person.expect(MASTER, "@good_after_all_bot is running", after=sent)


async def test_cancel_ends_the_onboarding(make_person):
    person = make_person()
    await person.ask(MASTER, "/start", "BotFather")
    after = await person.say(MASTER, "/cancel")
    await person.expect(MASTER, "/start", after=after)
    token = await person.make_bot("later_bot")
    sent = await person.say(MASTER, token)
    await person.expect(MASTER, ".", after=sent)
    assert await person.is_deleted(MASTER, sent), "a token is deleted even when nobody asked for it"


async def test_a_group_gets_no_answer(make_person):
    person = make_person()
    await person.ask(MASTER, "/start", "BotFather")
    answer = await person.client.post(
        "/client/messages",
        json={
            "user_id": person.user_id,
            "bot": MASTER,
            "text": "/start",
            "chat_id": -1001234567890,
            "chat_type": "supergroup",
        },
    )
    assert answer.is_success, answer.text
    before = await person.say(MASTER, "/help")
    await person.expect(MASTER, "/delete", after=before)
    group = await person.client.get(
        "/client/messages",
        params={"user_id": person.user_id, "bot": MASTER, "chat_id": -1001234567890},
    )
    assert all(message["from"] == "user" for message in group.json()["messages"])


@pytest.mark.timeout(300)
async def test_ten_people_at_once_all_get_their_bots(make_person):
    people = [make_person() for _ in range(10)]
    await asyncio.gather(*(onboard(person, f"crowd_{n}_bot") for n, person in enumerate(people)))
    for n, person in enumerate(people):
        await person.ask(f"crowd_{n}_bot", "/start", "Hello")
