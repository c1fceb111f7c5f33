"""Handlers of /language and its buttons."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from personal_bot.jobs.context import Context
from personal_bot.telegram.keyboards import LanguageButton, choose_language
from personal_bot.telegram.menu import publish_chosen_menu
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import chat


def create_router() -> Router:
    router = Router(name="language")
    router.message.register(ask, Command("language"))
    router.callback_query.register(choose, LanguageButton.filter())
    return router


async def ask(message: Message, context: Context) -> None:
    question = await context.messenger.send(message.chat.id, chat.ask_language(), choose_language())
    await context.open_buttons.move(Place.QUESTION, question)


async def choose(callback: CallbackQuery, callback_data: LanguageButton, context: Context) -> None:
    await context.languages.choose(callback_data.language)
    with context.languages.speaking():
        shown_in = callback.message.message_id if callback.message else None
        await context.open_buttons.forget(Place.QUESTION, shown_in)
        await context.messenger.edit_or_send(
            callback.from_user.id, shown_in, chat.confirm_language()
        )
        await publish_chosen_menu(context.messenger.bot, callback.from_user.id)
