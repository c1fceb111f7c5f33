"""A bot learns the language that its owner chose at the master, not the one of their Telegram."""

import logging

import pytest

from master.accounts.database import Database
from master.accounts.users import Users
from master.bots.languages import LanguageFiles
from master.installation.state_dir import Installation
from master.settings import sqlite_url


@pytest.fixture
async def users(tmp_path):
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    yield Users(database)
    await database.close()


@pytest.fixture
def installation(tmp_path):
    installation = Installation(tmp_path)
    installation.bots.mkdir()
    return installation


@pytest.fixture
def languages(installation, users):
    return LanguageFiles(installation, users)


async def test_the_choice_is_written_even_before_the_bot_has_its_folder(
    languages, installation, users
):
    await users.choose_language(7, "ru")
    await languages.write(7)
    file = installation.bot(7).language
    assert file.read_text() == "ru"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_without_a_choice_nothing_is_written(languages, installation, users):
    await users.remember(7, "ru")
    for user_id in (7, 8):
        await languages.write(user_id)
    assert list(installation.bots.iterdir()) == []


async def test_a_file_that_cannot_be_written_is_logged(languages, installation, users, caplog):
    caplog.set_level(logging.WARNING)
    await users.choose_language(7, "ru")
    installation.bot(7).home.write_text("in the way")
    await languages.write(7)
    assert "Cannot pass the language of user 7" in caplog.text
