"""The owner of a failing bot gets one notice, with a button that fixes the problem."""

import os
import signal

import pytest

from tests.acceptance.person import Message, Person
from tests.acceptance.running_system import MASTER, RunningSystem, onboard
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance


async def count_notices(person: Person) -> int:
    notice = ("has stopped working", "keeps crashing", "перестал работать", "постоянно завершается")
    messages: list[Message] = await person.read(MASTER)
    return sum(any(words in message["text"] for words in notice) for message in messages)


async def test_a_revoked_token_is_told_with_what_helps_and_a_new_one_heals(make_person):
    person = make_person()
    await onboard(person, "betrayed_bot")
    token = await person.revoke("betrayed_bot")
    notice = await person.expect(MASTER, "@betrayed_bot has stopped working")
    assert "revoked" in notice["text"]
    await person.press(MASTER, notice, "New token")
    await person.expect(MASTER, "Send me the new token")
    sent = await person.say(MASTER, token)
    await person.expect(MASTER, "@betrayed_bot", after=sent)
    await person.ask("betrayed_bot", "/start", "Hello")
    assert await count_notices(person) == 0, "the question took the notice's place"


async def test_a_bot_that_keeps_crashing_is_told_once_in_its_owners_language(
    make_person, system: RunningSystem
):
    person = make_person("ru")
    await onboard(person, "fragile_bot")
    for _ in range(4):
        pid = system.bot_pid(person.user_id)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: system.bot_pid(person.user_id) != pid, 60)
        system.pid(f"bot-{person.user_id}")
    notice = await person.expect(MASTER, "@fragile_bot постоянно завершается с ошибкой")
    await person.press(MASTER, notice, "Перезапустить")
    await person.expect(MASTER, "@fragile_bot.*перезапущен")
    assert await count_notices(person) == 0


async def test_a_bot_that_its_owner_stops_gives_no_notice(make_person):
    person = make_person()
    await onboard(person, "resting_bot")
    await person.ask(MASTER, "/stop", "is stopped until")
    await person.ask(MASTER, "/restart", "has been restarted")
    assert await count_notices(person) == 0
