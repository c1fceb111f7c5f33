"""Databases of every earlier version are migrated to the current schema without losing data."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from master.accounts.database import Database as MasterDatabase
from master.accounts.models import Bot, FsmState, ReceivedUpdate, User
from master.errors import SettingsError
from master.settings import sqlite_url
from personal_bot.storage.database import Database as BotDatabase
from personal_bot.storage.models import Document, Exchange, Job
from personal_bot.storage.models import ReceivedUpdate as ReceivedByBot
from tests.upgrades.conftest import RECORDINGS
from tests.upgrades.record import ANNA, BORIS, CLARA, DAN


def describe(path: Path) -> dict[tuple[str, str], str]:
    """Return the SQL of every table and index."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(kind, name): sql for kind, name, sql in rows if not name.startswith("sqlite_")}


async def test_the_masters_tables_are_those_of_a_new_installation(state: Path, tmp_path_factory):
    new = tmp_path_factory.mktemp("new") / "master.db"
    for path in (state / "master.db", new):
        database = MasterDatabase(sqlite_url(path))
        await database.open()
        await database.close()
    assert describe(state / "master.db") == describe(new)


async def test_the_master_finds_everybody(state: Path):
    database = MasterDatabase(sqlite_url(state / "master.db"))
    await database.open()
    bots = await database.run(lambda: {bot.user_id: bot for bot in Bot.select()})
    assert {user_id: (bot.active, bot.deleting) for user_id, bot in bots.items()} == {
        ANNA: (True, False),
        BORIS: (False, False),
        CLARA: (False, True),
    }
    assert await database.run(User.select().count) == 4
    [dialogue] = await database.run(lambda: list(FsmState.select()))
    assert (f":{DAN}:" in dialogue.key, dialogue.state) == (True, "Onboarding:key")
    assert await database.run(ReceivedUpdate.select().count) > 10
    await database.close()


@pytest.mark.parametrize("state", [RECORDINGS[0]], indirect=True, ids=["0.1.0"])
async def test_an_operators_command_does_not_migrate_under_a_master_that_runs(state: Path):
    before = (state / "master.db").read_bytes()
    database = MasterDatabase(sqlite_url(state / "master.db"))
    with pytest.raises(SettingsError, match=r"an earlier version .* run deploy/up"):
        await database.open(migrating=False)
    await database.close()
    assert (state / "master.db").read_bytes() == before


async def test_a_bots_tables_are_those_of_a_new_bot(state: Path, tmp_path_factory):
    new = tmp_path_factory.mktemp("new") / "bot.db"
    paths = [*state.glob("bots/*/bot.db"), new]
    for path in paths:
        database = BotDatabase(path)
        await database.open(path.with_name("index"))
        await database.close()
    assert len(paths) == 4
    assert all(describe(path) == describe(new) for path in paths)


async def test_a_bot_finds_documents_conversation_and_what_it_has_not_done_yet(state: Path):
    database = BotDatabase(state / "bots" / str(ANNA) / "bot.db")
    await database.open(state / "bots" / str(ANNA) / "index")
    documents = await database.run(lambda: {row.name: row.passages for row in Document.select()})
    assert documents == {"tower.txt": 1, "guide.md": 2}
    assert await database.run(Exchange.select().count) == 2
    assert await database.run(lambda: [job.kind for job in Job.select()]) == ["question", "file"]
    assert await database.run(ReceivedByBot.select().count) >= 2
    await database.close()
