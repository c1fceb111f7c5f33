"""Converts records to the JSON of the Bot API."""

from typing import Any

from deploy.sandbox.records import Bot, Chat, Message, Person
from deploy.sandbox.world import World


def describe_bot(bot: Bot) -> dict[str, Any]:
    return {"id": bot.bot_id, "is_bot": True, "first_name": bot.name, "username": bot.username}


def describe_me(bot: Bot) -> dict[str, Any]:
    return {
        **describe_bot(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "can_manage_bots": False,
    }


def describe_person(person: Person) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": person.user_id,
        "is_bot": False,
        "first_name": person.first_name,
    }
    if person.language_code:
        described["language_code"] = person.language_code
    return described


def describe_chat(world: World, chat: Chat) -> dict[str, Any]:
    if chat.type != "private":
        return {"id": chat.chat_id, "type": chat.type, "title": chat.title}
    person = world.people[chat.chat_id]
    return {"id": chat.chat_id, "type": "private", "first_name": person.first_name}


def describe_message(world: World, message: Message, *, with_reply: bool = True) -> dict[str, Any]:
    """Return a message in the Bot API's format; a reply contains the message it replies to."""
    chat = world.get_chat(message)
    described: dict[str, Any] = {
        "message_id": message.message_id,
        "from": describe_sender(world, message),
        "chat": describe_chat(world, chat),
        "date": message.date,
    }
    for name in ("edit_date", "media_group_id", "forward_origin"):
        if (value := getattr(message, name)) is not None:
            described[name] = value
    described |= message.content
    prefix = "caption_" if message.takes_caption else ""
    if message.text:
        described["caption" if prefix else "text"] = message.text
    if message.entities:
        described[f"{prefix}entities"] = message.entities
    if message.keyboard is not None:
        described["reply_markup"] = {"inline_keyboard": message.keyboard}
    if with_reply and message.reply_to_message_id is not None:
        original = world.find_message(chat, message.reply_to_message_id)
        if original is not None:
            described["reply_to_message"] = describe_message(world, original, with_reply=False)
        if message.quote is not None:
            described["quote"] = message.quote
    return described


def describe_block(world: World, chat: Chat, date: int) -> dict[str, Any]:
    """Return the update that tells a bot that a person has blocked or unblocked it."""
    bot = {"user": describe_bot(world.bots[chat.bot_id])}
    member = {**bot, "status": "member"}
    kicked = {**bot, "status": "kicked", "until_date": 0}
    before, after = (member, kicked) if chat.blocked else (kicked, member)
    return {
        "my_chat_member": {
            "chat": describe_chat(world, chat),
            "from": describe_person(world.people[chat.chat_id]),
            "date": date,
            "old_chat_member": before,
            "new_chat_member": after,
        }
    }


def describe_sender(world: World, message: Message) -> dict[str, Any]:
    if message.is_from_bot:
        return describe_bot(world.bots[message.bot_id])
    return describe_person(world.people[message.sender_id])
