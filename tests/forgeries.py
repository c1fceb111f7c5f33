"""Senders that are not people in a private chat, and all commands and buttons of a router."""

from collections.abc import Iterator
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackQueryFilter

GROUP = {"id": -100123, "type": "supergroup", "title": "Group"}
CHANNEL = {"id": -5, "type": "channel", "title": "Channel"}
ROBOT = {"id": 21, "is_bot": True, "first_name": "Robot"}
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def walk(router: Router, kind: str) -> Iterator[HandlerObject]:
    for part in router.chain_tail:
        yield from part.observers[kind].handlers


def list_commands(router: Router) -> list[str]:
    """Return every command that has a handler, with the leading slash."""
    return sorted(
        f"/{name}"
        for handler in walk(router, "message")
        for found in handler.filters or []
        if isinstance(found.callback, Command)
        for name in found.callback.commands
    )


def list_factories(router: Router) -> list[type[Any]]:
    """Return the callback data classes that have handlers, once per handler."""
    return [
        found.callback.callback_data
        for handler in walk(router, "callback_query")
        for found in handler.filters or []
        if isinstance(found.callback, CallbackQueryFilter)
    ]
