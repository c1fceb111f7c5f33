"""What people sent, kept until it was handled: nothing of it is lost with the process.

aiogram has Telegram forget an update while its handler still runs. So every update is recorded
before it is handed out, encrypted, and what a killed master left is handled by its successor, in
the same message to the person. What was handled is remembered for a while: Telegram delivers an
update again when the request that acknowledges it is lost.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramServerError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from peewee import PeeweeException
from pydantic_core import PydanticSerializationError

from master.accounts.database import Database
from master.accounts.models import ReceivedUpdate
from master.accounts.vault import Vault
from master.errors import VaultError

logger = logging.getLogger(__name__)

REMEMBERED = 1_000  # handled updates
MAX_ATTEMPTS = 3  # an update that the master has died of so often is left out


Left = tuple[Update, int | None]
"""An update of before, with the message that answers it."""


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

    async def note_screen(self, update_id: int, message_id: int) -> None:
        """Remember the message that answers, so that a successor goes on in it."""
        await self._database.run(_change, update_id, {"reply_id": message_id})

    async def close(self, update_id: int) -> None:
        """Note that an update was handled."""
        await self._database.run(_change, update_id, {"text": None})

    async def take_left(self, bot: Bot) -> list[Left]:
        """Return what a former master did not finish. Raises peewee.PeeweeException."""
        left: list[Left] = []
        for row in await self._database.run(_take_left):
            try:
                update = Update.model_validate_json(
                    self._vault.decrypt(str(row.text)), context={"bot": bot}
                )
            except (VaultError, ValueError) as error:
                # Not what was in it: an update is somebody's message.
                logger.error("Update %d is left out: %s", row.update_id, type(error).__name__)  # noqa: TRY400
                await self.close(row.update_id)
            else:
                left.append((update, row.reply_id))
        return left


class Recording(BaseRequestMiddleware):
    """Record what getUpdates brings before aiogram gets it: the next one acknowledges it."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        # Whatever its type says: a middleware is given what the response holds.
        updates: Any = await make_request(bot, method)
        if not isinstance(method, GetUpdates) or not updates:
            return cast("Response[TelegramType]", updates)
        try:
            new: Any = await self._inbox.record(updates)
        except PeeweeException as error:
            # Polling asks for the same again, with growing pauses.
            raise TelegramServerError(method, f"cannot record updates: {error}") from error
        if len(new) < len(updates):
            # Counts if nothing new follows, see `polling`.
            method.offset = max(update.update_id for update in updates) + 1
        return cast("Response[TelegramType]", new)


class KeepingDispatcher(Dispatcher):
    """Notes which updates were handled, whether well or with an apology."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        super().__init__(**options)
        self._inbox = inbox

    async def feed_update(self, bot: Bot, update: Update, **kwargs: Any) -> Any:
        update_id = update.update_id
        note_screen = partial(self._inbox.note_screen, update_id)
        try:
            result = await super().feed_update(bot, update, note_screen=note_screen, **kwargs)
        except Exception:
            await self._inbox.close(update_id)
            raise
        await self._inbox.close(update_id)
        return result

    async def take_left(self, bot: Bot) -> list[Left]:
        """Return what a former master did not finish, to be fed while new updates come."""
        return await self._inbox.take_left(bot)

    async def feed_left(self, bot: Bot, left: Sequence[Left]) -> None:
        """Handle updates of before, each person's in their order."""
        if left:
            logger.info("Going on with %d updates of before", len(left))
        results = await asyncio.gather(
            *(
                self.feed_update(bot, update, reply_id=reply_id, is_left=True)
                for update, reply_id in left
            ),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, Exception):
                logger.error("An update of before failed", exc_info=result)


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


def _take_left() -> list[ReceivedUpdate]:
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
