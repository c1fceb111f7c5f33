"""Buttons that do nothing any more: an alert tells why, and the button is removed."""

from aiogram.types import CallbackQuery, Message
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.jobs.context import Context
from personal_bot.telegram import keyboards


async def refuse_tap(
    callback: CallbackQuery, callback_answer: CallbackAnswer, reason: str, context: Context
) -> None:
    """Show `reason`, plain text of at most 200 characters, and remove the tapped button."""
    callback_answer.text = reason
    callback_answer.show_alert = True
    await remove_tapped(callback, context)


async def remove_tapped(callback: CallbackQuery, context: Context) -> None:
    """Remove the tapped button; the other ones below its message stay."""
    shown = callback.message
    if isinstance(shown, Message) and shown.reply_markup is not None:
        rest = keyboards.leave_out(shown.reply_markup, callback.data)
        await context.messenger.show_buttons(shown.chat.id, shown.message_id, rest)
