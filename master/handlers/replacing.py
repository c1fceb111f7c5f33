"""Replacement of a bot's token or key; the old one stays until the new one has been checked.

A secret that a user sends unprompted is deleted from the chat like any other; the master then asks
whether to use it.
"""

from abc import ABC, abstractmethod
from functools import partial
from typing import ClassVar

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State
from aiogram.types import Message, TelegramObject

from master.accounts.registry import BotCard
from master.errors import (
    KeyMalformedError,
    MasterError,
    TokenMalformedError,
)
from master.handlers import onboarding
from master.handlers.filters import holds_secret, is_talk, on_button, on_command
from master.handlers.middlewares import Context
from master.handlers.secrets import check_secret
from master.handlers.steps import Replacing
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action


class Replacement(ABC):
    """The conversation about a new secret; subclasses define what differs between token and key."""

    malformed: ClassVar[type[TokenMalformedError | KeyMalformedError]]

    def __init__(self, state: State) -> None:
        self.state = state

    async def ask(self, event: TelegramObject, context: Context) -> None:
        """Ask for the secret, or use the one sent along with the command."""
        bot = await context.manager.get(context.user_id)
        await context.state.clear()
        await context.state.set_state(self.state)
        if context.pasted.suspicious:
            await self.receive(event, context)
        else:
            await context.reply.show(self.question(bot), keyboards.cancel())

    async def remind(self, _message: Message, context: Context) -> None:
        bot = await context.manager.get(context.user_id)
        await context.reply.show(self.question(bot), keyboards.cancel())

    async def receive(self, event: TelegramObject, context: Context) -> None:
        secret = self.find(context)
        if secret is None:
            await context.reply.show(self._explain(self.malformed()), keyboards.cancel())
            return
        await context.state.set_data({"secret": secret})
        await self.replace(event, context)

    async def offer(self, secret: str, bot: BotCard, context: Context) -> None:
        await context.state.set_state(self.state)
        await context.state.set_data({"secret": secret})
        await context.reply.show(self.offering(bot), keyboards.use_pasted())

    async def replace(self, _event: TelegramObject, context: Context) -> None:
        """Check the secret that was sent, then replace the present one with it.

        A secret that may be accepted later is kept for a retry.
        """
        secret = (await context.state.get_data()).get("secret")
        if secret is None:
            await context.reply.show(texts.old_button())
            return
        try:
            bot = await check_secret(
                context,
                self.checking(),
                partial(self.put, secret, context),
                partial(self._refuse, context),
                self._explain,
            )
        except MasterError:
            await context.state.clear()
            raise
        if bot is not None:
            await context.state.clear()
            await context.reply.show(self.done(bot), keyboards.card(bot))

    async def _refuse(self, context: Context, error: MasterError) -> None:
        await context.state.set_data({})
        await context.reply.show(self._explain(error), keyboards.cancel())

    def _explain(self, error: MasterError) -> str:
        return self.kept(texts.explain(error))

    @abstractmethod
    def find(self, context: Context) -> str | None: ...

    @abstractmethod
    async def put(self, secret: str, context: Context) -> BotCard:
        """Check the secret, then replace the present one. Raises MasterError."""

    @abstractmethod
    def question(self, bot: BotCard) -> str: ...

    @abstractmethod
    def offering(self, bot: BotCard) -> str: ...

    @abstractmethod
    def checking(self) -> str: ...

    @abstractmethod
    def kept(self, reason: str) -> str: ...

    @abstractmethod
    def done(self, bot: BotCard) -> str: ...


class TokenReplacement(Replacement):
    malformed = TokenMalformedError

    def find(self, context: Context) -> str | None:
        return context.pasted.token

    async def put(self, secret: str, context: Context) -> BotCard:
        identity = await context.admission.identify(context.user_id, secret)
        await context.reply.refresh(texts.working(identity.username))
        return await context.manager.replace_token(context.user_id, identity, secret)

    def question(self, bot: BotCard) -> str:
        return texts.ask_new_token(bot.username)

    def offering(self, bot: BotCard) -> str:
        return texts.offer_token(bot.username)

    def checking(self) -> str:
        return texts.checking_token()

    def kept(self, reason: str) -> str:
        return texts.old_token_stays(reason)

    def done(self, bot: BotCard) -> str:
        return texts.token_replaced(bot.username, running=bot.active)


class KeyReplacement(Replacement):
    malformed = KeyMalformedError

    def find(self, context: Context) -> str | None:
        key = context.pasted.key
        return key if key and context.admission.takes(key) else None

    async def put(self, secret: str, context: Context) -> BotCard:
        await context.admission.check_key(secret)
        bot = await context.manager.get(context.user_id)
        await context.reply.refresh(texts.working(bot.username))
        return await context.manager.replace_key(context.user_id, secret)

    def question(self, bot: BotCard) -> str:
        return texts.ask_new_key(bot.username)

    def offering(self, bot: BotCard) -> str:
        return texts.offer_key(bot.username)

    def checking(self) -> str:
        return texts.checking_key()

    def kept(self, reason: str) -> str:
        return texts.old_key_stays(reason)

    def done(self, bot: BotCard) -> str:
        return texts.key_replaced(bot.username, running=bot.active)


TOKEN, KEY = TokenReplacement(Replacing.token), KeyReplacement(Replacing.key)


def create_router() -> Router:
    router = Router(name="replacing")
    for replacement, command, action in (
        (TOKEN, "token", Action.TOKEN),
        (KEY, "key", Action.KEY),
    ):
        on_command(router, replacement.ask, command)
        on_button(router, replacement.ask, action)
        router.message.register(replacement.receive, replacement.state, holds_secret)
        router.message.register(replacement.remind, replacement.state, is_talk)
        on_button(router, replacement.replace, Action.USE, Action.RETRY, state=replacement.state)
    router.message.register(offer, StateFilter(None), holds_secret)
    return router


async def offer(event: TelegramObject, context: Context) -> None:
    """Handle a secret sent unprompted: start the onboarding with it, or ask whether to use it."""
    bot = await context.manager.find(context.user_id)
    if bot is None:
        await onboarding.start(event, context)
    elif token := TOKEN.find(context):
        await TOKEN.offer(token, bot, context)
    elif key := KEY.find(context):
        await KEY.offer(key, bot, context)
    else:
        await context.reply.show(texts.looked_secret(), keyboards.back())
