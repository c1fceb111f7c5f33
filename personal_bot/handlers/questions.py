"""Handlers of questions, which they record for `jobs.answering`, and of buttons under answers."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message, Update
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.answers import conversations
from personal_bot.handlers.middlewares import QUEUED
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram.keyboards import RetryButton, SourceButton
from personal_bot.telegram.texts import answers


def create_router() -> Router:
    router = Router(name="questions")
    router.message.register(take_question, F.text, ~F.text.startswith("/"), flags=QUEUED)
    router.callback_query.register(ask_again, RetryButton.filter())
    router.callback_query.register(show_source, SourceButton.filter())
    return router


async def take_question(message: Message, event_update: Update, context: Context) -> None:
    await context.queue.record(
        NewJob(
            update_id=event_update.update_id,
            kind=JobKind.QUESTION,
            chat_id=message.chat.id,
            message_id=message.message_id,
            payload={"text": message.text},
        )
    )


async def ask_again(
    callback: CallbackQuery, event_update: Update, callback_answer: CallbackAnswer, context: Context
) -> None:
    """Record again the question that the message with the button replies to."""
    shown = callback.message
    question = shown.reply_to_message if isinstance(shown, Message) else None
    text = (question.text or question.caption) if question else None
    if shown is None or question is None or not text:
        callback_answer.text = answers.say_question_gone()
        callback_answer.show_alert = True
        return
    await context.queue.record(
        NewJob(
            update_id=event_update.update_id,
            kind=JobKind.QUESTION,
            chat_id=shown.chat.id,
            message_id=question.message_id,
            payload={"text": text},
            reply_id=shown.message_id,
        )
    )


async def show_source(
    callback: CallbackQuery,
    callback_data: SourceButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Show page and quote in a reply to the upload, or without a reply if it was deleted."""
    found = await context.database.run(conversations.find_source, callback_data.citation_id)
    if found is None:
        callback_answer.text = answers.say_source_gone()
        callback_answer.show_alert = True
        return
    text = answers.show_source(found)
    await context.messenger.send(callback.from_user.id, text, reply_to=found.message_id)
