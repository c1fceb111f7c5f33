"""Converts records to the JSON of the client API."""

import time
from typing import Any

from deploy.sandbox.changes import View
from deploy.sandbox.entities import render_html
from deploy.sandbox.methods.profile import find_description, list_shown_commands
from deploy.sandbox.records import Bot, Chat, Message
from deploy.sandbox.world import World


def show_message(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "revision": message.revision,
        "from": "bot" if message.is_from_bot else "user",
        "date": message.date,
        "text": message.text,
        "entities": message.entities,
        "html": render_html(message.text, message.entities),
        "edited": message.edit_date is not None,
        "deleted": message.deleted,
        "keyboard": _show_keyboard(message),
        "content": {} if message.deleted else message.content,
        "document": _show_document(message),
        "forwarded_from": _name_origin(message.forward_origin),
        "media_group_id": message.media_group_id,
        "reply_to_message_id": message.reply_to_message_id,
        "quote": message.quote["text"] if message.quote else None,
        "reaction": message.reaction,
    }


def show_chat(
    world: World, bot: Bot, user_id: int, language: str | None, chat: Chat | None
) -> dict[str, Any]:
    messages = [one for one in world.list_messages(chat) if not one.deleted] if chat else []
    read = chat.read_message_id if chat else 0
    return {
        "bot": bot.username,
        "name": bot.name,
        "description": find_description(bot, language),
        "last": show_message(messages[-1]) if messages else None,
        "commands": list_shown_commands(bot, user_id, language),
        "unread": sum(one.is_from_bot and one.message_id > read for one in messages),
        "blocked": bool(chat and chat.blocked),
    }


def show_changes(world: World, user_id: int, view: View, since: int) -> dict[str, Any]:
    """Return the changes in the person's private chats after the revision `since`."""
    now = time.monotonic()

    def name(bot_id: int) -> str:
        return world.bots[bot_id].username

    return {
        "revision": view.revision,
        "messages": [
            {**show_message(message), "bot": name(message.bot_id)}
            for message in view.list_messages(since)
            if message.chat_id == user_id
        ],
        "typing": [name(bot_id) for bot_id, until in view.typing.items() if until > now],
        "drafts": [
            {
                "bot": name(draft.bot_id),
                "draft_id": draft.draft_id,
                "text": draft.text,
                "html": render_html(draft.text, draft.entities),
            }
            for draft in view.drafts.values()
            if draft.until > now
        ],
        "answers": [
            {
                "bot": name(answer.bot_id),
                "callback_query_id": answer.callback_query_id,
                "text": answer.text,
                "show_alert": answer.show_alert,
            }
            for answer in view.answers
            if answer.revision > since
        ],
    }


def _show_keyboard(message: Message) -> list[list[dict[str, Any]]] | None:
    if message.keyboard is None:
        return None
    return [[_show_button(button) for button in row] for row in message.keyboard]


def _show_button(button: dict[str, Any]) -> dict[str, Any]:
    shown = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    if "url" in button:
        shown["url"] = button["url"]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    return shown


def _show_document(message: Message) -> dict[str, Any] | None:
    document = message.content.get("document")
    if document is None or message.deleted:
        return None
    return {name: document[name] for name in ("file_id", "file_name", "file_size", "mime_type")}


def _name_origin(origin: dict[str, Any] | None) -> str | None:
    """Return the name of the user, chat or channel that wrote a forwarded message."""
    match (origin or {}).get("type"), origin:
        case "user", {"sender_user": user}:
            return " ".join(filter(None, (user["first_name"], user.get("last_name"))))
        case "hidden_user", {"sender_user_name": name}:
            return str(name)
        case _, {"sender_chat": chat} | {"chat": chat}:
            return str(chat.get("title") or chat.get("username") or chat["id"])
    return None
