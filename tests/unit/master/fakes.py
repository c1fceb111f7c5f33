"""Fakes of Telegram's chats, the token and key checks, and the bot manager."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    GetUpdates,
    SendMessage,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import Message, Update

from master.accounts.admission import Admission
from master.accounts.registry import BotCard
from master.bots.deletion import Deletion
from master.bots.diagnostics import Diagnosis
from master.bots.stages import Stage
from master.bots.statuses import BotStatus
from master.errors import (
    BotExistsError,
    BotNotFoundError,
    ModelRefusedError,
    ModelUse,
    TokenIsMasterError,
    TokenTakenError,
)
from master.services.bot_tokens import BotIdentity
from master.services.keys import is_openai_key
from master.supervision.supervisor import ProcessState
from personal_bot.contract import Condition, LibrarySize, ServiceCondition, is_openai

MASTER_ID = 100


@dataclass
class Shown:
    """A message of the master as currently shown, and its earlier texts."""

    chat_id: int
    text: str
    keyboard: Any = None
    history: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> dict[str, str]:
        rows = self.keyboard.inline_keyboard if self.keyboard else []
        return {button.text: button.callback_data or button.url for row in rows for button in row}


class Telegram(BaseSession):
    """Keeps chats as Telegram would. `fail` holds errors for the next calls of a method."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[int, Shown] = {}
        self.deleted: list[int] = []
        self.answers: list[AnswerCallbackQuery] = []
        self.menus: list[SetMyCommands] = []
        self.fail: dict[type[TelegramMethod[Any]], list[type[Exception]]] = {}
        self.batches: asyncio.Queue[list[Update]] = asyncio.Queue()
        self.offsets: list[int | None] = []
        self._ids = itertools.count(1_000)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        if errors := self.fail.get(type(method)):
            raise errors.pop(0)(method=method, message="refused")
        match method:
            case GetUpdates():
                self.offsets.append(method.offset)
                return await self.batches.get()
            case SendMessage():
                message_id = next(self._ids)
                self.shown[message_id] = Shown(method.chat_id, method.text, method.reply_markup)
                return _message(message_id, method.chat_id, method.text)
            case EditMessageText() | EditMessageReplyMarkup():
                return self._edit(method)
            case DeleteMessage():
                self.deleted.append(method.message_id)
            case AnswerCallbackQuery():
                self.answers.append(method)
            case SetMyCommands():
                self.menus.append(method)
            case _:
                raise AssertionError(f"unexpected {method!r}")
        return True

    def _edit(self, method: EditMessageText | EditMessageReplyMarkup) -> Message:
        shown = self.shown.get(method.message_id)
        if shown is None or shown.chat_id != method.chat_id:
            raise TelegramBadRequest(method, "Bad Request: message to edit not found")
        text = method.text if isinstance(method, EditMessageText) else shown.text
        if (shown.text, shown.keyboard) == (text, method.reply_markup):
            raise TelegramBadRequest(method, "Bad Request: message is not modified")
        if isinstance(method, EditMessageText):
            shown.history.append(shown.text)
        shown.text, shown.keyboard = text, method.reply_markup
        return _message(method.message_id, method.chat_id, text)

    async def close(self) -> None:
        pass

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise AssertionError("the master downloads nothing")
        yield b""


def _message(message_id: int, chat_id: int | str, text: str) -> Message:
    return Message.model_validate(
        {
            "message_id": message_id,
            "date": 0,
            "chat": {"id": chat_id, "type": "private"},
            "text": text,
        }
    )


class Services(Admission):
    """Checks tokens and keys without network; `tokens` and `keys` hold the result of each."""

    def __init__(self, manager: "Manager") -> None:
        self._manager = manager
        self.base_url = "https://api.openai.com/v1"
        self.tokens: dict[str, BotIdentity | Exception] = {}
        self.keys: dict[str, Exception | None] = {}
        self.checked_keys: list[str] = []

    async def identify(self, user_id: int, token: str) -> BotIdentity:
        found = self.tokens[token]
        if isinstance(found, Exception):
            raise found
        await self._manager.check_token_is_free(user_id, found.bot_id)
        return found

    def takes(self, key: str) -> bool:
        return is_openai_key(key) or not is_openai(self.base_url)

    async def check_key(self, key: str) -> None:
        self.checked_keys.append(key)
        if error := self.keys.get(key):
            raise error


class Manager:
    """Manages bots without processes. If `start_error` is set, starting a bot raises it."""

    def __init__(self) -> None:
        self.cards: dict[int, BotCard] = {}
        self.secrets: dict[int, tuple[str, str]] = {}
        self.creations = 0
        self.start_error: Exception | None = None
        self.problem: Any = None
        self.library: LibrarySize | None = LibrarySize(21, 300, 1_777_816_800.0)
        self.state: ProcessState | None = None
        self.unfinished: dict[int, Any] = {}
        self.condition: Condition | None = None
        self.languages_shared: list[int] = []

    async def create(self, user_id, identity, token, key, on_stage):
        self.creations += 1
        await self.check_token_is_free(user_id, identity.bot_id)
        if user_id in self.cards:
            raise BotExistsError(user_id)
        card = BotCard(user_id, identity.bot_id, identity.username, identity.name, active=True)
        self.cards[user_id] = card
        self.secrets[user_id] = (token, key)
        for stage in (Stage.SAVED, Stage.CONFIGURED, Stage.STARTED):
            await on_stage(stage)
        self._start()
        await on_stage(Stage.READY)
        return card

    async def find(self, user_id):
        return self.cards.get(user_id)

    async def get(self, user_id):
        if user_id not in self.cards:
            raise BotNotFoundError(user_id)
        return self.cards[user_id]

    async def list_cards(self):
        return list(self.cards.values())

    async def check_token_is_free(self, user_id, bot_id):
        if bot_id == MASTER_ID:
            raise TokenIsMasterError
        for card in self.cards.values():
            if card.bot_id == bot_id and card.user_id != user_id:
                raise TokenTakenError(card.username)

    async def start(self, user_id):
        self._start()
        return await self._set(user_id, active=True)

    async def be_stopped_by_operator(self, user_id):
        return await self._set(user_id, active=False, stopped_by_operator=True)

    async def stop(self, user_id):
        return await self._set(user_id, active=False)

    restart = start

    async def replace_token(self, user_id, identity, token):
        self.secrets[user_id] = (token, self.secrets[user_id][1])
        self._start()
        return await self._set(
            user_id, bot_id=identity.bot_id, username=identity.username, name=identity.name
        )

    async def replace_key(self, user_id, key):
        self.secrets[user_id] = (self.secrets[user_id][0], key)
        self._start()
        return await self.get(user_id)

    async def delete(self, user_id):
        card = await self.get(user_id)
        del self.cards[user_id], self.secrets[user_id]
        return Deletion(card.username, True, True, True, 12, 3_400_000, self.library, 1)

    async def share_language(self, user_id):
        self.languages_shared.append(user_id)

    async def finish_deletion(self, user_id):
        return self.unfinished.pop(user_id, None)

    async def status(self, user_id):
        return self._status(await self.get(user_id))

    async def list_statuses(self):
        return [self._status(card) for card in self.cards.values()]

    async def diagnose(self, user_id):
        card = await self.get(user_id)
        return make_diagnosis(user_id, self._status(card).state, self.condition)

    async def _set(self, user_id, **values):
        self.cards[user_id] = replace(await self.get(user_id), **values)
        return self.cards[user_id]

    def _start(self):
        if self.start_error:
            raise self.start_error

    def _status(self, card):
        state = self.state or (ProcessState.RUNNING if card.active else ProcessState.STOPPED)
        return BotStatus(card, state, card.active, 4242, 93_784.0, 1, self.library, self.problem)


def make_use(base_url: str = "https://api.openai.com/v1", **fields: Any) -> ModelUse:
    """Return the use of a chat model with an owner's key."""
    return ModelUse(base_url, "k", "gpt-x", "OPENAI_BASE_URL", "CHAT_MODEL", **fields)


def make_refusal(condition: ServiceCondition, use: ModelUse | None = None) -> ModelRefusedError:
    return ModelRefusedError(use or make_use(), condition, "HTTP 400")


def make_diagnosis(
    user_id: int, state: ProcessState, condition: Condition | None, stderr: str = "last words"
) -> Diagnosis:
    return Diagnosis(
        user_id=user_id,
        state=state,
        pid=4242,
        exit_code=77,
        spawn_error="",
        condition=condition,
        detail="",
        stdout="<polling>",
        stderr=stderr,
        restarts=1,
    )
