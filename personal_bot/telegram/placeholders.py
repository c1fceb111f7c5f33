"""Messages that later ones are edited into: placed once, and none is left behind.

Telegram knows no idempotency key, and a bot cannot read a chat. When a process dies between
sending a message and noting its id, or the answer to the request is lost, there is a message that
nobody knows. So the intent is recorded first, with the newest id of the chat; the ids of a chat
grow, so what was lost lies between that one and the message that takes its place, and is removed
from there. Only placeholders are ever sent: whatever says something is an edit, and edits can be
repeated.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from personal_bot.storage.database import Database
from personal_bot.storage.models import Placeholder
from personal_bot.telegram.delivery import Content, Messenger

logger = logging.getLogger(__name__)

SEARCHED_IDS = 50  # the newest ones; more than a person and a bot say in a few seconds


class Placeholders:
    """Places one message at a time, so that a lost one is not taken for another's."""

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
    ) -> int:
        """Send a message, have its id recorded, and return it.

        `newest_id` is of the newest message that this one is about; `record` is a query for
        `Database.run`. Raises what `Messenger.send` raises.
        """
        async with self._placing:
            after, is_doubtful = await self._database.run(_intend, chat_id, newest_id)
            losses = self._messenger.losses
            message_id = await self._messenger.send(chat_id, content, None, reply_to)
            if is_doubtful or self._messenger.losses != losses:
                await self._remove_lost(chat_id, after, message_id)
            await self._database.run(_settle, chat_id, message_id, record)
            # Older ones are not searched any more.
            self._messenger.sent -= {known for known in self._messenger.sent if known < message_id}
        return message_id

    async def _remove_lost(self, chat_id: int, after: int, before: int) -> None:
        for message_id in range(max(after + 1, before - SEARCHED_IDS), before):
            if message_id not in self._messenger.sent and await self._messenger.delete_own(
                chat_id, message_id
            ):
                logger.info("Removed message %d, which a lost answer had left", message_id)


def _intend(chat_id: int, newest_id: int) -> tuple[int, bool]:
    """Return the id after which a lost message may be, and whether one may be there already."""
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
