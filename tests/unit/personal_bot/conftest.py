"""A bot without network, with fakes for Telegram, the library and the answerer."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    ForwardMessage,
    GetFile,
    GetUpdates,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import Chat, File, InlineKeyboardMarkup, Message, Update
from aiogram.types import Document as TelegramDocument

from personal_bot.answers.conversations import Remembered
from personal_bot.answers.drafts import Draft
from personal_bot.answers.references import Reference
from personal_bot.answers.scopes import Scope
from personal_bot.contract import BotFiles, Condition
from personal_bot.documents import records
from personal_bot.documents.quotas import MEGABYTE, Quotas, Usage
from personal_bot.documents.records import DocumentCard
from personal_bot.documents.reports import Report
from personal_bot.errors import QuotaError, Resource
from personal_bot.handlers.middlewares import LanguageMiddleware, OwnerMiddleware, SecretMiddleware
from personal_bot.handlers.root import create_router
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobQueue
from personal_bot.process.reports import Reporter
from personal_bot.settings import Settings
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document
from personal_bot.storage.outage import DatabaseOutage
from personal_bot.storage.preferences import Preferences
from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.languages import Languages, load_catalogues
from personal_bot.telegram.placeholders import Placeholders

OWNER = 5
STRANGER = 9
TOKEN = "123456:" + "a" * 35


@dataclass
class Shown:
    """A message as the owner sees it."""

    text: str
    keyboard: InlineKeyboardMarkup | None
    reply_to: int | None
    edits: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        rows = self.keyboard.inline_keyboard if self.keyboard else []
        return [button.callback_data or "" for row in rows for button in row]

    def find_button(self, prefix: str) -> str:
        """Return the data of the first button of a kind."""
        return next(data for data in self.buttons if data.startswith(f"{prefix}:"))


class FakeTelegram(BaseSession):
    """Keeps messages as Telegram would; `refuse` makes the next calls of a method fail."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[int, Shown] = {}
        self.calls: list[TelegramMethod[Any]] = []
        self.batches: asyncio.Queue[Any] = asyncio.Queue()
        self.content = b"content"
        self.size: int | None = None  # file size to report, in bytes; None for the real one
        self.uploads: dict[int, str] = {}  # file ids of people's messages, by message id
        self._ids = count(100)
        self._refusals: dict[type[TelegramMethod[Any]], list[Any]] = {}
        self._losses: dict[type[TelegramMethod[Any]], list[Any]] = {}

    def refuse(self, method: type[TelegramMethod[Any]], *errors: Any) -> None:
        """Make the next calls of a method raise `errors` in turn; None lets a call through."""
        self._refusals.setdefault(method, []).extend(errors)

    def lose(self, method: type[TelegramMethod[Any]], *errors: Any) -> None:
        """Make the next calls of a method raise `errors` after they were performed."""
        self._losses.setdefault(method, []).extend(errors)

    def list_calls(self, kind: type[TelegramMethod[Any]]) -> list[Any]:
        return [call for call in self.calls if isinstance(call, kind)]

    @property
    def last(self) -> Shown:
        return self.messages[max(self.messages)]

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:
        self.calls.append(method)
        refusals = self._refusals.get(type(method))
        if refusals and (error := refusals.pop(0)) is not None:
            raise error
        answer = await self._perform(bot, method)
        if self._losses.get(type(method)):
            raise self._losses[type(method)].pop(0)
        return answer

    async def _perform(self, bot: Bot, method: Any) -> Any:
        match method:
            case GetUpdates():
                batch = await self.batches.get()
                if isinstance(batch, Exception):
                    raise batch
                return batch
            case SendMessage():
                return self._send(bot, method)
            case EditMessageText() | EditMessageReplyMarkup():
                return self._edit(method)
            case ForwardMessage():
                return self._forward(bot, method)
            case DeleteMessage():
                return self.messages.pop(method.message_id, None) is not None
            case GetFile():
                return File(
                    file_id=method.file_id,
                    file_unique_id="u",
                    file_size=self.size or len(self.content),
                    file_path="file",
                )
            case _:
                return True

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncIterator[bytes]:
        yield self.content

    async def close(self) -> None:
        """Do nothing, because nothing is open."""

    def _send(self, bot: Bot, method: SendMessage) -> Message:
        message_id = next(self._ids)
        reply = method.reply_parameters
        self.messages[message_id] = Shown(
            method.text, method.reply_markup, reply.message_id if reply else None
        )
        chat = Chat(id=int(method.chat_id), type="private")
        return Message(message_id=message_id, date=datetime.now(UTC), chat=chat).as_(bot)

    def _forward(self, bot: Bot, method: ForwardMessage) -> Message:
        file_id = self.uploads.get(method.message_id)
        if file_id is None:
            raise TelegramBadRequest(method, "Bad Request: message to forward not found")
        message_id = next(self._ids)
        self.messages[message_id] = Shown("", None, None)
        chat = Chat(id=int(method.chat_id), type="private")
        file = TelegramDocument(file_id=file_id, file_unique_id="u")
        return Message(message_id=message_id, date=datetime.now(UTC), chat=chat, document=file).as_(
            bot
        )

    def _edit(self, method: EditMessageText | EditMessageReplyMarkup) -> bool:
        shown = self.messages.get(method.message_id or 0)
        if shown is None:
            raise TelegramBadRequest(method, "Bad Request: message to edit not found")
        text = method.text if isinstance(method, EditMessageText) else shown.text
        if (shown.text, shown.keyboard) == (text, method.reply_markup):
            raise TelegramBadRequest(method, "Bad Request: message is not modified")
        if isinstance(method, EditMessageText):
            shown.edits.append(method.text)
        shown.text, shown.keyboard = text, method.reply_markup
        return True


def make_card(document_id: int, name: str, **facts: Any) -> DocumentCard:
    """Return the card of a PDF of three pages, of which nothing was lost."""
    fields = {
        "size": 100,
        "pages": 3,
        "passages": 7,
        "chat_id": OWNER,
        "message_id": document_id,
        "indexed_at": 0.0,
        "report": Report("application/pdf", 3),
        "file_id": f"id-{name}",
        "former": None,
    }
    return DocumentCard(document_id, name, **{**fields, **facts})


@dataclass
class FakeAddition:
    documents: list[DocumentCard]
    refused: list[Exception] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


@dataclass
class FakeSource:
    number: int = 1
    document_id: int = 1
    document_name: str = "pump.pdf"
    page: int | None = 3
    quote: str = "24 months"
    chat_id: int = OWNER
    message_id: int = 40
    version: str = ""
    passage: int | None = None


@dataclass
class FakePassage:
    content: str
    meta: dict[str, Any]


@dataclass
class FakeAnswer:
    text: str
    sources: list[FakeSource] = field(default_factory=list)
    found: bool = True
    complete: bool = True
    versions: frozenset[str] = frozenset()
    calculations: tuple[()] = ()
    unsupported: int = 0


@dataclass
class FakeUpload:
    name: str
    path: Path
    size: int
    chat_id: int
    message_id: int
    file_id: str
    mime_type: str
    encoding: str


class FakeServices:
    """A library and an answerer whose outcomes the test sets, in order."""

    Answer, Source, Addition = FakeAnswer, FakeSource, FakeAddition
    Card = staticmethod(make_card)

    quotas = Quotas(500, 20_000, 500 * MEGABYTE)

    def __init__(self) -> None:
        self.cards: dict[int, DocumentCard] = {}
        self.answers: list[Any] = []
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []
        self.references: list[Reference | None] = []  # of each question in `asked`
        self.scopes: list[Scope | None] = []  # of each question in `asked`
        self.wide: list[bool] = []  # of each question in `asked`
        self.passages: list[str] = []  # of the only document in the index
        self.additions: list[Any] = []
        self.uploaded: list[tuple[str, bytes]] = []
        self.failure: Exception | None = None
        self.room = sys.maxsize
        self.gate = asyncio.Event()
        self.gate.set()

    def put(self, *names: str) -> None:
        for name in names:
            self.cards[len(self.cards) + 1] = make_card(len(self.cards) + 1, name)

    @asynccontextmanager
    async def use_library(self) -> AsyncIterator["FakeServices"]:
        yield self

    @asynccontextmanager
    async def use_answerer(self) -> AsyncIterator["FakeAnswerer"]:
        yield FakeAnswerer(self)

    @asynccontextmanager
    async def use_index(self) -> AsyncIterator["FakeServices"]:
        if self.failure:
            raise self.failure
        yield self

    @property
    def store(self) -> "FakeServices":
        return self

    async def read(self, version: str, first: int, last: int) -> list[FakePassage]:
        positions = range(max(0, first), min(last + 1, len(self.passages)))
        return [
            FakePassage(self.passages[index], {"index": index, "version": version})
            for index in positions
        ]

    def describe_upload(self, **fields: Any) -> FakeUpload:
        return FakeUpload(**fields)

    async def find_card(self, document_id: int) -> DocumentCard | None:
        return self.cards.get(document_id)

    async def count(self) -> Any:
        if self.failure:
            raise self.failure
        passages = sum(card.passages for card in self.cards.values())
        return _Counted(len(self.cards), passages, 1024 * len(self.cards))

    async def check_quotas(self, name: str, size: int) -> None:
        if size > self.room:
            raise QuotaError(name, Resource.SIZE, 0, size, self.room)

    async def list(self, offset: int, limit: int) -> list[DocumentCard]:
        return list(self.cards.values())[offset : offset + limit]

    async def add(self, upload: FakeUpload, on_stage: Callable[[str, str], Any]) -> FakeAddition:
        self.uploaded.append((upload.name, upload.path.read_bytes()))
        await on_stage(upload.name, "stored")
        await self.gate.wait()
        outcome = self.additions.pop(0) if self.additions else None
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome is None:
            self.put(upload.name)
            outcome = FakeAddition([self.cards[len(self.cards)]])
        await on_stage(upload.name, "indexed")
        return outcome

    async def delete(self, document_id: int) -> DocumentCard:
        if self.failure:
            raise self.failure
        return self.cards.pop(document_id)

    async def clear(self) -> None:
        if self.failure:
            raise self.failure
        self.cards.clear()


class _Counted(Usage):
    """The counts from the database, and the index size that the library's `count` adds."""

    index_bytes = 2048


class FakeAnswerer:
    def __init__(self, services: FakeServices) -> None:
        self._services = services

    async def answer(
        self,
        question: str,
        history: list[Remembered],
        on_text: Callable[[str], Any],
        reference: Reference | None,
        *,
        scope: Scope | None,
        wide: bool,
        draft: Draft,
        on_step: Any,
    ) -> FakeAnswer:
        earlier = [(exchange.question, exchange.answer) for exchange in history]
        self._services.asked.append((question, earlier))
        self._services.references.append(reference)
        self._services.scopes.append(scope)
        self._services.wide.append(wide)
        answer = self._services.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        for end in range(10, len(answer.text), 10):
            begun = replace(answer, text=answer.text[:end], complete=False)
            draft.conclude = lambda begun=begun: begun  # type: ignore[misc]
            await on_text(begun.text)
            await asyncio.sleep(0)
        await self._services.gate.wait()
        return answer


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def bot(telegram: FakeTelegram) -> Bot:
    return Bot(TOKEN, session=telegram, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
def files(tmp_path: Path) -> BotFiles:
    files = BotFiles(tmp_path / "home")
    files.uploads.mkdir(parents=True)
    return files


@pytest.fixture
async def database(files: BotFiles) -> AsyncIterator[Database]:
    database = Database(files.database)
    await database.open(files.index)
    yield database
    await database.close()


@pytest.fixture
def add_document(database: Database) -> Callable[..., Awaitable[None]]:
    """Return a function that stores a document, replacing the one of the same name."""

    async def add(name: str, version: str, message_id: int = 40) -> None:
        document = Document(
            name=name,
            sha256=version,
            size=1,
            pages=0,
            passages=1,
            chat_id=OWNER,
            message_id=message_id,
        )
        await database.run(records.record_document, document)

    return add


@pytest.fixture
def remove_document(database: Database) -> Callable[[str], Awaitable[None]]:
    async def remove(name: str) -> None:
        await database.run(Document.delete().where(Document.name == name).execute)

    return remove


@pytest.fixture
async def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
async def context(bot: Bot, files: BotFiles, database: Database, services: FakeServices) -> Context:
    preferences = Preferences(database)
    await preferences.load()
    messenger = Messenger(bot, first_pause=0, longest_pause=0)
    reporter = Reporter(files)

    async def warn(_condition: Condition) -> None:
        """Ignore the warning."""

    return Context(
        user_id=OWNER,
        settings=Settings(),
        uploads=files.uploads,
        database=database,
        preferences=preferences,
        languages=Languages(load_catalogues(), preferences, files.language),
        messenger=messenger,
        placeholders=Placeholders(messenger, database),
        queue=JobQueue(database),
        services=services,  # type: ignore[arg-type]
        reporter=reporter,
        outage=DatabaseOutage(files.home, reporter, warn, pauses=(0,)),
        edit_interval=0,
    )


@pytest.fixture
def dispatcher(context: Context) -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True, context=context)
    for middleware in (OwnerMiddleware(), LanguageMiddleware(), SecretMiddleware()):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_router(create_router())
    return dispatcher


@pytest.fixture
def speaking(context: Context) -> Iterator[None]:
    with context.languages.speaking("en"):
        yield


class Person:
    """Sends updates as Telegram would for a person."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, telegram: FakeTelegram) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._telegram = telegram
        self._ids = count(1)

    async def feed(self, fields: dict[str, Any]) -> None:
        update = {"update_id": next(self._ids), **fields}
        await self._dispatcher.feed_update(
            self._bot, Update.model_validate(update, context={"bot": self._bot})
        )

    async def send(
        self,
        text: str | None = None,
        *,
        user_id: int = OWNER,
        language: str = "en",
        chat: str = "private",
        **fields: Any,
    ) -> None:
        message = {
            "message_id": next(self._ids),
            "date": 0,
            "chat": {"id": user_id if chat == "private" else -7, "type": chat},
            "from": person(user_id, language),
            **({"text": text} if text else {}),
            **fields,
        }
        await self.feed({"message": message})

    async def edit(self, message_id: int, text: str, **fields: Any) -> None:
        message = {
            "message_id": message_id,
            "date": 0,
            "edit_date": 1,
            "chat": {"id": OWNER, "type": "private"},
            "from": person(OWNER, "en"),
            "text": text,
            **fields,
        }
        await self.feed({"edited_message": message})

    async def send_file(self, name: str, **fields: Any) -> None:
        document = {"file_id": f"id-{name}", "file_unique_id": "u", "file_name": name}
        document |= fields.pop("document", {})
        await self.send(document={"file_size": 100, **document}, **fields)

    async def tap(self, data: str, message_id: int | None = None, **fields: Any) -> None:
        shown_id = message_id or max(self._telegram.messages)
        shown = self._telegram.messages.get(shown_id)
        message = {
            "message_id": shown_id,
            "date": 1,
            "chat": {"id": OWNER, "type": "private"},
            **({"reply_markup": shown.keyboard} if shown and shown.keyboard else {}),
            **fields,
        }
        callback = {"id": "1", "chat_instance": "1", "data": data, "message": message}
        await self.feed({"callback_query": {**callback, "from": person(OWNER, "en")}})

    @property
    def alert(self) -> str | None:
        """The text that answered the last tap on a button."""
        return self._telegram.list_calls(AnswerCallbackQuery)[-1].text


def person(user_id: int, language: str) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "A", "language_code": language}


@pytest.fixture
def owner(dispatcher: Dispatcher, bot: Bot, telegram: FakeTelegram) -> Person:
    return Person(dispatcher, bot, telegram)
