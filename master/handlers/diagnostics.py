"""The /debug command: why a user's bot does not work, and what to do."""

from aiogram import Router
from aiogram.types import TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Context
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action


def create_router() -> Router:
    router = Router(name="diagnostics")
    on_command(router, show_diagnosis, "debug")
    on_button(router, show_diagnosis, Action.DEBUG)
    return router


async def show_diagnosis(_event: TelegramObject, context: Context) -> None:
    bot = await context.manager.get(context.user_id)
    found = await context.manager.diagnose(context.user_id)
    await context.reply.show(
        texts.diagnosis(bot.username, found), keyboards.remedies(found.condition)
    )
