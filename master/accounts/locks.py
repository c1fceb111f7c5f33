"""Locks that allow one operation at a time on each user's bot."""

import asyncio
from weakref import WeakValueDictionary


class UserLocks:
    """One lock per user. A lock that is neither held nor waited for takes no memory."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, user_id: int) -> asyncio.Lock:
        lock = self._locks.get(user_id)
        if lock is None:
            lock = self._locks[user_id] = asyncio.Lock()
        return lock

    def is_busy(self, user_id: int) -> bool:
        lock = self._locks.get(user_id)
        return lock is not None and lock.locked()
