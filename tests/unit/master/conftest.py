"""People who talk to the master's real dispatcher, with a database on disk."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.types import Update
from cryptography.fernet import Fernet, MultiFernet

from master.accounts.database import Database
from master.accounts.users import Users
from master.accounts.vault import Vault
from master.application import open_i18n
from master.handlers.middlewares import install_middlewares
from master.handlers.root import create_router
from master.services.bot_tokens import BotIdentity
from master.settings import sqlite_url
from master.telegram.fsm_storage import DatabaseStorage, UserEventIsolation
from master.telegram.inbox import Inbox, RecordingDispatcher
from master.telegram.operators import Operators
from tests.unit.master.fakes import MASTER_ID, Manager, Services, Shown, Telegram

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
IDENTITY = BotIdentity(123456789, "mira_docs_bot", "Mira & Co")


@dataclass
class MasterHarness:
    """The master's handlers, with fakes for Telegram, the services and the bot manager."""

    telegram: Telegram
    manager: Manager
    services: Services
    database: Database
    vault: Vault
    bot: Bot
    dispatcher: RecordingDispatcher
    inbox: Inbox

    async def feed(self, update: dict[str, Any]) -> None:
        await self.dispatcher.feed_raw_update(self.bot, update)

    def start(self, update: dict[str, Any]) -> asyncio.Task[None]:
        """Handle an update in a separate task, as polling does."""
        return self.dispatcher.start(
            self.bot, Update.model_validate(update, context={"bot": self.bot})
        )


@dataclass
class Person:
    harness: MasterHarness
    user_id: int
    language: str | None = "en"
    ids = itertools.count(1)

    async def says(self, text: str, **fields: Any) -> int:
        """Send a message; return its id."""
        message_id = next(self.ids)
        await self.harness.feed(self.update(message_id, text, **fields))
        return message_id

    def update(self, message_id: int, text: str, **fields: Any) -> dict[str, Any]:
        return {"update_id": message_id, "message": self.message(message_id, text, **fields)}

    def message(self, message_id: int, text: str, **fields: Any) -> dict[str, Any]:
        return {
            "message_id": message_id,
            "date": 0,
            "chat": {"id": self.user_id, "type": "private"},
            "from": self.user,
            "text": text,
            **fields,
        }

    @property
    def user(self) -> dict[str, Any]:
        return {
            "id": self.user_id,
            "is_bot": False,
            "first_name": "Mira",
            "language_code": self.language,
        }

    async def taps(self, label: str) -> None:
        """Tap the button of the last message whose text contains `label`."""
        [data] = [data for text, data in self.last.buttons.items() if label in text]
        await self.taps_data(data)

    async def taps_data(self, data: str, message_id: int | None = None) -> None:
        callback = {
            "id": "77",
            "from": self.user,
            "chat_instance": "1",
            "data": data,
            "message": self.message(message_id or self.last_id, "as it was"),
        }
        await self.harness.feed({"update_id": next(self.ids), "callback_query": callback})

    @property
    def last_id(self) -> int:
        return max(
            i for i, shown in self.harness.telegram.shown.items() if shown.chat_id == self.user_id
        )

    @property
    def last(self) -> Shown:
        return self.harness.telegram.shown[self.last_id]

    @property
    def replies(self) -> list[Shown]:
        return [s for s in self.harness.telegram.shown.values() if s.chat_id == self.user_id]

    async def onboards(self) -> None:
        await self.says("/start")
        await self.says(TOKEN)
        await self.says(KEY)


@pytest.fixture
async def make_harness(tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[MasterHarness]]]:
    """Return a function that builds a master; a second call restarts it on the same database."""
    vault = Vault(MultiFernet([Fernet(Fernet.generate_key())]))
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    manager = Manager()
    services = Services(manager)
    services.tokens[TOKEN] = IDENTITY

    async def make() -> MasterHarness:
        telegram, i18n = Telegram(), open_i18n()
        users = Users(database)
        inbox = Inbox(database, vault)
        bot = Bot(
            f"{MASTER_ID}:{'m' * 35}",
            session=telegram,
            default=DefaultBotProperties(parse_mode="HTML"),
        )
        dispatcher = RecordingDispatcher(
            inbox,
            storage=DatabaseStorage(database, vault),
            events_isolation=UserEventIsolation(),
            disable_fsm=True,
            i18n=i18n,
            users=users,
            manager=manager,
            admission=services,
            operators=Operators(bot, i18n, users, frozenset({99})),
            admin_user_ids=frozenset({99}),
        )
        install_middlewares(dispatcher, i18n, users)
        dispatcher.include_router(create_router())
        return MasterHarness(telegram, manager, services, database, vault, bot, dispatcher, inbox)

    yield make
    await database.close()


@pytest.fixture
async def harness(make_harness: Callable[[], Awaitable[MasterHarness]]) -> MasterHarness:
    return await make_harness()


@pytest.fixture
def mira(harness: MasterHarness) -> Person:
    return Person(harness, 11)


@pytest.fixture
def oleg(harness: MasterHarness) -> Person:
    return Person(harness, 12, "ru")
