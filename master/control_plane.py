"""Composition of the control plane, shared by the master and the operator's command line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from master.accounts.database import Database
from master.accounts.models import User
from master.accounts.registry import Registry
from master.accounts.vault import Vault
from master.bots.manager import BotManager
from master.bots.next_start import NextStart
from master.errors import SettingsError
from master.installation.state_dir import SUPERVISOR_USERNAME, Installation
from master.settings import Settings
from master.supervision.programs import Programs
from master.supervision.supervisor import Supervisor


@dataclass(frozen=True)
class ControlPlane:
    """The parts that operate on bots, opened and ready to use."""

    installation: Installation
    database: Database
    vault: Vault
    supervisor: Supervisor
    programs: Programs
    manager: BotManager
    next_start: NextStart


@asynccontextmanager
async def open_control_plane(
    settings: Settings, *, called_by_owners: bool = True, migrating: bool = True
) -> AsyncIterator[ControlPlane]:
    """Open the database and build what depends on it; supervisord need not respond yet.

    `called_by_owners`: see BotManager. `migrating`: whether tables of an earlier version may be
    migrated. Raises SettingsError, also if the database has no users although there are bot
    folders, and peewee.PeeweeException if the database cannot be opened.
    """
    installation = Installation(settings.state_dir)
    vault = Vault.open(installation.key)
    supervisor = Supervisor(
        installation.socket, SUPERVISOR_USERNAME, installation.read_supervisor_password()
    )
    database = Database(settings.database_address)
    await database.open(migrating=migrating)
    try:
        await _refuse_lost_database(installation, database)
        programs = Programs(installation)
        manager = BotManager(
            settings, database, vault, programs, supervisor, called_by_owners=called_by_owners
        )
        next_start = NextStart(installation, Registry(database, vault), programs)
        yield ControlPlane(installation, database, vault, supervisor, programs, manager, next_start)
    finally:
        await database.close()


async def _refuse_lost_database(installation: Installation, database: Database) -> None:
    """Raise SettingsError if the database has no users although there are bot folders.

    Reconciling with such a database would stop and remove the program of every bot.
    """
    count = await asyncio.to_thread(lambda: sum(1 for _ in installation.bots.glob("*/bot.db")))
    if count and not await database.run(lambda: User.select().exists()):
        bots = f"{count} bot" if count == 1 else f"{count} bots"
        raise SettingsError(
            "DATABASE_URL",
            f"the database has no users, but {installation.bots} holds {bots}: restore the "
            "database from a backup, or move that folder away to start over",
        )
