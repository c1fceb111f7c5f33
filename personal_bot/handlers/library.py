"""Handlers of /docs, /clear and their buttons."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, Update

from personal_bot.errors import DocumentNotFoundError
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram import keyboards
from personal_bot.telegram.keyboards import ClearButton, DeleteButton, PageButton
from personal_bot.telegram.texts import documents as texts

PAGE = 8  # documents per page


def create_router() -> Router:
    router = Router(name="library")
    router.message.register(list_documents, Command("docs"))
    router.message.register(ask_clearing, Command("clear"))
    router.callback_query.register(turn_page, PageButton.filter())
    router.callback_query.register(delete, DeleteButton.filter())
    router.callback_query.register(clear, ClearButton.filter())
    return router


async def list_documents(message: Message, context: Context) -> None:
    await _show_page(message.chat.id, None, 0, context)


async def turn_page(callback: CallbackQuery, callback_data: PageButton, context: Context) -> None:
    shown_in = _shown_in(callback)
    await _show_page(callback.from_user.id, shown_in, callback_data.page, context)


async def delete(
    callback: CallbackQuery, callback_data: DeleteButton, event_update: Update, context: Context
) -> None:
    """Ask for confirmation, or record the deletion if the tap confirms it."""
    chat_id, shown_in = callback.from_user.id, _shown_in(callback)
    document_id, page = callback_data.document_id, callback_data.page
    card = await context.services.find_card(document_id)
    if card is None:
        text = context.explain(DocumentNotFoundError(str(document_id)))
        await context.messenger.edit_or_send(chat_id, shown_in, text, keyboards.go_back(page))
    elif not callback_data.confirmed:
        buttons = keyboards.confirm_deletion(document_id, page)
        await context.messenger.edit_or_send(
            chat_id, shown_in, texts.ask_deletion(card.name), buttons
        )
    else:
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
    await context.messenger.send(message.chat.id, text, keyboards.confirm_clearing())


async def clear(
    callback: CallbackQuery, callback_data: ClearButton, event_update: Update, context: Context
) -> None:
    chat_id, shown_in = callback.from_user.id, _shown_in(callback)
    if not callback_data.confirmed:
        await context.messenger.edit_or_send(chat_id, shown_in, texts.cancel_deletion())
        return
    documents = (await context.services.count()).documents
    shown_in = await context.messenger.edit_or_send(chat_id, shown_in, texts.show_deleting())
    await _record(context, event_update, JobKind.CLEARING, shown_in, documents=documents)


async def _show_page(chat_id: int, shown_in: int | None, page: int, context: Context) -> None:
    total = (await context.services.count()).documents
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 0), pages - 1)
    async with context.services.use_library() as library:
        cards = await library.list(page * PAGE, PAGE)
    first = page * PAGE + 1
    text = texts.list_documents(cards, first, total)
    await context.messenger.edit_or_send(
        chat_id, shown_in, text, keyboards.list_documents(cards, first, page, pages)
    )


async def _record(
    context: Context, update: Update, kind: JobKind, reply_id: int, **payload: str | int
) -> None:
    """Record a deletion whose result will be shown in the bot's message `reply_id`."""
    await context.queue.record(
        NewJob(update.update_id, kind, context.user_id, reply_id, payload, reply_id)
    )


def _shown_in(callback: CallbackQuery) -> int | None:
    return callback.message.message_id if callback.message else None
