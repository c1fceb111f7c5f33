"""What an operator does to a bot is kept until its owner has been told, or acts on the bot."""

import pytest

from master.accounts.database import Database
from master.accounts.operator_actions import ActionKind, OperatorActions
from master.accounts.registry import Registry
from master.accounts.vault import Vault
from master.installation.key_file import create_key
from master.services.bot_tokens import BotIdentity
from master.settings import sqlite_url

HELPER = BotIdentity(11, "helper_bot", "Helper")
TOKEN, KEY = "11:" + "T" * 35, "sk-" + "k" * 40


@pytest.fixture
async def database(tmp_path):
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def registry(database, tmp_path):
    create_key(tmp_path / "secret.key")
    registry = Registry(database, Vault.open(tmp_path / "secret.key"))
    await registry.save(1, HELPER, TOKEN, KEY)
    return registry


@pytest.fixture
def actions(database) -> OperatorActions:
    return OperatorActions(database)


async def untold(actions: OperatorActions) -> list[tuple[str, ActionKind]]:
    return [(action.username, action.kind) for action in await actions.list_untold()]


async def test_who_stopped_a_bot_stays_known_after_its_owner_was_told(registry, actions):
    card = await registry.set_active(1, active=False, by_operator=True)
    assert card.stopped_by_operator
    [action] = await actions.list_untold()
    assert (action.user_id, action.username, action.kind) == (1, "helper_bot", ActionKind.STOPPED)
    await actions.record_told(action)
    assert await actions.list_untold() == []
    assert (await registry.find(1)).stopped_by_operator
    assert [card.stopped_by_operator for card in await registry.list_cards()] == [True]


async def test_a_bot_that_its_owner_stopped_was_stopped_by_its_owner(registry, actions):
    assert not (await registry.set_active(1, active=False)).stopped_by_operator
    card = await registry.set_active(1, active=False, by_operator=True)  # changes nothing
    assert not card.stopped_by_operator
    assert await untold(actions) == []


async def test_an_owner_hears_that_an_operator_started_the_bot_but_not_that_it_was_restarted(
    registry, actions
):
    await registry.set_active(1, active=True, by_operator=True)
    assert await untold(actions) == []
    await registry.set_active(1, active=False)
    await registry.set_active(1, active=True, by_operator=True)
    assert await untold(actions) == [("helper_bot", ActionKind.STARTED)]


async def test_owners_are_not_told_about_what_they_have_dealt_with(registry, actions):
    await registry.set_active(1, active=False, by_operator=True)
    await registry.set_active(1, active=True)
    assert await untold(actions) == []
    assert not (await registry.set_active(1, active=False)).stopped_by_operator


async def test_a_deletion_is_told_once_it_is_finished_whoever_finishes_it(registry, actions):
    await registry.begin_deletion(1, by_operator=True)
    await registry.begin_deletion(1)
    assert await untold(actions) == []
    await registry.remove(1)
    [action] = await actions.list_untold()
    assert (action.username, action.kind) == ("helper_bot", ActionKind.DELETED)
    await actions.record_told(action)
    assert await actions.list_untold() == []


async def test_a_deletion_by_the_owner_is_no_news(registry, actions):
    await registry.set_active(1, active=False, by_operator=True)
    await registry.begin_deletion(1)
    await registry.remove(1)
    assert await untold(actions) == []


async def test_an_action_that_came_while_the_owner_was_told_of_another_is_told_too(
    registry, actions
):
    await registry.set_active(1, active=False, by_operator=True)
    [stopped] = await actions.list_untold()
    await registry.set_active(1, active=True, by_operator=True)
    await actions.record_told(stopped)
    assert await untold(actions) == [("helper_bot", ActionKind.STARTED)]
