"""What all messages of a person have in common: replies, origins, and the way to the bot."""

import time
from typing import Any

from aiogram.types import (
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    TelegramObject,
)
from pydantic import ValidationError

from deploy.sandbox import botfather
from deploy.sandbox.client.requests import NewMessage, mark_read
from deploy.sandbox.errors import ClientError
from deploy.sandbox.formatting import count_units
from deploy.sandbox.records import BOTFATHER_ID, Bot, Chat, Message
from deploy.sandbox.wire import describe_message
from deploy.sandbox.world import World

_ORIGINS: dict[str, type[TelegramObject]] = {
    "user": MessageOriginUser,
    "hidden_user": MessageOriginHiddenUser,
    "chat": MessageOriginChat,
    "channel": MessageOriginChannel,
}


def deliver(world: World, bot: Bot, chat: Chat, message: Message) -> None:
    """Queue a person's message for its bot, or let BotFather answer it."""
    if chat.type == "private":
        mark_read(world, chat)
    if bot.bot_id == BOTFATHER_ID:
        botfather.answer_message(world, chat, message.text)
    else:
        world.queue(bot).push({"message": describe_message(world, message)})


def read_context(world: World, chat: Chat, sent: NewMessage) -> dict[str, Any]:
    """Return the fields of `Message` for a reply and for a forward. Raises ClientError 400."""
    return {
        "reply_to_message_id": sent.reply_to_message_id,
        "quote": _find_quote(world, chat, sent),
        "forward_origin": _read_origin(sent.forward_origin),
    }


def check_text(text: str, limit: int) -> str:
    if count_units(text) > limit:
        raise ClientError(400, f"The text is longer than {limit} characters.")
    return text


def _find_quote(world: World, chat: Chat, sent: NewMessage) -> dict[str, Any] | None:
    """Return the quote of a reply as Telegram describes it, if it has one."""
    if sent.reply_to_message_id is None:
        return None
    original = world.find_message(chat, sent.reply_to_message_id)
    if original is None:
        raise ClientError(400, "There is no message to reply to.")
    if not sent.quote:
        return None
    before, found, _after = original.text.partition(sent.quote)
    if not found:
        raise ClientError(400, "The message does not contain the quote.")
    return {"text": sent.quote, "position": count_units(before), "is_manual": True}


def _read_origin(origin: dict[str, Any] | None) -> dict[str, Any] | None:
    """Check the origin of a forwarded message; without a date, it is now."""
    if origin is None:
        return None
    kind = _ORIGINS.get(str(origin.get("type")))
    if kind is None:
        raise ClientError(400, f"forward_origin: the type is one of {', '.join(_ORIGINS)}.")
    dated = {"date": int(time.time()), **origin}
    try:
        kind.model_validate(dated)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ClientError(400, f"forward_origin.{place}: {first['msg']}.") from None
    return dated
