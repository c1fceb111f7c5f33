"""Handlers of /docs, /clear and their buttons."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, Update

from personal_bot.errors import DocumentNotFoundError
from personal_bot.jobs.context import Context
from personal_bot.jobs.listing import show_list
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram import keyboards
from personal_bot.telegram.keyboards import ClearButton, DeleteButton, PageButton
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import documents as texts


def create_router() -> Router:
    router = Router(name="library")
    router.message.register(list_documents, Command("docs"))
    router.message.register(ask_clearing, Command("clear"))
    router.callback_query.register(turn_page, PageButton.filter())
    router.callback_query.register(delete, DeleteButton.filter())
    router.callback_query.register(clear, ClearButton.filter())
    return router


async def list_documents(message: Message, context: Context) -> None:
    await show_list(context, message.chat.id, None, 0)


async def turn_page(callback: CallbackQuery, callback_data: PageButton, context: Context) -> None:
    await show_list(context, callback.from_user.id, _shown_in(callback), callback_data.page)


async def delete(
    callback: CallbackQuery, callback_data: DeleteButton, event_update: Update, context: Context
) -> None:
    """Ask for confirmation, or record the deletion if the tap confirms it."""
    chat_id, shown_in = callback.from_user.id, _shown_in(callback)
    document_id, page = callback_data.document_id, callback_data.page
    card = await context.services.find_card(document_id)
    if card is None:
        notice = context.explain(DocumentNotFoundError(str(document_id)))
        await show_list(context, chat_id, shown_in, page, notice)
    elif not callback_data.confirmed:
        question = await context.messenger.edit_or_send(
            chat_id,
            shown_in,
            texts.ask_deletion(card.name),
            keyboards.confirm_deletion(document_id, page),
        )
        await context.open_buttons.move(Place.QUESTION, question)
    else:
        await context.open_buttons.forget(Place.QUESTION, shown_in)
        shown_in = await context.messenger.edit_or_send(chat_id, shown_in, texts.show_deleting())
        await _record(
            context,
            event_update,
            JobKind.DELETION,
            shown_in,
            document_id=document_id,
            name=card.name,
            page=page,
        )


async def ask_clearing(message: Message, context: Context) -> None:
    documents = (await context.services.count()).documents
    if not documents:
        await context.messenger.send(message.chat.id, texts.say_nothing_to_clear())
        return
    text = texts.ask_clearing(documents)
    question = await context.messenger.send(message.chat.id, text, keyboards.confirm_clearing())
    await context.open_buttons.move(Place.QUESTION, question)


async def clear(
    callback: CallbackQuery, callback_data: ClearButton, event_update: Update, context: Context
) -> None:
    chat_id, shown_in = callback.from_user.id, _shown_in(callback)
    await context.open_buttons.forget(Place.QUESTION, shown_in)
    if not callback_data.confirmed:
        await context.messenger.edit_or_send(chat_id, shown_in, texts.cancel_deletion())
        return
    documents = (await context.services.count()).documents
    shown_in = await context.messenger.edit_or_send(chat_id, shown_in, texts.show_deleting())
    await _record(context, event_update, JobKind.CLEARING, shown_in, documents=documents)


async def _record(
    context: Context, update: Update, kind: JobKind, reply_id: int, **payload: str | int
) -> None:
    """Record a deletion whose result will be shown in the bot's message `reply_id`."""
    await context.queue.record(
        NewJob(update.update_id, kind, context.user_id, reply_id, payload, reply_id)
    )


def _shown_in(callback: CallbackQuery) -> int | None:
    return callback.message.message_id if callback.message else None
