"""A new key for all secrets at rest, beside a master and bots that run.

Nothing is ever written with a key that is not in the key file already, and no key leaves the file
before nothing needs it any more; so it may be interrupted anywhere, and run again. A row is changed
only if it still says what was read, so that what a master writes meanwhile is kept.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from master.accounts.credentials import CredentialsWriter
from master.accounts.database import Database
from master.accounts.models import Bot, FsmState
from master.accounts.registry import Registry
from master.accounts.vault import Vault
from master.errors import RotationError, VaultError
from master.installation.key_file import parse_keys, read_keys, write_keys
from master.installation.state_dir import Installation
from personal_bot.contract import write_private

# Seconds in which a master that took the keys just before the new one came has written its row.
GRACE = 10.0
PASSES = 5


@dataclass
class Rotation:
    """What was encrypted anew; `unreadable` names what no key opens, and what is left as it is."""

    secrets: int = 0
    files: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.secrets + self.files


class KeyRotation:
    """Moves the secrets of an installation to another key."""

    def __init__(
        self,
        installation: Installation,
        database: Database,
        vault: Vault,
        qdrant_api_key: str | None = None,
        *,
        grace: float = GRACE,
    ) -> None:
        self._installation = installation
        self._database = database
        self._registry = Registry(database, vault)
        self._keeper = CredentialsWriter(installation, vault, qdrant_api_key)
        self._grace = grace

    async def rotate(self, configured: str | None = None) -> Rotation:
        """Encrypt everything with a new key, or the first `configured` one; drop the others.

        Raises RotationError, SettingsError, OSError, peewee.PeeweeException.
        """
        path = self._installation.key
        present = read_keys(path)
        wanted = parse_keys(configured) if configured else [Fernet.generate_key().decode("ascii")]
        write_keys(path, [*wanted, *present])
        keys = _Keys(list(dict.fromkeys([*wanted, *present])))
        total = Rotation()
        for attempt in range(PASSES):
            found = await self._pass(keys)
            total.secrets += found.secrets
            total.files += found.files
            total.unreadable = found.unreadable
            # The first pass may have missed what was on its way, whatever it found.
            if attempt and not found.changed:
                write_keys(path, wanted)
                return total
            await asyncio.sleep(self._grace)
        raise RotationError("secrets still came in with an old key; it was kept: try again")

    async def _pass(self, keys: "_Keys") -> Rotation:
        found = await self._database.run(_rotate_rows, keys)
        await asyncio.to_thread(self._rotate_files, keys, found)
        for card in await self._registry.list_cards():
            # A file that was rotated while the master replaced it holds what was valid before.
            try:
                bot = await self._registry.read(card.user_id)
            except VaultError:
                continue
            if not await asyncio.to_thread(self._keeper.are_current, bot):
                await asyncio.to_thread(self._keeper.write, bot)
                found.files += 1
        return found

    def _rotate_files(self, keys: "_Keys", found: Rotation) -> None:
        for path in _list_credentials(self._installation.bots):
            try:
                content = path.read_bytes()
                anew = keys.rotate(content)
                if anew is not None:
                    write_private(path, anew)
                    found.files += 1
            except FileNotFoundError:
                continue  # deleted meanwhile, with its folder perhaps
            except InvalidToken:
                found.unreadable.append(str(path))


class _Keys:
    def __init__(self, keys: list[str]) -> None:
        self._first = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def rotate(self, encrypted: bytes) -> bytes | None:
        """Return it encrypted with the first key, None if it is. Raises InvalidToken."""
        try:
            self._first.decrypt(encrypted)
        except InvalidToken:
            return self._all.rotate(encrypted)
        return None


def _list_credentials(folder: Path) -> Iterator[Path]:
    return folder.glob("*/credentials")


def _rotate_rows(keys: _Keys) -> Rotation:
    found = Rotation()
    for table, fields in ((Bot, (Bot.token, Bot.openai_key)), (FsmState, (FsmState.data,))):
        for row in list(table.select()):
            for column in fields:
                _rotate_value(table, row, column, keys, found)
    return found


def _rotate_value(table: Any, row: Any, column: Any, keys: _Keys, found: Rotation) -> None:
    value = getattr(row, column.name)
    if value is None:
        return
    try:
        anew = keys.rotate(value.encode())
    except InvalidToken:
        found.unreadable.append(f"{table.__name__.lower()} {row.get_id()}, {column.name}")
        return
    if anew is not None:
        unchanged = (table._meta.primary_key == row.get_id()) & (column == value)  # noqa: SLF001
        update = table.update({column: anew.decode("ascii")}).where(unchanged)
        found.secrets += update.execute()
