"""Filters for updates, and helpers that register handlers with them."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import Message, TelegramObject

from master.telegram.keyboards import Action, ActionButton
from master.telegram.pasted_secrets import PastedSecrets


def holds_secret(_event: TelegramObject, pasted: PastedSecrets) -> bool:
    return pasted.suspicious


def is_talk(message: Message) -> bool:
    """Tell whether a message is not a command; commands have handlers that work in every state."""
    return not (message.text or message.caption or "").startswith("/")


def on_command(router: Router, handler: Any, *names: str) -> None:
    """Register `handler` for commands, except those forwarded or sent via another bot."""
    own = (~F.forward_origin, ~F.via_bot)
    router.message.register(handler, Command(*names, ignore_case=True), *own)


def on_button(router: Router, handler: Any, *actions: Action, state: Any = None) -> None:
    """Register `handler` for the buttons of `actions`, in any state or only in `state`."""
    states = () if state is None else (state,)
    router.callback_query.register(
        handler, ActionButton.filter(F.action.in_(set(actions))), *states
    )
