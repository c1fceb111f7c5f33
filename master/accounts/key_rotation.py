"""Rotation of the encryption key of all stored secrets while the master and bots keep running.

A key is added to the key file before anything is encrypted with it, and removed only once nothing
needs it, so a rotation may be interrupted at any point and run again. A row is updated only if it
still holds the value that was read, so a concurrent write by the master is not lost.
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

# Seconds; a master that read the key file just before the new key was added has written by then.
GRACE_SECONDS = 10.0
MAX_PASSES = 5


@dataclass
class Rotation:
    """What was re-encrypted: database values (`secrets`) and credentials files (`files`).

    `unreadable` names values and files that no key decrypts; they are left unchanged.
    """

    secrets: int = 0
    files: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.secrets + self.files


class KeyRotation:
    """Re-encrypts the secrets of an installation with another key."""

    def __init__(
        self,
        installation: Installation,
        database: Database,
        vault: Vault,
        qdrant_api_key: str | None = None,
        embedding_api_key: str | None = None,
        *,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._installation = installation
        self._database = database
        self._registry = Registry(database, vault)
        self._keeper = CredentialsWriter(installation, vault, qdrant_api_key, embedding_api_key)
        self._grace = grace

    async def rotate(self, configured: str | None = None) -> Rotation:
        """Re-encrypt everything with a new key, or with the first of `configured`.

        Afterwards the key file holds only the new key, or only the `configured` ones.
        Raises RotationError, SettingsError, OSError, peewee.PeeweeException.
        """
        path = self._installation.key
        present = read_keys(path)
        wanted = parse_keys(configured) if configured else [Fernet.generate_key().decode("ascii")]
        write_keys(path, [*wanted, *present])
        keys = _Keys(list(dict.fromkeys([*wanted, *present])))
        total = Rotation()
        for attempt in range(MAX_PASSES):
            found = await self._pass(keys)
            total.secrets += found.secrets
            total.files += found.files
            total.unreadable = found.unreadable
            # The first pass may have missed a write in progress, so a second one always follows.
            if attempt and not found.changed:
                write_keys(path, wanted)
                return total
            await asyncio.sleep(self._grace)
        raise RotationError(
            "secrets were still being encrypted with the old key, so it was kept; try again"
        )

    async def _pass(self, keys: "_Keys") -> Rotation:
        found = await self._database.run(_rotate_rows, keys)
        await asyncio.to_thread(self._rotate_files, keys, found)
        for card in await self._registry.list_cards():
            # A file that the master replaced during its rotation may hold the old secrets again.
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
                continue  # deleted in the meantime, perhaps with its folder
            except InvalidToken:
                found.unreadable.append(str(path))


class _Keys:
    def __init__(self, keys: list[str]) -> None:
        self._first = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def rotate(self, encrypted: bytes) -> bytes | None:
        """Re-encrypt with the first key; None if it is already in use. Raises InvalidToken."""
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
