"""Placeholder messages, later edited to show content: each is sent once, and none is left over.

Telegram has no idempotency key, and a bot cannot read a chat. If the process dies between sending
a message and storing its id, or if the response is lost, the chat has a message whose id is
unknown. Therefore the intent is stored first, with the newest known id of the chat. The ids of a
chat increase, so the lost message has an id between that one and the id of its replacement, and is
deleted from there. Only placeholders are sent; all content comes with edits, which can be
repeated.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from personal_bot.storage.database import Database
from personal_bot.storage.models import Placeholder
from personal_bot.telegram.delivery import Content, Messenger

logger = logging.getLogger(__name__)

SEARCHED_IDS = 50  # the newest ones; more than a chat gets in a few seconds


class Placeholders:
    """Sends placeholders, one at a time, so that no other one is mistaken for a lost one."""

    def __init__(self, messenger: Messenger, database: Database) -> None:
        self._messenger = messenger
        self._database = database
        self._placing = asyncio.Lock()

    async def place(
        self,
        chat_id: int,
        content: Content,
        newest_id: int,
        record: Callable[[int], Any],
        reply_to: int | None = None,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> int:
        """Send a message, store its id with `record`, and return the id.

        `newest_id` is the id of the newest message to which this one belongs; `record` is a query
        for `Database.run`. Raises what `Messenger.send` raises.
        """
        async with self._placing:
            after, is_doubtful = await self._database.run(_intend, chat_id, newest_id)
            losses = self._messenger.losses
            message_id = await self._messenger.send(chat_id, content, keyboard, reply_to)
            if is_doubtful or self._messenger.losses != losses:
                await self._remove_lost(chat_id, after, message_id)
            await self._database.run(_settle, chat_id, message_id, record)
            # Forget older ids, which are not searched any more.
            self._messenger.sent -= {known for known in self._messenger.sent if known < message_id}
        return message_id

    async def _remove_lost(self, chat_id: int, after: int, before: int) -> None:
        for message_id in range(max(after + 1, before - SEARCHED_IDS), before):
            if message_id not in self._messenger.sent and await self._messenger.delete_own(
                chat_id, message_id
            ):
                logger.info("Removed message %d, whose confirmation was lost", message_id)


def _intend(chat_id: int, newest_id: int) -> tuple[int, bool]:
    """Return the id after which a lost message would be, and whether there may be one."""
    row, _ = Placeholder.get_or_create(chat_id=chat_id)  # type: ignore[no-untyped-call]
    if row.after is not None:
        return row.after, True
    row.after = max(row.newest, newest_id)
    row.save()
    return row.after, False


def _settle(chat_id: int, message_id: int, record: Callable[[int], Any]) -> None:
    record(message_id)
    Placeholder.update(newest=message_id, after=None).where(
        Placeholder.chat_id == chat_id
    ).execute()
