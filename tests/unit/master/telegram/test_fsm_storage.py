"""Conversations survive a restart and can be read only with the key."""

import asyncio

import pytest
from aiogram.fsm.storage.base import StorageKey
from cryptography.fernet import Fernet, MultiFernet

from master.accounts.database import Database
from master.accounts.models import FsmState
from master.accounts.users import Users
from master.accounts.vault import Vault
from master.errors import VaultError
from master.settings import sqlite_url
from master.telegram.fsm_storage import DatabaseStorage, UserEventIsolation

KEY = StorageKey(bot_id=1, chat_id=2, user_id=2)


def make_vault():
    return Vault(MultiFernet([Fernet(Fernet.generate_key())]))


@pytest.fixture
async def database(tmp_path):
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    yield database
    await database.close()


async def test_state_and_data_are_found_again(database):
    vault = make_vault()
    storage = DatabaseStorage(database, vault)
    await storage.set_state(KEY, "Onboarding:key")
    await storage.set_data(KEY, {"token": "123:abc", "n": None})
    again = DatabaseStorage(database, vault)
    assert await again.get_state(KEY) == "Onboarding:key"
    assert await again.get_data(KEY) == {"token": "123:abc", "n": None}
    assert await again.update_data(KEY, {"n": 1}) == {"token": "123:abc", "n": 1}


async def test_people_do_not_see_each_others_conversations(database):
    storage = DatabaseStorage(database, make_vault())
    await storage.set_data(KEY, {"token": "123:abc"})
    other = StorageKey(bot_id=1, chat_id=3, user_id=3)
    assert await storage.get_data(other) == {}
    assert await storage.get_state(other) is None


async def test_a_finished_conversation_leaves_no_row(database):
    storage = DatabaseStorage(database, make_vault())
    await storage.set_state(KEY, "Onboarding:key")
    await storage.set_data(KEY, {"token": "123:abc"})
    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})
    assert await database.run(FsmState.select().count) == 0


async def test_data_of_another_key_is_an_error_that_names_no_secret(database):
    await DatabaseStorage(database, make_vault()).set_data(KEY, {"token": "123:abc"})
    with pytest.raises(VaultError) as caught:
        await DatabaseStorage(database, make_vault()).get_data(KEY)
    assert "123:abc" not in str(caught.value)


async def test_one_person_is_served_one_update_at_a_time():
    isolation, order = UserEventIsolation(), []

    async def serve(name, key):
        async with isolation.lock(key):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(serve("first", KEY), serve("second", KEY))
    assert order == ["first begins", "first ends", "second begins", "second ends"]


@pytest.mark.parametrize(
    ("telegram", "expected"),
    [("ru", "ru"), ("RU-ru", "ru"), ("en", "en"), ("de", "en"), (None, "en"), ("", "en")],
)
async def test_telegrams_language_is_spoken_where_we_can(database, telegram, expected):
    users = Users(database)
    assert await users.remember(5, telegram) == expected
    assert await users.language(5) == expected


async def test_a_chosen_language_outlives_telegrams(database):
    users = Users(database)
    await users.remember(5, "en")
    await users.choose_language(5, "ru")
    assert await users.remember(5, "de") == "ru"


async def test_a_language_that_we_do_not_speak_cannot_be_chosen(database):
    with pytest.raises(ValueError, match="tlh"):
        await Users(database).choose_language(5, "tlh")


async def test_an_unknown_person_is_spoken_to_in_english(database):
    assert await Users(database).language(404) == "en"
