"""A small real bot that echoes texts and describes files; tests send everything else as it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

USERNAME = "echo_bot"
NAME = "Echo"
COMMANDS = {
    "en": {"start": "Begin", "keys": "Show some keys", "speak": "Which language?"},
    "ru": {"start": "Начать", "keys": "Показать кнопки", "speak": "Какой язык?"},
}
KEYS = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Toast", callback_data="toast"),
            InlineKeyboardButton(text="Alert", callback_data="alert"),
        ],
        [InlineKeyboardButton(text="BotFather", url="https://t.me/BotFather")],
    ]
)


async def _greet(message: Message) -> None:
    await message.answer(f"Hello, {message.chat.first_name}!")


async def _show_keys(message: Message) -> None:
    await message.answer("Press one", reply_markup=KEYS)


async def _tell_language(message: Message) -> None:
    person = message.from_user
    await message.answer(f"You speak {person.language_code if person else None}")


async def _weigh(message: Message, bot: Bot) -> None:
    """Download the file and reply with its content."""
    assert message.document is not None
    content = await bot.download(message.document)
    assert content is not None
    about = f"{message.document.file_name} is «{content.read().decode()}»"
    await message.answer(f"{about}, album: {message.media_group_id is not None}")


async def _repeat(message: Message) -> None:
    original = message.reply_to_message
    about = f" about «{original.text}»" if original else ""
    await message.answer(f"You said{about}: {message.text}")


async def _answer_press(query: CallbackQuery) -> None:
    await query.answer(f"You pressed {query.data}", show_alert=query.data == "alert")


def _make_dispatcher() -> Dispatcher:
    router = Router()
    router.message.register(_greet, CommandStart())
    router.message.register(_show_keys, Command("keys"))
    router.message.register(_tell_language, Command("speak"))
    router.message.register(_weigh, F.document)
    router.message.register(_repeat, F.text)
    router.callback_query.register(_answer_press)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    return dispatcher


@asynccontextmanager
async def open_echo_bot(url: str, token: str) -> AsyncIterator[Bot]:
    """Run the bot, polling until the context exits."""
    server = TelegramAPIServer.from_base(url)
    async with Bot(token, session=AiohttpSession(api=server)) as bot:
        for language, commands in COMMANDS.items():
            rows = [BotCommand(command=name, description=text) for name, text in commands.items()]
            await bot.set_my_commands(rows, language_code=None if language == "en" else language)
        dispatcher = _make_dispatcher()
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        )
        await asyncio.sleep(0)  # `stop_polling` works only once polling has started
        try:
            yield bot
        finally:
            # Cancelling would leave a request pending, which would reopen the closed session.
            await dispatcher.stop_polling()
            await polling
