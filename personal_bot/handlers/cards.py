"""Handlers of document cards, and of the buttons that have an upload read again."""

from functools import partial

from aiogram import Router
from aiogram.types import CallbackQuery, Update
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.documents import records
from personal_bot.documents.records import StoredUpload
from personal_bot.errors import DocumentNotFoundError
from personal_bot.handlers.dead_buttons import refuse_tap, remove_tapped
from personal_bot.jobs import listing
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import (
    derive_update_id,
    insert_jobs,
    is_received,
    note_received,
)
from personal_bot.jobs.rereading import read_again
from personal_bot.telegram.keyboards import (
    CardButton,
    EncodingButton,
    KeepBothButton,
    ReadAnewButton,
)
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import documents as texts


def create_router() -> Router:
    router = Router(name="cards")
    router.callback_query.register(show_card, CardButton.filter())
    router.callback_query.register(keep_both, KeepBothButton.filter())
    router.callback_query.register(choose_encoding, EncodingButton.filter())
    router.callback_query.register(read_anew, ReadAnewButton.filter())
    return router


async def show_card(
    callback: CallbackQuery,
    callback_data: CardButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Show what was read of a document: in the list's message, or below an upload."""
    chat_id, page = callback.from_user.id, callback_data.page
    shown_in = callback.message.message_id if callback_data.in_list and callback.message else None
    card = await context.services.find_card(callback_data.document_id)
    if card is not None:
        await listing.show_card(context, chat_id, shown_in, card, page)
    elif callback_data.in_list:
        await listing.show_list(
            context, chat_id, shown_in, page, _explain_gone(callback_data, context)
        )
    else:
        reason = _explain_gone(callback_data, context)
        await refuse_tap(callback, callback_answer, reason, context)


async def keep_both(
    callback: CallbackQuery,
    callback_data: KeepBothButton,
    callback_answer: CallbackAnswer,
    event_update: Update,
    context: Context,
) -> None:
    """Rename a document, and read the upload that it replaced again, under the old name."""

    def separate() -> records.Separation | None:
        if is_received(event_update.update_id):
            return None
        separation = records.separate_versions(callback_data.document_id)
        if separation is None:
            note_received(event_update.update_id)
        else:
            insert_jobs([read_again(event_update.update_id, separation.upload)])
        return separation

    separation = await context.database.run(separate)
    await context.queue.announce_change()
    if separation is None:
        await refuse_tap(callback, callback_answer, texts.say_too_late_to_keep_both(), context)
    else:
        await remove_tapped(callback, context)
        text = texts.confirm_keeping_both(separation.upload.name, separation.renamed)
        await context.messenger.send(callback.from_user.id, text)


async def choose_encoding(
    callback: CallbackQuery,
    callback_data: EncodingButton,
    callback_answer: CallbackAnswer,
    event_update: Update,
    context: Context,
) -> None:
    """Read a text again, in the encoding that the owner has chosen."""
    card = await context.services.find_card(callback_data.document_id)
    if card is None:
        reason = _explain_gone(callback_data, context)
        await refuse_tap(callback, callback_answer, reason, context)
        return
    upload = StoredUpload(card.name, card.chat_id, card.message_id, card.file_id)
    await context.queue.record(read_again(event_update.update_id, upload, callback_data.encoding))


async def read_anew(
    callback: CallbackQuery, callback_data: ReadAnewButton, event_update: Update, context: Context
) -> None:
    """Read all uploads again that an earlier version has read, or leave them as they are."""
    text = texts.keep_reading()
    if callback_data.confirmed:
        uploads = await context.database.run(records.list_outdated_uploads)
        jobs = [
            read_again(derive_update_id(event_update.update_id, number), upload)
            for number, upload in enumerate(uploads)
        ]
        await context.database.run(partial(insert_jobs, jobs, limited=False))
        await context.queue.announce_change()
        text = texts.confirm_reading_anew(len(uploads))
    shown_in = callback.message.message_id if callback.message else None
    await context.open_buttons.forget(Place.OFFER, shown_in)
    await context.messenger.edit_or_send(callback.from_user.id, shown_in, text)


def _explain_gone(button: CardButton | EncodingButton, context: Context) -> str:
    return context.explain(DocumentNotFoundError(str(button.document_id)))
