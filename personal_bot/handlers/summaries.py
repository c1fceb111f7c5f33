"""Handlers of the buttons that have whole documents read, and of the decisions about it."""

from aiogram import Router
from aiogram.types import CallbackQuery, Update
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.errors import DocumentNotFoundError
from personal_bot.handlers.dead_buttons import refuse_tap
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, NewJob, insert_jobs, is_received
from personal_bot.jobs.whole_documents import resume
from personal_bot.telegram.summary_buttons import ChoiceButton, ConsentButton, WholeButton
from personal_bot.telegram.texts import answers, summaries


def create_router() -> Router:
    router = Router(name="summaries")
    router.callback_query.register(read_whole, WholeButton.filter())
    router.callback_query.register(decide, ConsentButton.filter())
    router.callback_query.register(choose, ChoiceButton.filter())
    return router


async def read_whole(
    callback: CallbackQuery,
    callback_data: WholeButton,
    callback_answer: CallbackAnswer,
    event_update: Update,
    context: Context,
) -> None:
    """Record that a document is to be read, with the message that will show the answer.

    There is no message of the owner that asks for it, so the bot's own stands for the question.
    """
    card = await context.services.find_card(callback_data.document_id)
    if card is None:
        error = DocumentNotFoundError(str(callback_data.document_id))
        await refuse_tap(callback, callback_answer, context.explain(error), context)
        return
    if await context.database.run(is_received, event_update.update_id):
        return
    payload = {
        "text": summaries.name_request(callback_data.kind, card.name),
        "document_id": callback_data.document_id,
        "reading": callback_data.kind,
    }

    def record(message_id: int) -> None:
        job = NewJob(
            event_update.update_id,
            JobKind.SUMMARY,
            context.user_id,
            message_id,
            payload,
            message_id,
        )
        insert_jobs([job])

    shown_in = callback.message.message_id if callback.message else 0
    if callback_data.again:
        await context.database.run(record, shown_in)
    else:
        await context.placeholders.place(context.user_id, answers.wait(), shown_in, record)
    await context.queue.announce_change()


async def decide(
    callback: CallbackQuery,
    callback_data: ConsentButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Resume the reading whose cost was asked about, or give it up."""
    await _resume(callback, callback_answer, context, agreed=callback_data.agreed)


async def choose(
    callback: CallbackQuery,
    callback_data: ChoiceButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Resume a question with the document that it is about."""
    await _resume(callback, callback_answer, context, document_id=callback_data.document_id)


async def _resume(
    callback: CallbackQuery,
    callback_answer: CallbackAnswer,
    context: Context,
    **decision: bool | int,
) -> None:
    shown_in = callback.message.message_id if callback.message else 0
    if await context.database.run(lambda: resume(shown_in, **decision)):
        await context.queue.announce_change()
    else:
        await refuse_tap(callback, callback_answer, summaries.say_too_late(), context)
