"""Inline keyboards. Callback data contains no user_id: a button acts on the tapping user's bot."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _

from master.accounts.registry import BotCard
from master.telegram.texts import naming
from personal_bot.contract import Condition


class Action(StrEnum):
    CARD = "card"
    STATUS = "status"
    DEBUG = "debug"
    RESTART = "restart"
    STOP = "stop"
    RESUME = "resume"
    KEY = "key"
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    DELETE = "delete"
    LANGUAGE = "language"
    USE = "use"
    RETRY = "retry"
    CANCEL = "cancel"


class ActionButton(CallbackData, prefix="do"):
    """A button that performs an action on the bot of the user who taps it."""

    action: Action


class DeletionButton(CallbackData, prefix="erase"):
    """A button that confirms a deletion; `bot_id` prevents an old one from deleting a newer bot."""

    bot_id: int


class LanguageButton(CallbackData, prefix="speak"):
    language: str


# Callback data of the buttons that only questions have, or the first part of it.
_ANSWERS = (
    ActionButton(action=Action.CANCEL).pack(),
    f"{DeletionButton.__prefix__}:",
    f"{LanguageButton.__prefix__}:",
)

# Actions that help in a condition, the most helpful first.
REMEDIES = {
    Condition.TOKEN_REVOKED: (Action.TOKEN,),
    Condition.TOKEN_IN_USE: (Action.TOKEN, Action.RESTART),
    Condition.OPENAI_KEY_INVALID: (Action.KEY,),
    Condition.OPENAI_QUOTA_EXCEEDED: (Action.KEY, Action.RESTART),
    Condition.CREDENTIALS_UNREADABLE: (Action.TOKEN, Action.KEY),
    Condition.STOPPED: (Action.RESUME,),
}


def is_question(keyboard: InlineKeyboardMarkup | None) -> bool:
    """Tell whether the buttons answer a question, as opposed to those that work at any time."""
    rows = keyboard.inline_keyboard if keyboard else []
    return any((button.callback_data or "").startswith(_ANSWERS) for row in rows for button in row)


def card(bot: BotCard) -> InlineKeyboardMarkup:
    """Return buttons for everything that can be done with a bot."""
    if bot.active:
        running = [_button(Action.RESTART), _button(Action.STOP)]
    else:
        running = [_button(Action.RESUME)]
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_open(bot)],
            [_button(Action.STATUS), _button(Action.DEBUG)],
            running,
            [_button(Action.KEY), _button(Action.TOKEN)],
            [_button(Action.LANGUAGE), _button(Action.DELETE)],
        ]
    )


def ready(bot: BotCard) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_open(bot)], [_button(Action.CARD)]])


def remedies(condition: Condition | None) -> InlineKeyboardMarkup:
    """Return buttons for the actions that help in `condition`, for diagnosis and card."""
    helpful = REMEDIES.get(condition, (Action.RESTART,)) if condition else (Action.RESTART,)
    actions = (*helpful, Action.DEBUG, Action.CARD)
    return InlineKeyboardMarkup(inline_keyboard=[[_button(action)] for action in actions])


def resume() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_button(Action.RESUME)], [_button(Action.CARD)]])


def back() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_button(Action.CARD)]])


def cancel() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_button(Action.CANCEL)]])


def ask_token() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=_("Open @BotFather"), url="https://t.me/BotFather")],
            [_button(Action.CANCEL)],
        ]
    )


def ask_key() -> InlineKeyboardMarkup:
    if not naming.is_service_openai():
        return cancel()
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=_("Open OpenAI keys"), url="https://platform.openai.com/api-keys"
                )
            ],
            [_button(Action.CANCEL)],
        ]
    )


def retry() -> InlineKeyboardMarkup:
    """Return buttons to retry with the secrets already sent, or to cancel."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(Action.RETRY)], [_button(Action.CANCEL)]])


def use_pasted() -> InlineKeyboardMarkup:
    """Return buttons to use a secret that was sent unprompted, or to cancel."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(Action.USE)], [_button(Action.CANCEL)]])


def confirm_deletion(bot: BotCard) -> InlineKeyboardMarkup:
    yes = InlineKeyboardButton(
        text=_("🗑 Yes, delete everything"), callback_data=DeletionButton(bot_id=bot.bot_id).pack()
    )
    no = InlineKeyboardButton(
        text=_("No, keep it"), callback_data=ActionButton(action=Action.CARD).pack()
    )
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [no]])


def languages() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=name, callback_data=LanguageButton(language=language).pack()
                )
                for language, name in (("en", "English"), ("ru", "Русский"))
            ]
        ]
    )


def _open(bot: BotCard) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=_("💬 Open @{username}").format(username=bot.username),
        url=f"https://t.me/{bot.username}",
    )


def _button(action: Action) -> InlineKeyboardButton:
    label = {
        Action.CARD: _("🤖 My bot"),
        Action.STATUS: _("📊 Status"),
        Action.DEBUG: _("🔍 Diagnose"),
        Action.RESTART: _("🔄 Restart"),
        Action.STOP: _("⏸ Stop"),
        Action.RESUME: _("▶️ Resume"),
        Action.KEY: _("🔑 New key"),
        Action.TOKEN: _("🎫 New token"),
        Action.DELETE: _("🗑 Delete"),
        Action.LANGUAGE: _("🌐 Language"),
        Action.USE: _("Yes, use it"),
        Action.RETRY: _("🔄 Try again"),
        Action.CANCEL: _("Cancel"),
    }[action]
    return InlineKeyboardButton(text=label, callback_data=ActionButton(action=action).pack())
