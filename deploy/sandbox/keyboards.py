"""Inline keyboards from bots, checked against the limits in the Bot API's documentation."""

import re
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from deploy.sandbox.errors import TelegramError, bad_request
from deploy.sandbox.parameters import given, plain

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8
_URL = re.compile(r"(https?://[^\s/.]+\.?[^\s]*|tg://\S+)", re.IGNORECASE)
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def read_keyboard(markup: Any) -> list[list[dict[str, Any]]] | None:
    """Return rows of buttons, or None without an inline keyboard. Raises TelegramError 400."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return None
    rows = [[_read_button(button) for button in row] for row in markup.inline_keyboard if row]
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_BUTTONS_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return rows or None


def _read_button(button: InlineKeyboardButton) -> dict[str, Any]:
    if not button.text.strip():
        raise _cannot_parse("Inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if given(getattr(button, name)) is not None]
    if not actions:
        raise _cannot_parse("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _cannot_parse(f"one action is allowed, not {', '.join(actions)}")
    data, url = button.callback_data, button.url
    if data is not None and not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not _URL.fullmatch(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    shown: dict[str, Any] = plain(button)
    return shown


def _cannot_parse(reason: str) -> TelegramError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
