"""The owner is told about damaged files, and the suggested repair works."""

import os
import signal

import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import MASTER, RunningSystem, onboard
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance

HANDBOOK = ("handbook.txt", b"The code of the harbour is Edwina.")
QUESTION, ANSWER = "What is the code of the harbour?", r"(?s)Edwina.*\[1\]"


async def settle(person: Person, bot: str) -> None:
    await onboard(person, bot)
    await upload(person, bot)


async def upload(person: Person, bot: str) -> None:
    sent = await person.upload(bot, HANDBOOK)
    await person.expect(bot, "Ask me about it", after=sent)


def kill(system: RunningSystem, user_id: int) -> None:
    os.kill(system.bot_pid(user_id), signal.SIGKILL)


async def test_of_a_damaged_index_both_bots_tell_and_clearing_it_heals(
    make_person, system: RunningSystem
):
    person, bot = make_person(), "damaged_bot"
    await settle(person, bot)
    kill(system, person.user_id)
    for path in (system.stack.installation.bot(person.user_id).index / "shard").rglob("*"):
        if path.is_file():  # the write-ahead log too, or it would repair the rest
            os.truncate(path, path.stat().st_size // 2)
    said = await person.ask(bot, QUESTION, "index of your documents is damaged")
    assert "/clear" in said["text"]
    notice = await person.expect(MASTER, f"@{bot} is running but cannot do its work")
    assert "/clear" in notice["text"]
    asked = await person.ask(bot, "/clear", "cannot be undone")
    await person.press(bot, asked, "Delete all")
    await person.expect(bot, "Deleted:")
    await upload(person, bot)
    await person.ask(bot, QUESTION, ANSWER)


async def test_of_a_lost_database_the_bot_tells_and_takes_documents_again(
    make_person, system: RunningSystem
):
    person, bot = make_person(), "forgetful_bot"
    await settle(person, bot)
    database = system.stack.installation.bot(person.user_id).database
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    database.write_bytes(b"spoiled " * 4_096)
    kill(system, person.user_id)
    await person.expect(bot, "data on this server was damaged")
    await person.ask(bot, QUESTION, "I have no documents yet")
    await upload(person, bot)
    await person.ask(bot, QUESTION, ANSWER)
    texts = [message["text"] for message in await person.read(bot)]
    assert sum("was damaged" in text for text in texts) == 1, "told once"


async def test_with_damaged_credentials_the_owner_gives_both_again(
    make_person, system: RunningSystem
):
    person, bot = make_person(), "locked_out_bot"
    token = await person.make_bot(bot)
    await onboard(person, bot, token)
    system.stack.installation.bot(person.user_id).credentials.write_bytes(b"spoiled")
    kill(system, person.user_id)
    notice = await person.expect(MASTER, f"@{bot} has stopped working")
    assert "/token" in notice["text"]
    await person.ask(MASTER, "/token", "Send me the new token")
    await person.ask(MASTER, token, "running")
    await person.ask(bot, "/start", "Hello")


async def test_damaged_settings_of_bots_are_mended_by_the_master(
    make_person, system: RunningSystem
):
    person, bot = make_person(), "unsettled_bot"
    await onboard(person, bot)
    settings = system.stack.installation.bot_settings
    right = settings.read_bytes()
    settings.write_bytes(b"\xff\xfeEMBEDDING_DIM=many\n")
    os.kill(system.pid("master"), signal.SIGKILL)
    wait_until(lambda: settings.read_bytes() == right, 60)
    await person.ask(MASTER, "/status", "running")
