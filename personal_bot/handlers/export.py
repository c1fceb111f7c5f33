"""The handler of /export."""

import asyncio

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from personal_bot.answers import exports
from personal_bot.jobs.context import Context
from personal_bot.telegram.texts import chat


def create_router() -> Router:
    router = Router(name="export")
    router.message.register(export, Command("export"))
    return router


async def export(message: Message, context: Context) -> None:
    """Send the owner's questions with answers, sources and ratings as a file."""
    entries = await context.database.run(exports.read_entries)
    if not entries:
        await context.messenger.send(message.chat.id, chat.say_nothing_to_export())
        return
    content = await asyncio.to_thread(exports.pack, entries)
    rated = sum(entry["rating"] is not None for entry in entries)
    await context.messenger.send_file(
        message.chat.id, "conversations.zip", content, chat.describe_export(len(entries), rated)
    )
