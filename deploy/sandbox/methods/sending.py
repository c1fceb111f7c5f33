"""Bot API methods for sending: messages, drafts, chat actions, answers to callback queries."""

import time
from typing import Any

from aiogram.enums import ChatAction
from aiogram.methods import (
    AnswerCallbackQuery,
    SendChatAction,
    SendMessage,
    SendMessageDraft,
)
from aiogram.types import ReplyParameters

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.changes import DRAFT_SECONDS, Answer, Draft
from deploy.sandbox.entities import read_text
from deploy.sandbox.errors import TelegramError, bad_request
from deploy.sandbox.formatting import MAX_TEXT_UNITS, Entity, count_units
from deploy.sandbox.keyboards import read_keyboard
from deploy.sandbox.parameters import given, plain
from deploy.sandbox.records import Chat
from deploy.sandbox.wire import describe_message

MAX_CALLBACK_ANSWER_UNITS = 200
CALLBACK_SECONDS = 15 * 60
_ACTIONS = frozenset(ChatAction)


def read_message_text(
    text: str, parse_mode: Any, entities: Any, limit: int = MAX_TEXT_UNITS
) -> tuple[str, list[Entity]]:
    """Return text and entities. Raises TelegramError 400, e.g. above `limit` UTF-16 code units."""
    found, marked = read_text(text, given(parse_mode), plain(given(entities)))
    if count_units(found) > limit:
        caption = limit != MAX_TEXT_UNITS
        raise bad_request("message caption is too long" if caption else "message is too long")
    return found, marked


def read_reply(call: Call, chat: Chat, request: Any) -> dict[str, Any]:
    """Return the fields of `Message` for a reply. Raises TelegramError 400."""
    reply: ReplyParameters | None = given(request.reply_parameters)
    if reply is not None:
        message_id, forgiving = reply.message_id, given(reply.allow_sending_without_reply)
    elif request.reply_to_message_id is not None:
        message_id, forgiving = request.reply_to_message_id, request.allow_sending_without_reply
    else:
        return {}
    original = call.world.find_message(chat, message_id) if message_id is not None else None
    if original is None:
        if forgiving:
            return {}
        raise bad_request("message to be replied not found")
    if reply is None or reply.quote is None:
        return {"reply_to_message_id": message_id}
    quote, entities = read_text(
        reply.quote, given(reply.quote_parse_mode), plain(reply.quote_entities)
    )
    if not quote or quote not in original.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = count_units(original.text[: original.text.index(quote)])
    shown = {"text": quote, "position": position, "is_manual": True, "entities": entities}
    return {"reply_to_message_id": message_id, "quote": shown}


def send_message(call: Call, request: SendMessage) -> dict[str, Any]:
    chat = call.find_open_chat(request.chat_id)
    text, entities = read_message_text(request.text, request.parse_mode, request.entities)
    if not text:
        raise bad_request("message text is empty")
    details = {"keyboard": read_keyboard(request.reply_markup), **read_reply(call, chat, request)}
    message = call.world.add_message(chat, call.bot.bot_id, text, entities=entities, **details)
    return describe_message(call.world, message)


def send_message_draft(call: Call, request: SendMessageDraft) -> bool:
    chat = call.find_open_chat(request.chat_id)
    if chat.type != "private":
        raise bad_request("chat type must be private")
    if request.draft_id == 0:
        raise bad_request("draft_id must be non-zero")
    text, entities = read_message_text(request.text or "", request.parse_mode, request.entities)
    until = time.monotonic() + DRAFT_SECONDS
    draft = Draft(call.bot.bot_id, request.draft_id, text, entities, until)
    call.world.changes.note_draft(chat.chat_id, draft)
    return True


def send_chat_action(call: Call, request: SendChatAction) -> bool:
    chat = call.find_open_chat(request.chat_id)
    if request.action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    for user_id in chat.members:
        call.world.changes.note_typing(user_id, call.bot.bot_id)
    return True


def answer_callback_query(call: Call, request: AnswerCallbackQuery) -> bool:
    query = call.world.callback_queries.get(request.callback_query_id)
    known = query is not None and query.bot_id == call.bot.bot_id
    if query is None or not known or query.date + CALLBACK_SECONDS < time.time():
        raise _query_is_too_old()
    if count_units(request.text or "") > MAX_CALLBACK_ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    if not query.answered:
        query.answered = True
        call.world.save(query)
        answer = Answer(
            0, call.bot.bot_id, query.callback_query_id, request.text, bool(request.show_alert)
        )
        call.world.changes.note_answer(query.user_id, answer)
    return True


def _query_is_too_old() -> TelegramError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


HANDLERS: dict[type, Handler] = {
    SendMessage: send_message,
    SendMessageDraft: send_message_draft,
    SendChatAction: send_chat_action,
    AnswerCallbackQuery: answer_callback_query,
}
