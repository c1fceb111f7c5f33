"""The master refuses to start with an empty database if there are bots in the state folder."""

import pytest

from master.accounts.models import User
from master.control_plane import open_control_plane
from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    Installation(tmp_path).prepare()
    token = "1000000001:" + "M" * 35
    return Settings(_env_file=None, master_bot_token=token, state_dir=tmp_path)


def leave_a_bot(settings: Settings) -> None:
    home = settings.installation.bot(7).home
    home.mkdir(parents=True)
    (home / "bot.db").touch()


async def test_an_empty_database_beside_bots_is_refused(settings):
    leave_a_bot(settings)
    for _ in range(2):  # the second time, the tables exist
        with pytest.raises(SettingsError, match="holds 1 bot: restore the database"):
            async with open_control_plane(settings):
                pass


async def test_a_database_that_knows_people_is_taken(settings):
    async with open_control_plane(settings) as control:
        await control.database.run(lambda: User.create(user_id=7))
    leave_a_bot(settings)
    async with open_control_plane(settings):
        pass
