"""The check of the database before a start."""

from deploy.progress import Progress
from master.accounts.database import Database
from master.errors import DatabaseUnavailableError, SettingsError
from master.settings import Settings
from master.settings_files import load_installed_settings


async def check_database(settings: Settings) -> None:
    """Connect to the database of DATABASE_URL, without changing anything in it.

    Raises SettingsError if it refuses, or does not respond and never did with this URL. Raises
    DatabaseUnavailableError if it does not respond but did for an earlier start: then a service
    manager should try again.
    """
    if settings.database_url is None:  # the file in STATE_DIR
        return
    database = Database(settings.database_address)
    try:
        with Progress("Checking the database"):
            await database.check()
    except DatabaseUnavailableError as error:
        if _was_used(settings):
            raise
        raise SettingsError("DATABASE_URL", str(error)) from None
    finally:
        await database.close()


def _was_used(settings: Settings) -> bool:
    """Tell whether an earlier start found this database, since only then its URL is stored."""
    try:
        return load_installed_settings(settings.state_dir).database_url == settings.database_url
    except SettingsError:
        return False
