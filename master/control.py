"""The control plane put together, for the master and for the operator's command line alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from master.bots import BotManager
from master.installation import SUPERVISOR_USERNAME, Installation
from master.models import Database
from master.programs import Programs
from master.settings import Settings
from master.supervisor import Supervisor
from master.vault import Vault


@dataclass(frozen=True)
class Control:
    """Everything that works on bots, open and ready."""

    installation: Installation
    database: Database
    vault: Vault
    supervisor: Supervisor
    manager: BotManager


@asynccontextmanager
async def open_control(settings: Settings, *, owners_ask: bool = True) -> AsyncIterator[Control]:
    """Open the database and everything on it; supervisord need not answer yet.

    `owners_ask`: see BotManager.
    Raises SettingsError, and peewee.PeeweeException if the database cannot be opened.
    """
    installation = Installation(settings.state_dir)
    vault = Vault.open(installation.key)
    supervisor = Supervisor(
        installation.socket, SUPERVISOR_USERNAME, installation.read_supervisor_password()
    )
    database = Database(settings.database_address)
    await database.open()
    try:
        programs = Programs(installation)
        manager = BotManager(settings, database, vault, programs, supervisor, owners_ask=owners_ask)
        yield Control(installation, database, vault, supervisor, manager)
    finally:
        await database.close()
