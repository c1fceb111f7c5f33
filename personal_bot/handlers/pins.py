"""Handlers of /all, and of the buttons that pin documents or let go of them."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.documents import pins
from personal_bot.documents.pins import MOST_PINNED, Pinning
from personal_bot.errors import DocumentNotFoundError
from personal_bot.handlers.dead_buttons import refuse_tap, remove_tapped
from personal_bot.jobs.context import Context
from personal_bot.jobs.listing import show_card, show_list
from personal_bot.telegram.pin_buttons import LetGoButton, PinButton
from personal_bot.telegram.texts import pins as texts


def create_router() -> Router:
    router = Router(name="pins")
    router.message.register(ask_about_all, Command("all"))
    router.callback_query.register(pin, PinButton.filter())
    router.callback_query.register(let_go, LetGoButton.filter())
    return router


async def ask_about_all(message: Message, context: Context) -> None:
    was_pinned = await context.database.run(pins.let_go)
    text = texts.confirm_letting_go() if was_pinned else texts.say_nothing_pinned()
    await context.messenger.send(message.chat.id, text)


async def pin(
    callback: CallbackQuery,
    callback_data: PinButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Pin the document of a card, or let go of it, and show the card anew."""
    document_id = callback_data.document_id
    pinning = Pinning.DONE
    if callback_data.pinned:
        pinning = await context.database.run(pins.pin, document_id)
    else:
        await context.database.run(pins.let_go, document_id)
    card = await context.services.find_card(document_id)
    if card is None or pinning is Pinning.GONE:
        reason = context.explain(DocumentNotFoundError(str(document_id)))
        await refuse_tap(callback, callback_answer, reason, context)
        return
    if pinning is Pinning.TOO_MANY:
        callback_answer.text = texts.refuse_pinning(MOST_PINNED)
        callback_answer.show_alert = True
        return
    if callback_data.pinned:
        callback_answer.text = texts.confirm_pinning(card.name)
    shown_in = callback.message.message_id if callback.message else None
    await show_card(context, callback.from_user.id, shown_in, card, callback_data.page)


async def let_go(
    callback: CallbackQuery,
    callback_data: LetGoButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Let go of all pinned documents, from below an answer or in the list of documents."""
    was_pinned = await context.database.run(pins.let_go)
    callback_answer.text = texts.confirm_letting_go() if was_pinned else texts.say_nothing_pinned()
    if callback_data.in_list:
        shown_in = callback.message.message_id if callback.message else None
        await show_list(context, callback.from_user.id, shown_in, callback_data.page)
    else:
        await remove_tapped(callback, context)
