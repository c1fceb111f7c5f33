"""Middlewares that each update passes before its handlers; see `install_middlewares`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any, cast

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.types import Message, TelegramObject, Update, User
from aiogram.utils.callback_answer import CallbackAnswerMiddleware
from aiogram.utils.i18n import I18n, I18nMiddleware

from master.accounts.admission import Admission
from master.accounts.users import Users
from master.bots.manager import BotManager
from master.handlers.open_questions import OpenQuestionMiddleware
from master.handlers.steps import KEY_STEPS
from master.telegram import texts
from master.telegram.delivery import ReplyMessage
from master.telegram.operators import Operators
from master.telegram.pasted_secrets import PastedSecrets, find_secrets
from personal_bot.bot_api.messages import delete_secret
from personal_bot.contract import Decision, RateLimiter, register_recent_secret

MASKED_WORDS = 10  # of a message with a secret


@dataclass(frozen=True)
class Context:
    """What a handler needs in order to handle one message or button of a user.

    `state` is the user's conversation, `reply` shows the answer, and `pasted` contains the secrets
    found in the message.
    """

    user_id: int
    state: FSMContext
    reply: ReplyMessage
    pasted: PastedSecrets
    manager: BotManager
    admission: Admission
    operators: Operators


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


def install_middlewares(dispatcher: Dispatcher, i18n: I18n, users: Users) -> None:
    """Install the middlewares in order; `dispatcher` must be created with `disable_fsm`.

    The FSM middleware holds the user's lock, so it comes after those that delete secrets and limit
    the rate: these work even while a long operation of the same user is running.
    """
    for middleware in (
        PrivateChatMiddleware(),
        UserMiddleware(i18n, users),
        SecretMiddleware(dispatcher.fsm),
        RateLimitMiddleware(),
        dispatcher.fsm,
        SecretMiddleware(dispatcher.fsm),
        OpenQuestionMiddleware(),
        ContextMiddleware(),
    ):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.callback_query.middleware(CallbackAnswerMiddleware(pre=True))


class PrivateChatMiddleware(BaseMiddleware):
    """Drops updates that do not come from a person in a private chat, without a reply."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        if context.user is None or context.user.is_bot:
            return None
        chat = context.chat
        if chat is None or chat.type != ChatType.PRIVATE or chat.id != context.user.id:
            return None
        return await handler(event, data)


class UserMiddleware(I18nMiddleware):
    """Stores the user, sets their language, and passes `user_id` and `reply` to handlers."""

    def __init__(self, i18n: I18n, users: Users) -> None:
        super().__init__(i18n)
        self._users = users

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        update = cast("Update", event)
        if (source := update.message or update.callback_query) is None:
            return None
        bot: Bot = data["bot"]
        data["user_id"] = data["event_context"].user.id
        data["reply"] = ReplyMessage.of(bot, source, data.get("reply_id"), data.get("note_reply"))
        return await super().__call__(handler, event, data)

    async def get_locale(self, event: TelegramObject, data: dict[str, Any]) -> str:  # noqa: ARG002
        user: User = data["event_context"].user
        language = await self._users.remember(user.id, user.language_code)
        data["language"] = language
        return language


class SecretMiddleware(BaseMiddleware):
    """Deletes a message that contains a secret at once, and passes the secrets on as `pasted`.

    While a key is expected, every message counts as one. This is decided twice: before the user's
    lock, to act at once, and under it, because an earlier message may only now have led to that
    step, or out of it.
    """

    def __init__(self, fsm: FSMContextMiddleware) -> None:
        self._fsm = fsm

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        message = cast("Update", event).message
        pasted = PastedSecrets()
        if message and (text := message.text or message.caption):
            pasted = find_secrets(text, expects_key=await self._find_step(data) in KEY_STEPS)
            if pasted.suspicious and not data.get("is_secret"):
                data["is_secret"] = True
                await self._remove(text, message, data)
        data["pasted"] = pasted
        return await handler(event, data)

    async def _find_step(self, data: dict[str, Any]) -> str | None:
        if "raw_state" in data:  # under the lock
            return cast("str | None", data["raw_state"])
        context = self._fsm.resolve_event_context(data["bot"], data)
        return await context.get_state() if context else None

    async def _remove(self, text: str, message: Message, data: dict[str, Any]) -> None:
        for word in text.split()[:MASKED_WORDS]:
            register_recent_secret(word)
        if not await delete_secret(data["bot"], message):
            await data["reply"].new().show(texts.delete_it_yourself())


class ContextMiddleware(BaseMiddleware):
    """Passes everything that handlers need as one `context`."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        data["context"] = Context(**{field.name: data[field.name] for field in fields(Context)})
        return await handler(event, data)


class RateLimitMiddleware(BaseMiddleware):
    """Warns a user who exceeds the rate limit once, then ignores them until they slow down.

    Updates that a previous run of the master left unfinished have already passed the limit.
    """

    def __init__(self, limiter: RateLimiter | None = None) -> None:
        self._limiter = limiter or RateLimiter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if data.get("is_pending"):
            return await handler(event, data)
        decision = self._limiter.check(data["user_id"])
        if decision is Decision.ALLOW:
            return await handler(event, data)
        if decision is Decision.WARN:
            if callback := cast("Update", event).callback_query:
                await callback.answer(texts.too_many_messages(), show_alert=True)
            else:
                await data["reply"].show(texts.too_many_messages())
        return None
