"""Buttons to have whole documents read, and to decide about it."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _

from personal_bot.answers.summaries.kinds import OFFERED, Kind
from personal_bot.documents.records import DocumentCard
from personal_bot.telegram.keyboards import Id
from personal_bot.telegram.markup import shorten_name
from personal_bot.telegram.texts import summaries

NAME_LIMIT = 40  # characters of a file name on a button
KINDS_IN_ROW = 2


class WholeButton(CallbackData, prefix="whole"):
    """Has a document read for a summary or another kind of answer.

    With `again`, it is shown in the message of the button, which says why there is no answer yet.
    """

    document_id: Id
    kind: Kind
    again: bool = False


class ConsentButton(CallbackData, prefix="consent"):
    """Agrees to the cost of the reading that its message asks about, or not."""

    agreed: bool


class ChoiceButton(CallbackData, prefix="choose"):
    """Says which document the question is about that its message asks about."""

    document_id: Id


def offer_readings(keyboard: InlineKeyboardMarkup, card: DocumentCard) -> InlineKeyboardMarkup:
    """Return the keyboard of a document's card with what can be made of it, in its first rows."""
    buttons = [
        _button(summaries.name_kind(kind), WholeButton(document_id=card.document_id, kind=kind))
        for kind in OFFERED
    ]
    rows = [buttons[start : start + KINDS_IN_ROW] for start in range(0, len(buttons), KINDS_IN_ROW)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, *keyboard.inline_keyboard])


def offer_retry(document_id: int, kind: Kind) -> InlineKeyboardMarkup:
    button = WholeButton(document_id=document_id, kind=kind, again=True)
    return InlineKeyboardMarkup(inline_keyboard=[[_button(_("🔄 Try again"), button)]])


def ask_consent() -> InlineKeyboardMarkup:
    row = [
        _button(_("▶️ Go on"), ConsentButton(agreed=True)),
        _button(_("Not now"), ConsentButton(agreed=False)),
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def choose_document(choices: Sequence[tuple[int, str]]) -> InlineKeyboardMarkup:
    """Return a button for each (document_id, name)."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(shorten_name(name, NAME_LIMIT), ChoiceButton(document_id=document_id))]
            for document_id, name in choices
        ]
    )


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
