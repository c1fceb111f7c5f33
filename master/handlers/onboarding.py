"""The conversation from the first /start to a running bot: token, key, creation.

Token and key are kept, encrypted, until the bot exists, because services show a key only once and
the message that contained it is deleted.
"""

import logging
from dataclasses import asdict
from functools import partial
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import Message, TelegramObject

from master.bots.stages import Stage
from master.errors import (
    KeyMalformedError,
    MasterError,
    TokenError,
    TokenMalformedError,
)
from master.handlers.filters import holds_secret, is_talk, on_button, on_command
from master.handlers.middlewares import Context
from master.handlers.secrets import check_secret
from master.handlers.steps import Onboarding
from master.services.bot_tokens import BotIdentity
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action

logger = logging.getLogger(__name__)


def create_router() -> Router:
    router = Router(name="onboarding")
    on_command(router, start, "start")
    router.message.register(receive, StateFilter(Onboarding), holds_secret)
    router.message.register(remind_of_token, Onboarding.token, is_talk)
    router.message.register(remind_of_key, Onboarding.key, is_talk)
    on_button(router, advance, Action.RETRY, state=StateFilter(Onboarding))
    return router


async def start(event: TelegramObject, context: Context) -> None:
    """Show the user's bot if there is one, otherwise start the onboarding."""
    await context.state.clear()
    if bot := await context.manager.find(context.user_id):
        await context.reply.show(texts.card(bot), keyboards.card(bot))
        return
    await context.state.set_state(Onboarding.token)
    if context.pasted.suspicious:
        await receive(event, context)
    else:
        await context.reply.show(texts.welcome(), keyboards.ask_token())


async def receive(event: TelegramObject, context: Context) -> None:
    """Accept token and key in any order, in one message or two."""
    token, key = context.pasted.token, context.pasted.key
    is_key_usable = key is not None and context.admission.takes(key)
    if token:
        await context.state.update_data(token=token, bot=None)
    if is_key_usable:
        await context.state.update_data(key=key)
    is_key_next = await context.state.get_state() == Onboarding.key.state
    if token or is_key_usable:
        await advance(event, context)
    elif key:
        asking = keyboards.ask_key() if is_key_next else keyboards.ask_token()
        await context.reply.show(texts.explain(KeyMalformedError()), asking)
    elif is_key_next:
        await remind_of_key(event, context)
    else:
        await context.reply.show(texts.explain(TokenMalformedError()), keyboards.ask_token())


async def remind_of_token(_message: Message, context: Context) -> None:
    await context.reply.show(texts.expect_token(), keyboards.ask_token())


async def remind_of_key(_event: TelegramObject, context: Context) -> None:
    if (await context.state.get_data()).get("key"):
        # The check failed for lack of quota or connection, or a restart interrupted it.
        await context.reply.show(texts.key_is_kept(), keyboards.retry())
        return
    await context.reply.show(texts.expect_key(), keyboards.ask_key())


async def advance(_event: TelegramObject, context: Context) -> None:
    """Proceed as far as possible with the secrets received, and ask for what is missing."""
    data = await context.state.get_data()
    if data.get("token") and not data.get("bot"):
        data = await _check_token(data, context)
        if not data:
            return
    if not data.get("bot"):
        await context.reply.show(texts.key_kept_for_later(), keyboards.ask_token())
        return
    identity = BotIdentity(**data["bot"])
    await context.state.set_state(Onboarding.key)
    if not data.get("key"):
        text = texts.ask_key(identity.username, identity.name)
        await context.reply.show(text, keyboards.ask_key())
    elif await _is_key_good(data["key"], context):
        await _create(identity, data["token"], data["key"], context)


async def _check_token(data: dict[str, Any], context: Context) -> dict[str, Any]:
    """Return the data including the bot, or an empty dict if the token was not accepted."""
    identity = await check_secret(
        context,
        texts.checking_token(),
        partial(context.admission.identify, context.user_id, data["token"]),
        partial(_refuse_token, context),
    )
    return {} if identity is None else await context.state.update_data(bot=asdict(identity))


async def _refuse_token(context: Context, error: MasterError) -> None:
    await context.state.update_data(token=None, bot=None)
    await context.state.set_state(Onboarding.token)
    await context.reply.show(texts.explain(error), keyboards.ask_token())


async def _is_key_good(key: str, context: Context) -> bool:
    async def check() -> bool:
        await context.admission.check_key(key)
        return True

    refuse = partial(_refuse_key, context)
    return bool(await check_secret(context, texts.checking_key(), check, refuse))


async def _refuse_key(context: Context, error: MasterError) -> None:
    await context.state.update_data(key=None)
    await context.reply.show(texts.explain(error), keyboards.ask_key())


async def _create(identity: BotIdentity, token: str, key: str, context: Context) -> None:
    done: list[Stage] = []

    async def show_stage(stage: Stage) -> None:
        done.append(stage)
        await context.reply.refresh(texts.progress(identity.username, done))

    await context.reply.refresh(texts.progress(identity.username, done))
    try:
        bot = await context.manager.create(context.user_id, identity, token, key, show_stage)
    except TokenError as error:  # another user registered the bot in the meantime
        await _refuse_token(context, error)
    except (MasterError, OSError) as error:
        if await context.manager.find(context.user_id):
            await context.state.clear()
            raise  # the bot exists, so `handlers/errors.py` explains what to do
        logger.exception("Creating the bot of user %d failed", context.user_id)
        await context.reply.show(texts.explain(error), keyboards.retry())
    else:
        # In this order, so that a master killed in between repeats the message and loses nothing.
        await context.reply.show(texts.ready(bot), keyboards.ready(bot))
        await context.state.clear()
