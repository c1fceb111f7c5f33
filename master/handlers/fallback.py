"""Replies to messages and buttons that no other router has handled."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message
from aiogram.utils.callback_answer import CallbackAnswer

from master.handlers.filters import is_talk
from master.handlers.middlewares import Context
from master.telegram import texts


def create_router() -> Router:
    router = Router(name="fallback")
    router.message.register(answer_talk)
    router.callback_query.register(
        answer_old_button, flags={"callback_answer": {"pre": False, "show_alert": True}}
    )
    return router


async def answer_talk(message: Message, context: Context) -> None:
    bot = await context.manager.find(context.user_id)
    if not is_talk(message):
        await context.reply.show(texts.unknown_command())
    elif bot is None:
        await context.reply.show(texts.start_first())
    else:
        await context.reply.show(texts.send_there(bot.username))


async def answer_old_button(_callback: CallbackQuery, callback_answer: CallbackAnswer) -> None:
    callback_answer.text = texts.old_button()
