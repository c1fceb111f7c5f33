"""The update queue of a bot: updates are kept until confirmed, for one poller at a time."""

import asyncio
from collections.abc import Iterable
from typing import Any

from deploy.sandbox.errors import TelegramError
from deploy.sandbox.journal import Journal
from deploy.sandbox.records import Bot, PendingUpdate

MAX_TIMEOUT_SECONDS = 50
MAX_LIMIT = 100
#: Kinds that Telegram sends only if `allowed_updates` names them.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def conflict() -> TelegramError:
    return TelegramError(
        409,
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    )


class UpdateQueue:
    """The updates of one bot. As with Telegram, a second poller ends the first one with 409."""

    def __init__(self, bot: Bot, journal: Journal) -> None:
        self._bot = bot
        self._journal = journal
        self._pending: dict[int, PendingUpdate] = {}
        self._poller: asyncio.Future[None] | None = None
        self._filled = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_polled(self) -> bool:
        """Whether a long poll is waiting for the next update."""
        return self._poller is not None

    def restore(self, update: PendingUpdate) -> None:
        """Restore an update from the journal; to be called in the order of update ids."""
        self._pending[update.update_id] = update

    def push(self, body: dict[str, Any]) -> None:
        """Queue an update, unless `allowed_updates` of the bot excludes its kind."""
        kind = next(iter(body))
        allowed = self._bot.allowed_updates
        if kind not in allowed if allowed else kind in NOT_BY_DEFAULT:
            return
        update = PendingUpdate(self._bot.bot_id, self._bot.next_update_id, body)
        self._bot.next_update_id += 1
        self._pending[update.update_id] = update
        self._journal.save(update)
        self._journal.save(self._bot)
        self._wake()

    async def wait_first(self) -> PendingUpdate:
        """Return the oldest update; wait for one if there is none."""
        while not self._pending:
            self._filled.clear()
            await self._filled.wait()
        return next(iter(self._pending.values()))

    def confirm(self, update: PendingUpdate) -> None:
        """Confirm one update; it may have been dropped already."""
        self._forget({update.update_id} & self._pending.keys())

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Confirm the updates below `offset`, then wait up to `seconds` for an update."""
        self.interrupt(conflict())
        self._confirm(offset)
        if not self._pending and seconds > 0 and not self._closed:
            await self._wait(min(seconds, MAX_TIMEOUT_SECONDS))
        return [update.as_update() for update in list(self._pending.values())[:limit]]

    def drop(self) -> None:
        """Confirm all updates."""
        self._forget(list(self._pending))

    def interrupt(self, error: TelegramError) -> None:
        """End the waiting long poll, if any, with an error."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(error)

    def close(self) -> None:
        """Let the waiting long poll, if any, and all later ones return without waiting."""
        self._closed = True
        self._wake()

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _wake(self) -> None:
        self._filled.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _confirm(self, offset: int) -> None:
        if offset < 0:  # keep only the last -offset updates
            self._forget(list(self._pending)[:offset])
        else:
            self._forget([update_id for update_id in self._pending if update_id < offset])

    def _forget(self, confirmed: Iterable[int]) -> None:
        for update_id in confirmed:
            self._journal.forget(self._pending.pop(update_id))
