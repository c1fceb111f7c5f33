"""Bot API methods for the profile: commands, name, descriptions, menu button; also getChat."""

import json
import re
from typing import Any

from aiogram.methods import (
    DeleteMyCommands,
    GetChat,
    GetChatMenuButton,
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import count_units
from deploy.sandbox.parameters import plain
from deploy.sandbox.records import Bot
from deploy.sandbox.wire import describe_chat

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"|[a-z]{2}")
_TEXT_UNITS = {"name": 64, "description": 512, "short_description": 120}
DEFAULT_SCOPE = {"type": "default"}


def set_my_commands(call: Call, request: SetMyCommands) -> bool:
    commands = [
        {"command": one.command.removeprefix("/"), "description": one.description.strip()}
        for one in request.commands
    ]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.fullmatch(one["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= count_units(one["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_scope_key(request.scope, request.language_code)] = commands
    _note(call)
    return True


def get_my_commands(call: Call, request: GetMyCommands) -> list[dict[str, str]]:
    return call.bot.commands.get(_scope_key(request.scope, request.language_code), [])


def delete_my_commands(call: Call, request: DeleteMyCommands) -> bool:
    call.bot.commands.pop(_scope_key(request.scope, request.language_code), None)
    _note(call)
    return True


def list_shown_commands(bot: Bot, user_id: int, language_code: str | None) -> list[dict[str, str]]:
    """Return the menu that a person sees in a private chat, in the Bot API's order of scopes."""
    languages = [(language_code or "")[:2].lower(), ""]
    for scope in (
        {"chat_id": user_id, "type": "chat"},
        {"type": "all_private_chats"},
        DEFAULT_SCOPE,
    ):
        for language in languages:
            shown = bot.commands.get(make_key(scope, language))
            if shown:
                return shown
    return []


def set_my_name(call: Call, request: SetMyName) -> bool:
    _set_text(call, "name", request.name, request.language_code)
    if request.name and not request.language_code:
        call.bot.name = request.name
    _note(call)
    return True


def get_my_name(call: Call, request: GetMyName) -> dict[str, str]:
    return {"name": _get_text(call.bot, "name", request.language_code) or call.bot.name}


def set_my_description(call: Call, request: SetMyDescription) -> bool:
    _set_text(call, "description", request.description, request.language_code)
    _note(call)
    return True


def get_my_description(call: Call, request: GetMyDescription) -> dict[str, str]:
    return {"description": _get_text(call.bot, "description", request.language_code)}


def set_my_short_description(call: Call, request: SetMyShortDescription) -> bool:
    _set_text(call, "short_description", request.short_description, request.language_code)
    _note(call)
    return True


def get_my_short_description(call: Call, request: GetMyShortDescription) -> dict[str, str]:
    return {"short_description": _get_text(call.bot, "short_description", request.language_code)}


def get_chat(call: Call, request: GetChat) -> dict[str, Any]:
    chat = call.find_chat(request.chat_id)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **describe_chat(call.world, chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


def set_chat_menu_button(call: Call, request: SetChatMenuButton) -> bool:
    if request.chat_id is not None:
        call.find_chat(request.chat_id)
    if request.menu_button is not None:
        call.bot.menu_button = plain(request.menu_button)
    _note(call)
    return True


def get_chat_menu_button(call: Call, _request: GetChatMenuButton) -> dict[str, Any]:
    return call.bot.menu_button


def find_description(bot: Bot, language_code: str | None) -> str:
    """Return the description, which an empty chat with the bot shows."""
    return _get_text(bot, "description", (language_code or "")[:2])


def _set_text(call: Call, kind: str, text: str | None, language: str | None) -> None:
    if count_units(text or "") > _TEXT_UNITS[kind]:
        raise bad_request(f"BOT_{kind.upper()}_TOO_LONG")
    call.bot.texts[f"{kind}/{_check_language(language)}"] = text or ""


def _get_text(bot: Bot, kind: str, language: str | None) -> str:
    return bot.texts.get(f"{kind}/{language or ''}") or bot.texts.get(f"{kind}/") or ""


def _note(call: Call) -> None:
    """Save the bot, and record the change for everyone who has a chat with it."""
    call.world.save(call.bot)
    for chat in call.world.list_chats(call.bot):
        for user_id in chat.members:
            call.world.changes.touch(user_id)


def _scope_key(scope: Any, language: str | None) -> str:
    return make_key(plain(scope) if scope is not None else DEFAULT_SCOPE, language)


def make_key(scope: dict[str, Any], language: str | None) -> str:
    """Return the key of `Bot.commands` for a scope and language."""
    return f"{json.dumps(scope, sort_keys=True)}/{_check_language(language)}"


def _check_language(language: str | None) -> str:
    if not _LANGUAGE.fullmatch(language or ""):
        raise bad_request("invalid language code specified")
    return language or ""


HANDLERS: dict[type, Handler] = {
    SetMyCommands: set_my_commands,
    GetMyCommands: get_my_commands,
    DeleteMyCommands: delete_my_commands,
    SetMyName: set_my_name,
    GetMyName: get_my_name,
    SetMyDescription: set_my_description,
    GetMyDescription: get_my_description,
    SetMyShortDescription: set_my_short_description,
    GetMyShortDescription: get_my_short_description,
    GetChat: get_chat,
    SetChatMenuButton: set_chat_menu_button,
    GetChatMenuButton: get_chat_menu_button,
}
