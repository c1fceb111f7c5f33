"""Bot API methods that send a message again: forwards, which name their origin, and copies."""

import secrets
from collections.abc import Sequence
from typing import Any

from aiogram.methods import CopyMessage, CopyMessages, ForwardMessage, ForwardMessages

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import MAX_CAPTION_UNITS
from deploy.sandbox.keyboards import read_keyboard
from deploy.sandbox.methods.sending import read_message_text, read_reply
from deploy.sandbox.records import Chat, Message
from deploy.sandbox.wire import describe_message, describe_sender

MAX_MESSAGES_AT_ONCE = 100


def forward_message(call: Call, request: ForwardMessage) -> dict[str, Any]:
    """Send a message of any chat of the bot again, with its origin, without buttons."""
    chat = call.find_open_chat(request.chat_id)
    original = _find(call, request.from_chat_id, request.message_id, "forward")
    message = _repeat(call, chat, original, forward_origin=_find_origin(call, original))
    return describe_message(call.world, message)


def forward_messages(call: Call, request: ForwardMessages) -> list[dict[str, int]]:
    """Forward messages, skipping those that do not exist; albums stay together."""
    chat = call.find_open_chat(request.chat_id)
    originals = _find_all(call, request.from_chat_id, request.message_ids, "forward")
    origins = [{"forward_origin": _find_origin(call, original)} for original in originals]
    return _repeat_all(call, chat, originals, origins)


def copy_message(call: Call, request: CopyMessage) -> dict[str, int]:
    """Send a message again as the bot's own, perhaps with another caption and with buttons."""
    chat = call.find_open_chat(request.chat_id)
    original = _find(call, request.from_chat_id, request.message_id, "copy")
    details: dict[str, Any] = {
        "keyboard": read_keyboard(request.reply_markup),
        **read_reply(call, chat, request),
    }
    if request.caption is not None and original.takes_caption:
        details["text"], details["entities"] = read_message_text(
            request.caption, request.parse_mode, request.caption_entities, MAX_CAPTION_UNITS
        )
    return {"message_id": _repeat(call, chat, original, **details).message_id}


def copy_messages(call: Call, request: CopyMessages) -> list[dict[str, int]]:
    """Copy messages, skipping those that do not exist; albums stay together."""
    chat = call.find_open_chat(request.chat_id)
    originals = _find_all(call, request.from_chat_id, request.message_ids, "copy")
    bare = {"text": "", "entities": []}
    details = [
        bare if request.remove_caption and original.takes_caption else {} for original in originals
    ]
    return _repeat_all(call, chat, originals, details)


def _find(call: Call, from_chat_id: int | str, message_id: int, verb: str) -> Message:
    original = call.world.find_message(call.find_chat(from_chat_id), message_id)
    if original is None:
        raise bad_request(f"message to {verb} not found")
    return original


def _find_all(
    call: Call, from_chat_id: int | str, message_ids: Sequence[int], verb: str
) -> list[Message]:
    source = call.find_chat(from_chat_id)
    if not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > MAX_MESSAGES_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if list(message_ids) != sorted(set(message_ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [call.world.find_message(source, message_id) for message_id in message_ids]
    originals = [original for original in found if original is not None]
    if not originals:
        raise bad_request(f"there are no messages to {verb}")
    return originals


def _find_origin(call: Call, original: Message) -> dict[str, Any]:
    return original.forward_origin or {
        "type": "user",
        "sender_user": describe_sender(call.world, original),
        "date": original.date,
    }


def _repeat_all(
    call: Call, chat: Chat, originals: list[Message], details: Sequence[dict[str, Any]]
) -> list[dict[str, int]]:
    albums = {original.media_group_id: str(secrets.randbits(60)) for original in originals}
    albums.pop(None, None)
    return [
        {
            "message_id": _repeat(
                call, chat, original, media_group_id=albums.get(original.media_group_id), **more
            ).message_id
        }
        for original, more in zip(originals, details, strict=True)
    ]


def _repeat(call: Call, chat: Chat, original: Message, **details: Any) -> Message:
    shown = {"text": original.text, "entities": original.entities, "content": original.content}
    return call.world.add_message(chat, call.bot.bot_id, **{**shown, **details})


HANDLERS: dict[type, Handler] = {
    ForwardMessage: forward_message,
    ForwardMessages: forward_messages,
    CopyMessage: copy_message,
    CopyMessages: copy_messages,
}
