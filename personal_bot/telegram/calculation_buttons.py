"""The button under an answer that shows how it was calculated from tables."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _

from personal_bot.telegram.keyboards import Id


class CalculationButton(CallbackData, prefix="computed"):
    exchange_id: Id


def offer_calculation(keyboard: InlineKeyboardMarkup, exchange_id: int) -> InlineKeyboardMarkup:
    """Return the keyboard of an answer with the button above its last row."""
    data = CalculationButton(exchange_id=exchange_id)
    button = InlineKeyboardButton(text=_("🧮 How it was computed"), callback_data=data.pack())
    *sources, last = keyboard.inline_keyboard
    return InlineKeyboardMarkup(inline_keyboard=[*sources, [button], last])


def find_offer(keyboard: InlineKeyboardMarkup | None) -> int | None:
    """Return the id of the exchange whose calculation a keyboard offers."""
    prefix = f"{CalculationButton.__prefix__}{CalculationButton.__separator__}"
    for row in keyboard.inline_keyboard if keyboard is not None else []:
        for button in row:
            if (button.callback_data or "").startswith(prefix):
                return CalculationButton.unpack(str(button.callback_data)).exchange_id
    return None
