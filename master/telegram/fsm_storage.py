"""Storage of conversations in the database: they survive a restart, and their data is encrypted."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import (
    BaseEventIsolation,
    BaseStorage,
    DefaultKeyBuilder,
    StateType,
    StorageKey,
)

from master.accounts.database import Database
from master.accounts.locks import UserLocks
from master.accounts.models import FsmState
from master.accounts.vault import Vault

_keys = DefaultKeyBuilder(with_bot_id=True, with_destiny=True)


class DatabaseStorage(BaseStorage):
    """aiogram's FSM storage in table `FsmState`. Data is encrypted JSON: it can hold secrets."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._database.run(_set_state, _keys.build(key), name)

    async def get_state(self, key: StorageKey) -> str | None:
        row = await self._database.run(_find, _keys.build(key))
        return row.state if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        encrypted = self._vault.encrypt(json.dumps(dict(data))) if data else None
        await self._database.run(_set_data, _keys.build(key), encrypted)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return the data, empty if there is none. Raises VaultError if it cannot be decrypted."""
        row = await self._database.run(_find, _keys.build(key))
        if row is None or row.data is None:
            return {}
        data: dict[str, Any] = json.loads(self._vault.decrypt(row.data))
        return data

    async def close(self) -> None:
        """Do nothing: the code that opened the database closes it."""


def _find(key: str) -> FsmState | None:
    return FsmState.get_or_none(FsmState.key == key)


def _set_state(key: str, state: str | None) -> None:
    _write(key, state=state)


def _set_data(key: str, data: str | None) -> None:
    _write(key, data=data)


def _write(key: str, **values: str | None) -> None:
    row, _ = FsmState.get_or_create(key=key)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(row, name, value)
    if row.state is None and row.data is None:
        row.delete_instance()
    else:
        row.save()


class UserEventIsolation(BaseEventIsolation):
    """Handles one update of a user at a time, so that two quick taps do not start two creations.

    aiogram's SimpleEventIsolation never frees a lock.
    """

    def __init__(self) -> None:
        self._locks = UserLocks()

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        async with self._locks.of(key.user_id):
            yield

    async def close(self) -> None:
        """Do nothing: only running handlers hold locks."""
