"""Storage of updates until they have been handled, so that none is lost in a crash.

Telegram forgets an update while its handler is still running. So each update is recorded,
encrypted, before it is handled. After a crash the restarted master handles the unfinished ones, and
replies in the same message as before. Handled updates are remembered for a while, because Telegram
delivers an update again if the request that acknowledges it is lost.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic_core import PydanticSerializationError

from master.accounts.database import Database
from master.accounts.models import ReceivedUpdate
from master.accounts.vault import Vault
from master.errors import VaultError

logger = logging.getLogger(__name__)

REMEMBERED = 1_000  # handled updates to remember
MAX_ATTEMPTS = 3  # restarts after which an unfinished update is given up: it may be the cause


Pending = tuple[Update, int | None]
"""An unfinished update, and the id of the message that answers it, if there is one."""


class Inbox:
    """Records updates, and which of them have been handled."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def record(self, updates: Sequence[Update]) -> list[Update]:
        """Record updates and return the new ones. Raises peewee.PeeweeException.

        An update that cannot be serialized is skipped; otherwise it would be fetched again forever.
        """
        texts = {}
        for update in updates:
            try:
                text = update.model_dump_json(exclude_unset=True)
            except PydanticSerializationError:  # a lone surrogate in a field unknown to aiogram
                logger.warning("Skipped update %d: cannot record it", update.update_id)
            else:
                texts[update.update_id] = self._vault.encrypt(text)
        new = await self._database.run(_insert, texts)
        return [update for update in updates if update.update_id in new]

    async def note_reply(self, update_id: int, message_id: int) -> None:
        """Record the id of the reply, so that a restarted master can edit it."""
        await self._database.run(_change, update_id, {"reply_id": message_id})

    async def close(self, update_id: int) -> None:
        """Mark an update as handled."""
        await self._database.run(_change, update_id, {"text": None})

    async def list_pending(self, bot: Bot) -> list[Pending]:
        """Return the updates that a previous run left unfinished. Raises peewee.PeeweeException."""
        pending: list[Pending] = []
        for row in await self._database.run(_list_pending):
            try:
                update = Update.model_validate_json(
                    self._vault.decrypt(str(row.text)), context={"bot": bot}
                )
            except (VaultError, ValueError) as error:
                # Do not log the content: an update is a person's message.
                logger.error("Dropped update %d: %s", row.update_id, type(error).__name__)  # noqa: TRY400
                await self.close(row.update_id)
            else:
                pending.append((update, row.reply_id))
        return pending


class RecordingDispatcher(Dispatcher):
    """Marks each update as handled when its handlers have finished or failed."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        super().__init__(**options)
        self._inbox = inbox
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, bot: Bot, update: Update, **data: Any) -> asyncio.Task[None]:
        """Start a task that handles an update, and return it."""
        task = asyncio.create_task(self._handle(bot, update, data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def start_pending(self, bot: Bot) -> None:
        """Handle the updates that a previous run left unfinished. Raises peewee.PeeweeException."""
        pending = await self._inbox.list_pending(bot)
        if pending:
            logger.info("Resuming %d pending updates", len(pending))
        for update, reply_id in pending:
            self.start(bot, update, reply_id=reply_id, is_pending=True)

    async def drain(self, seconds: float) -> int:
        """Wait for running tasks; cancel those that take longer than `seconds`, return how many."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def feed_update(self, bot: Bot, update: Update, **data: Any) -> Any:
        update_id = update.update_id
        note_reply = partial(self._inbox.note_reply, update_id)
        try:
            result = await super().feed_update(bot, update, note_reply=note_reply, **data)
        except Exception:
            await self._inbox.close(update_id)
            raise
        await self._inbox.close(update_id)
        return result

    async def _handle(self, bot: Bot, update: Update, data: dict[str, Any]) -> None:
        try:
            await self.feed_update(bot, update, **data)
        except Exception:
            logger.exception("Cannot handle update %d", update.update_id)


def _insert(texts: dict[int, str]) -> set[int]:
    known = {
        row.update_id
        for row in ReceivedUpdate.select().where(ReceivedUpdate.update_id.in_(list(texts)))
    }
    for update_id, text in texts.items():
        if update_id not in known:
            ReceivedUpdate.create(update_id=update_id, text=text)
    handled = ReceivedUpdate.select(ReceivedUpdate.update_id).where(ReceivedUpdate.text.is_null())
    oldest = handled.order_by(ReceivedUpdate.update_id.desc()).offset(REMEMBERED).first()
    if oldest is not None:
        ReceivedUpdate.delete().where(
            ReceivedUpdate.text.is_null(), ReceivedUpdate.update_id <= oldest.update_id
        ).execute()
    return texts.keys() - known


def _change(update_id: int, values: dict[str, Any]) -> None:
    ReceivedUpdate.update(values).where(ReceivedUpdate.update_id == update_id).execute()


def _list_pending() -> list[ReceivedUpdate]:
    rows = list(
        ReceivedUpdate.select()
        .where(ReceivedUpdate.text.is_null(False))
        .order_by(ReceivedUpdate.update_id)
    )
    for row in rows:
        if row.attempts >= MAX_ATTEMPTS:
            logger.error("Gave up update %d: the master died while handling it", row.update_id)
            row.text = None
        row.attempts += 1
        row.save()
    return [row for row in rows if row.text is not None]
