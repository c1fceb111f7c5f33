"""A user can stop, resume, restart and delete their bot, and replace its key and token."""

import psutil
import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import MASTER, RunningSystem, onboard
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance


async def test_status_tells_state_pid_and_documents(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "status_bot")
    status = await person.ask(MASTER, "/status", "PID")
    assert "running" in status["text"]
    launcher = system.pid(f"bot-{person.user_id}")
    assert f"PID {system.bot_pid(person.user_id)} (launcher: {launcher})" in status["text"]
    assert "0 documents" in status["text"]


async def test_a_stopped_bot_is_silent_until_it_is_resumed(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "sleepy_bot")
    pid = system.bot_pid(person.user_id)
    await person.ask(MASTER, "/stop", "is stopped until")
    assert not psutil.pid_exists(pid)
    asked = await person.say("sleepy_bot", "/start")
    await person.ask(MASTER, "/resume", "is running again")
    await person.expect("sleepy_bot", "Hello", after=asked)


async def test_restart_gives_a_new_process(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "fresh_bot")
    asked = await person.ask(MASTER, "/language", "Which language")
    await person.press(MASTER, asked, "Русский")
    await person.expect(MASTER, "говорю по-русски", after=asked["message_id"] - 1)
    await person.ask("fresh_bot", "/start", "Здравствуйте")
    question = await person.ask(MASTER, "/language", "На каком языке")
    await person.press(MASTER, question, "English")
    await person.expect(MASTER, "I speak English", after=question["message_id"] - 1)
    pid = system.bot_pid(person.user_id)
    await person.ask(MASTER, "/restart", "has been restarted")
    assert system.bot_pid(person.user_id) != pid
    await person.ask("fresh_bot", "/start", "Hello")
    status = await person.ask(MASTER, "/status", "PID")
    assert "failure" not in status["text"], "it was restarted on request"


async def test_a_refused_key_leaves_the_old_one_in_place(make_person):
    person = make_person()
    await onboard(person, "keyed_bot")
    await person.ask(MASTER, "/key", "Send me the new")
    await person.ask(MASTER, "sk-wrong-abcdefghijklmnopqrstuvwxyz", "does not recognize this key")
    await person.say(MASTER, "/cancel")
    await teach(person, "keyed_bot")
    await person.ask("keyed_bot", "How tall is the tower?", r"324 metres.*\[1\]")


async def test_a_new_token_moves_the_bot(make_person):
    person = make_person()
    await onboard(person, "before_bot")
    token = await person.make_bot("after_bot")
    await person.ask(MASTER, "/token", "BotFather")
    sent = await person.say(MASTER, token)
    await person.expect(MASTER, "after_bot", after=sent)
    await person.ask("after_bot", "/start", "Hello")


async def test_deleting_removes_everything_and_says_what(make_person, system: RunningSystem):
    person = make_person()
    await onboard(person, "gone_bot")
    await teach(person, "gone_bot")
    home = system.stack.installation.bot(person.user_id).home
    pid = system.bot_pid(person.user_id)
    asked = await person.ask(MASTER, "/delete", "1 document")
    await person.press(MASTER, asked, "Yes, delete")
    receipt = await person.expect(MASTER, "has been deleted", after=asked["message_id"] - 1)
    assert "1 document" in receipt["text"]
    assert not home.exists()
    assert not list(system.state.glob(f"conf.d/*{person.user_id}*"))
    assert not list(system.state.glob(f"log/*{person.user_id}*"))
    wait_until(lambda: not psutil.pid_exists(pid))
    await person.ask(MASTER, "/status", "You have no bot yet")
    await onboard(person, "again_bot")


async def teach(person: Person, bot: str) -> None:
    await person.ask(bot, "/start", "Hello")
    sent = await person.upload(
        bot, ("tower.txt", b"The tower is 324 metres tall. It was built in 1889.")
    )
    await person.expect(bot, "Ask me about it", after=sent)
