"""The registry stores one bot per person, with encrypted secrets."""

from importlib.util import find_spec

import pytest
from peewee import IntegrityError

from master.accounts.database import Database
from master.accounts.models import Bot, User
from master.accounts.registry import Registry
from master.accounts.vault import Vault
from master.errors import (
    BotExistsError,
    BotNotFoundError,
    DatabaseUnavailableError,
    SettingsError,
    TokenTakenError,
    VaultError,
)
from master.installation.key_file import create_key
from master.services.bot_tokens import BotIdentity
from master.settings import sqlite_url

HELPER = BotIdentity(11, "helper_bot", "Helper")
OTHER = BotIdentity(12, "other_bot", "Other")
TOKEN, KEY = "11:" + "T" * 35, "sk-" + "k" * 40


@pytest.fixture(params=["sqlite", "postgresql", "pgbouncer"])
async def database(request, tmp_path):
    url = sqlite_url(tmp_path / "master.db")
    if request.param != "sqlite":
        server = request.getfixturevalue("postgresql_server")
        server.empty()
        url = server.url(pooled=request.param == "pgbouncer")
    database = Database(url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def vault(tmp_path) -> Vault:
    create_key(tmp_path / "secret.key")
    return Vault.open(tmp_path / "secret.key")


@pytest.fixture
def registry(database, vault) -> Registry:
    return Registry(database, vault)


async def test_a_saved_bot_is_read_back_with_its_secrets(registry):
    card = await registry.save(1, HELPER, TOKEN, KEY)
    assert (card.user_id, card.bot_id, card.username, card.active) == (1, 11, "helper_bot", True)
    assert await registry.find(1) == card
    bot = await registry.read(1)
    assert (bot.token, bot.openai_key) == (TOKEN, KEY)
    assert TOKEN not in repr(bot)
    assert KEY not in repr(bot)


async def test_the_database_holds_no_secret_in_the_clear(registry, tmp_path, database):
    await registry.save(1, HELPER, TOKEN, KEY)
    rows = await database.run(lambda: list(Bot.select().tuples()))
    assert TOKEN not in str(rows)
    assert KEY not in str(rows)


async def test_a_person_has_one_bot(registry):
    await registry.save(1, HELPER, TOKEN, KEY)
    with pytest.raises(BotExistsError):
        await registry.save(1, OTHER, TOKEN, KEY)
    assert (await registry.find(1)).bot_id == 11


async def test_saving_the_same_bot_again_replaces_token_and_key(registry):
    await registry.save(1, HELPER, TOKEN, KEY)
    await registry.set_active(1, active=False)
    card = await registry.save(1, BotIdentity(11, "renamed_bot", "R"), "11:" + "N" * 35, KEY)
    assert (card.username, card.active) == ("renamed_bot", True)
    assert (await registry.read(1)).token == "11:" + "N" * 35


async def test_a_bot_has_one_person(registry):
    await registry.save(1, HELPER, TOKEN, KEY)
    with pytest.raises(TokenTakenError):
        await registry.save(2, HELPER, TOKEN, KEY)
    await registry.save(2, OTHER, TOKEN, KEY)
    with pytest.raises(TokenTakenError):
        await registry.replace_token(2, HELPER, TOKEN)
    assert (await registry.find(2)).bot_id == 12
    assert (await registry.find_owner(11)).user_id == 1


async def test_nothing_can_be_done_to_a_bot_that_is_not_there(registry):
    assert await registry.find(1) is None
    assert await registry.remove(1) == 0
    with pytest.raises(BotNotFoundError):
        await registry.read(1)
    with pytest.raises(BotNotFoundError):
        await registry.set_active(1, active=True)
    with pytest.raises(BotNotFoundError):
        await registry.replace_key(1, KEY)
    with pytest.raises(BotNotFoundError):
        await registry.begin_deletion(1)


async def test_a_bot_whose_deletion_began_is_there_no_longer(registry):
    await registry.save(1, HELPER, TOKEN, KEY)
    await registry.begin_deletion(1)
    assert await registry.find(1) is None
    assert await registry.list_cards() == []
    assert [card.user_id for card in await registry.list_deleting()] == [1]
    assert await registry.remove(1) == 1


async def test_a_choice_of_language_outlives_the_bot(registry, database):
    await registry.save(1, HELPER, TOKEN, KEY)
    await registry.remove(1)
    assert await database.run(lambda: User.select().count()) == 1


async def test_secrets_of_another_key_are_an_error_of_their_own(registry, database, tmp_path):
    await registry.save(1, HELPER, TOKEN, KEY)
    create_key(tmp_path / "other.key")
    with pytest.raises(VaultError):
        await Registry(database, Vault.open(tmp_path / "other.key")).read(1)


async def test_a_failed_transaction_leaves_nothing(database):
    def insert_twice():
        User.create(user_id=1)
        User.create(user_id=1)

    with pytest.raises(IntegrityError):
        await database.run(insert_twice)
    assert await database.run(lambda: User.select().count()) == 0


async def test_a_database_survives_being_opened_again(tmp_path, vault):
    for expected in (None, "helper_bot"):
        database = Database(sqlite_url(tmp_path / "again.db"))
        await database.open()
        registry = Registry(database, vault)
        found = await registry.find(1)
        assert (found.username if found else None) == expected
        await registry.save(1, HELPER, TOKEN, KEY)
        await database.close()


@pytest.mark.parametrize("url", ["oracle://u:s3cret@h/x", "mysql://u:s3cret@h/x", "nothing"])
def test_a_url_of_no_database_is_a_wrong_setting_that_quotes_nothing(url):
    with pytest.raises(SettingsError) as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(find_spec("psycopg") is not None, reason="the driver is there")
async def test_a_driver_that_is_missing_is_told_with_the_cure():
    database = Database("postgresql://u:s3cret@127.0.0.1:1/x")
    with pytest.raises(SettingsError, match="tg-bot-rag\\[postgresql]"):
        await database.open()
    await database.close()


async def test_a_database_that_cannot_be_opened_is_told(tmp_path):
    database = Database(sqlite_url(tmp_path / "nowhere" / "x.db"))
    with pytest.raises(DatabaseUnavailableError, match=r"nowhere/x\.db: unable to open"):
        await database.open()
    await database.close()
