"""Handlers of questions, which they record for `jobs.answering`."""

import json
from dataclasses import asdict
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message, Update
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.answers import conversations
from personal_bot.handlers.dead_buttons import refuse_tap
from personal_bot.handlers.middlewares import QUEUED
from personal_bot.handlers.replies import read_replied
from personal_bot.jobs.context import Context
from personal_bot.jobs.editing import record_edit
from personal_bot.jobs.questions import find_group
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram.keyboards import RetryButton
from personal_bot.telegram.texts import answers


def create_router() -> Router:
    router = Router(name="questions")
    is_question = F.text & ~F.text.startswith("/")
    router.message.register(take_question, is_question, flags=QUEUED)
    router.edited_message.register(take_edit, is_question | (F.document & F.caption), flags=QUEUED)
    router.callback_query.register(retry, RetryButton.filter())
    return router


async def take_question(message: Message, event_update: Update, context: Context) -> None:
    """Record a question with what it replies to; it waits for a file that it replies to."""
    question = _read_question(message, event_update)
    replied = question.payload.get("replied_to")
    if replied and replied["message_id"] is not None:
        group = await context.database.run(find_group, replied["message_id"])
        question.payload.update({"group": group} if group else {})
    await context.queue.record(question)


async def take_edit(message: Message, event_update: Update, context: Context) -> None:
    """Record a question, or the caption of a file, that was edited after it was sent."""
    await context.database.run(record_edit, _read_question(message, event_update))
    await context.queue.announce_change()


async def retry(
    callback: CallbackQuery, event_update: Update, callback_answer: CallbackAnswer, context: Context
) -> None:
    """Record again the question that the message with the button replies to."""
    shown = callback.message
    question = shown.reply_to_message if isinstance(shown, Message) else None
    text = (question.text or question.caption) if question else None
    if shown is None or question is None or not text:
        await refuse_tap(callback, callback_answer, answers.say_question_gone(), context)
        return
    payload: dict[str, Any] = {"text": text}
    # Telegram does not say what the question itself replies to.
    stored = await context.database.run(conversations.find_question, shown.message_id)
    if stored is not None and stored.replied_to:
        payload["replied_to"] = json.loads(stored.replied_to)
    await context.queue.record(
        NewJob(
            update_id=event_update.update_id,
            kind=JobKind.QUESTION,
            chat_id=shown.chat.id,
            message_id=question.message_id,
            payload=payload,
            reply_id=shown.message_id,
        )
    )


def _read_question(message: Message, update: Update) -> NewJob:
    payload: dict[str, Any] = {"text": message.text or message.caption}
    replied = read_replied(message)
    if replied is not None:
        payload["replied_to"] = asdict(replied)
    return NewJob(
        update_id=update.update_id,
        kind=JobKind.QUESTION,
        chat_id=message.chat.id,
        message_id=message.message_id,
        payload=payload,
    )
