"""Why a bot does not work, and what to do."""

from aiogram import Router
from aiogram.types import TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Visit
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action


def create_router() -> Router:
    router = Router(name="diagnostics")
    on_command(router, show_diagnosis, "debug")
    on_button(router, show_diagnosis, Action.DEBUG)
    return router


async def show_diagnosis(_event: TelegramObject, visit: Visit) -> None:
    bot = await visit.manager.get(visit.user_id)
    found = await visit.manager.diagnose(visit.user_id)
    await visit.screen.show(
        texts.diagnosis(bot.username, found), keyboards.remedies(found.condition)
    )
