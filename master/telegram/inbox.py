"""What people sent, kept until it was handled: nothing of it is lost with the process.

Telegram forgets an update while its handler still runs. So every update is recorded before it is
handled, encrypted, and what a killed master left is handled by its successor, in the same message
to the person. What was handled is remembered for a while: Telegram delivers an
update again when the request that acknowledges it is lost.
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

REMEMBERED = 1_000  # handled updates
MAX_ATTEMPTS = 3  # an update that the master has died of so often is left out


Pending = tuple[Update, int | None]
"""An update that was not handled to its end, and the message that answers it."""


class Inbox:
    """The recorded updates."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def record(self, updates: Sequence[Update]) -> list[Update]:
        """Record updates; return those that are new. Raises peewee.PeeweeException.

        One that cannot be written down is left out: it would be fetched again for ever.
        """
        texts = {}
        for update in updates:
            try:
                text = update.model_dump_json(exclude_unset=True)
            except PydanticSerializationError:  # half of a surrogate pair, in a field unknown to us
                logger.warning("Skipped update %d: cannot write it down", update.update_id)
            else:
                texts[update.update_id] = self._vault.encrypt(text)
        new = await self._database.run(_insert, texts)
        return [update for update in updates if update.update_id in new]

    async def note_reply(self, update_id: int, message_id: int) -> None:
        """Remember the message that answers, so that a successor goes on in it."""
        await self._database.run(_change, update_id, {"reply_id": message_id})

    async def close(self, update_id: int) -> None:
        """Note that an update was handled."""
        await self._database.run(_change, update_id, {"text": None})

    async def list_pending(self, bot: Bot) -> list[Pending]:
        """Return what a former master did not finish. Raises peewee.PeeweeException."""
        pending: list[Pending] = []
        for row in await self._database.run(_list_pending):
            try:
                update = Update.model_validate_json(
                    self._vault.decrypt(str(row.text)), context={"bot": bot}
                )
            except (VaultError, ValueError) as error:
                # Not what was in it: an update is somebody's message.
                logger.error("Update %d is left out: %s", row.update_id, type(error).__name__)  # noqa: TRY400
                await self.close(row.update_id)
            else:
                pending.append((update, row.reply_id))
        return pending


class RecordingDispatcher(Dispatcher):
    """Notes which updates were handled, whether well or with an apology."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        super().__init__(**options)
        self._inbox = inbox
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, bot: Bot, update: Update, **data: Any) -> asyncio.Task[None]:
        """Handle an update in a task of its own."""
        task = asyncio.create_task(self._handle(bot, update, data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def start_pending(self, bot: Bot) -> None:
        """Start what a former master did not finish. Raises peewee.PeeweeException."""
        pending = await self._inbox.list_pending(bot)
        if pending:
            logger.info("Going on with %d updates of before", len(pending))
        for update, reply_id in pending:
            self.start(bot, update, reply_id=reply_id, is_pending=True)

    async def drain(self, seconds: float) -> int:
        """Wait until what was started is done; cancel what takes longer; return how much it was."""
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
            logger.exception("Update %d could not be handled", update.update_id)


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
            logger.error("Update %d is given up: the master died of it", row.update_id)
            row.text = None
        row.attempts += 1
        row.save()
    return [row for row in rows if row.text is not None]
