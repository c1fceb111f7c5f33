"""Handlers of the buttons that show a source, and what stands around it."""

import logging

from aiogram import Router
from aiogram.types import CallbackQuery
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.errors import StoreError
from personal_bot.handlers.dead_buttons import refuse_tap
from personal_bot.jobs.context import Context
from personal_bot.telegram import keyboards
from personal_bot.telegram.keyboards import AroundButton, SourceButton
from personal_bot.telegram.texts import answers

logger = logging.getLogger(__name__)


def create_router() -> Router:
    router = Router(name="sources")
    router.callback_query.register(show_source, SourceButton.filter())
    router.callback_query.register(show_around, AroundButton.filter())
    return router


async def show_source(
    callback: CallbackQuery,
    callback_data: SourceButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Show page and quote in a reply to the upload, or without a reply if it was deleted."""
    citation_id = callback_data.citation_id
    found = await context.database.run(conversations.find_source, citation_id)
    if found is None:
        await refuse_tap(callback, callback_answer, answers.say_source_gone(), context)
        return
    message_id = await context.messenger.send(
        callback.from_user.id,
        answers.show_source(found),
        keyboards.offer_passages_around(citation_id) if found.passage is not None else None,
        reply_to=found.message_id,
    )
    await context.database.run(conversations.record_source_message, citation_id, message_id)


async def show_around(
    callback: CallbackQuery,
    callback_data: AroundButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Show the cited passage between its neighbours, in place of the quote."""
    found = await context.database.run(conversations.find_source, callback_data.citation_id)
    try:
        passages = await _read_around(found, context) if found else {}
    except StoreError as error:
        logger.warning("Cannot read around a passage: %s", type(error).__name__)
        await context.note_problem(error)
        await context.messenger.send(callback.from_user.id, context.explain(error))
        return
    if found is None or found.passage not in passages:
        await refuse_tap(callback, callback_answer, answers.say_source_gone(), context)
        return
    before, cited, after = (passages.get(found.passage + step, "") for step in (-1, 0, 1))
    message_id = await context.messenger.edit_or_send(
        callback.from_user.id,
        callback.message.message_id if callback.message else None,
        answers.show_passages_around(found, before, cited, after),
    )
    await context.database.run(
        conversations.record_source_message, callback_data.citation_id, message_id
    )


async def _read_around(found: Source, context: Context) -> dict[int, str]:
    """Return the texts of the cited passage and its neighbours by their positions."""
    if found.passage is None:
        return {}
    async with context.services.use_index() as index:
        passages = await index.store.read(found.version, found.passage - 1, found.passage + 1)
    return {passage.meta["index"]: passage.content or "" for passage in passages}
