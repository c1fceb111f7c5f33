"""Buttons to pin documents, so that questions are about them alone, and to let go of them."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _

from personal_bot.documents.records import DocumentCard
from personal_bot.telegram.keyboards import Id, Page


class PinButton(CallbackData, prefix="pin"):
    """Pins the document of a card, or lets go of it; `page` is that of the list it came from."""

    document_id: Id
    page: Page
    pinned: bool


class LetGoButton(CallbackData, prefix="unpin"):
    """Lets go of all pinned documents; it stands under an answer, or `in_list`, on a `page`."""

    page: Page = 0
    in_list: bool = False


def offer_pinning(
    keyboard: InlineKeyboardMarkup, card: DocumentCard, page: int, *, is_pinned: bool
) -> InlineKeyboardMarkup:
    """Return the keyboard of a document's card with the button to pin it, or to let go, first."""
    label = _("✖️ Let go of it") if is_pinned else _("📌 Ask about this one")
    data = PinButton(document_id=card.document_id, page=page, pinned=not is_pinned)
    return _put_before(keyboard, label, data)


def offer_letting_go_in_list(
    keyboard: InlineKeyboardMarkup | None, page: int
) -> InlineKeyboardMarkup:
    """Return the keyboard of a list with the button to let go of all pinned documents first."""
    data = LetGoButton(page=page, in_list=True)
    return _put_before(keyboard, _("✖️ Ask about all again"), data)


def offer_letting_go(keyboard: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup:
    """Return the keyboard of an answer with the button to let go of all pinned documents first."""
    return _put_before(keyboard, _("✖️ Ask about all again"), LetGoButton())


def offers_letting_go(keyboard: InlineKeyboardMarkup | None) -> bool:
    """Return whether a keyboard under an answer has the button to let go."""
    rows = keyboard.inline_keyboard if keyboard is not None else []
    return any(button.callback_data == LetGoButton().pack() for row in rows for button in row)


def _put_before(
    keyboard: InlineKeyboardMarkup | None, label: str, data: CallbackData
) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=label, callback_data=data.pack())
    rows = keyboard.inline_keyboard if keyboard is not None else []
    return InlineKeyboardMarkup(inline_keyboard=[[button], *rows])
