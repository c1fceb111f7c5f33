"""A database that cannot be used stops a start before anything runs."""

import socket

import pytest

from deploy.database import check_database
from master import cli
from master.accounts.database import Database
from master.errors import DatabaseUnavailableError, SettingsError
from master.installation.key_file import create_key
from master.settings import Settings, sqlite_url
from master.settings_files import write_settings
from personal_bot.contract import ExitCode

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"
PASSWORD = "s3cret-word"


@pytest.fixture
def closed_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # but not listening
        yield bound.getsockname()[1]


def make_settings(tmp_path, url):
    return Settings(
        _env_file=None, master_bot_token=TOKEN, state_dir=tmp_path / "state", database_url=url
    )


@pytest.fixture
def settings(tmp_path, closed_port):
    return make_settings(tmp_path, f"postgresql://keeper:{PASSWORD}@127.0.0.1:{closed_port}/bots")


async def test_a_port_where_nothing_listens_is_a_wrong_setting(settings, closed_port):
    with pytest.raises(SettingsError) as caught:
        await check_database(settings)
    assert str(caught.value) == (
        f"DATABASE_URL: PostgreSQL at 127.0.0.1:{closed_port} (database bots, user keeper) is not "
        "responding (Connection refused). Start it, or correct host and port in DATABASE_URL"
    )


async def test_an_unknown_host_is_a_wrong_setting(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.invalid:5432 .* is not responding"):
        await check_database(make_settings(tmp_path, "postgresql://nowhere.invalid/bots"))


async def test_a_server_that_an_earlier_start_found_is_only_away(settings):
    settings.installation.prepare()
    write_settings(settings)
    with pytest.raises(DatabaseUnavailableError, match="is not responding"):
        await check_database(settings)


async def test_a_file_in_no_folder_is_a_wrong_setting(tmp_path):
    with pytest.raises(SettingsError, match=r"SQLite in .*/missing/x\.db: unable to open"):
        await check_database(make_settings(tmp_path, sqlite_url(tmp_path / "missing" / "x.db")))


async def test_the_file_in_the_state_folder_is_not_checked(tmp_path):
    await check_database(make_settings(tmp_path, None))
    assert list(tmp_path.iterdir()) == []


async def test_a_check_of_a_new_file_creates_no_table(tmp_path):
    url = sqlite_url(tmp_path / "x.db")
    await check_database(make_settings(tmp_path, url))
    database = Database(url)
    database._bind()
    assert await database.run(database._database.get_tables) == []
    await database.close()


def test_tgrag_gives_the_same_line(settings, closed_port, capsys):
    settings.installation.prepare()
    create_key(settings.installation.key)
    write_settings(settings)
    status = cli.main(["--state-dir", str(settings.installation.root), "status"])
    said = capsys.readouterr().err
    assert status == ExitCode.CRASHED
    assert said.startswith(f"tgrag: PostgreSQL at 127.0.0.1:{closed_port} (database bots, user")
    assert said.count("\n") == 1
    assert PASSWORD not in said
