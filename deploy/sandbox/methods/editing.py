"""Bot API methods that change messages: edits, deletions and reactions."""

import time
from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SetMessageReaction,
)

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import MAX_CAPTION_UNITS
from deploy.sandbox.keyboards import read_keyboard
from deploy.sandbox.methods.sending import read_message_text
from deploy.sandbox.records import Message
from deploy.sandbox.wire import describe_message

MAX_MESSAGES_AT_ONCE = 100
DELETABLE_SECONDS = 48 * 3600


def edit_message_text(call: Call, request: EditMessageText) -> dict[str, Any]:
    message = _find_own(call, request.chat_id, request.message_id)
    if message.content:
        raise bad_request("there is no text in the message to edit")
    text, entities = read_message_text(request.text or "", request.parse_mode, request.entities)
    if not text:
        raise bad_request("message text is empty")
    return _change(call, message, text, entities, read_keyboard(request.reply_markup))


def edit_message_caption(call: Call, request: EditMessageCaption) -> dict[str, Any]:
    message = _find_own(call, request.chat_id, request.message_id)
    if not message.takes_caption:
        raise bad_request("there is no caption in the message to edit")
    text, entities = read_message_text(
        request.caption or "", request.parse_mode, request.caption_entities, MAX_CAPTION_UNITS
    )
    return _change(call, message, text, entities, read_keyboard(request.reply_markup))


def edit_message_reply_markup(call: Call, request: EditMessageReplyMarkup) -> dict[str, Any]:
    message = _find_own(call, request.chat_id, request.message_id)
    keyboard = read_keyboard(request.reply_markup)
    return _change(call, message, message.text, message.entities, keyboard)


def delete_message(call: Call, request: DeleteMessage) -> bool:
    """Delete a message up to 48 hours old; in a private chat also one of the person's."""
    chat = call.find_chat(request.chat_id)
    message = call.world.find_message(chat, request.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not message.is_from_bot and chat.type != "private":
        raise bad_request("message can't be deleted")
    if message.date + DELETABLE_SECONDS < time.time():
        raise bad_request("message can't be deleted for everyone")
    _delete(call, message)
    return True


def delete_messages(call: Call, request: DeleteMessages) -> bool:
    """Delete messages, skipping those that do not exist."""
    chat = call.find_chat(request.chat_id)
    if not 1 <= len(request.message_ids) <= MAX_MESSAGES_AT_ONCE:
        raise bad_request("message identifiers are not specified or there are too many of them")
    for message_id in request.message_ids:
        message = call.world.find_message(chat, message_id)
        if message is not None:
            _delete(call, message)
    return True


def set_message_reaction(call: Call, request: SetMessageReaction) -> bool:
    chat = call.find_open_chat(request.chat_id)
    message = call.world.find_message(chat, request.message_id)
    if message is None:
        raise bad_request("message to react not found")
    reactions = request.reaction or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reaction = getattr(reactions[0], "emoji", None) if reactions else None
    call.world.note_change(message)
    return True


def _find_own(call: Call, chat_id: int | str | None, message_id: int | None) -> Message:
    """Return the bot's own message to edit. Raises TelegramError 400 and 403."""
    if chat_id is None:
        raise bad_request("chat_id is empty")
    chat = call.find_open_chat(chat_id)
    message = call.world.find_message(chat, message_id) if message_id is not None else None
    if message is None:
        raise bad_request("message to edit not found")
    if not message.is_from_bot:
        raise bad_request("message can't be edited")
    return message


def _change(
    call: Call,
    message: Message,
    text: str,
    entities: list[dict[str, Any]],
    keyboard: list[list[dict[str, Any]]] | None,
) -> dict[str, Any]:
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    message.text, message.entities, message.keyboard = text, entities, keyboard
    message.edit_date = int(time.time())
    call.world.note_change(message)
    return describe_message(call.world, message)


def _delete(call: Call, message: Message) -> None:
    """Mark a message as deleted and remove its content, so that open pages learn of it."""
    message.deleted = True
    message.text, message.entities, message.keyboard = "", [], None
    call.world.note_change(message)


HANDLERS: dict[type, Handler] = {
    EditMessageText: edit_message_text,
    EditMessageCaption: edit_message_caption,
    EditMessageReplyMarkup: edit_message_reply_markup,
    DeleteMessage: delete_message,
    DeleteMessages: delete_messages,
    SetMessageReaction: set_message_reaction,
}
