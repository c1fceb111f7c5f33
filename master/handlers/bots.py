"""A person's own bot: its card, its status, starting and stopping it."""

from aiogram import Router
from aiogram.types import TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Visit
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action


def create_router() -> Router:
    router = Router(name="bots")
    on_button(router, show_card, Action.CARD)
    for handler, command, action in (
        (show_status, "status", Action.STATUS),
        (restart, "restart", Action.RESTART),
        (stop, "stop", Action.STOP),
        (resume, "resume", Action.RESUME),
    ):
        on_command(router, handler, command)
        on_button(router, handler, action)
    return router


async def show_card(_event: TelegramObject, visit: Visit) -> None:
    bot = await visit.manager.get(visit.user_id)
    await visit.screen.show(texts.card(bot), keyboards.card(bot))


async def show_status(_event: TelegramObject, visit: Visit) -> None:
    found = await visit.manager.status(visit.user_id)
    await visit.screen.show(texts.status(found), keyboards.card(found.card))


async def restart(_event: TelegramObject, visit: Visit) -> None:
    bot = await visit.manager.get(visit.user_id)
    await visit.screen.refresh(texts.working(bot.username))
    bot = await visit.manager.restart(visit.user_id)
    await visit.screen.show(texts.restarted(bot.username), keyboards.card(bot))


async def stop(_event: TelegramObject, visit: Visit) -> None:
    bot = await visit.manager.get(visit.user_id)
    await visit.screen.refresh(texts.working(bot.username))
    bot = await visit.manager.stop(visit.user_id)
    await visit.screen.show(texts.stopped(bot.username), keyboards.card(bot))


async def resume(_event: TelegramObject, visit: Visit) -> None:
    bot = await visit.manager.get(visit.user_id)
    await visit.screen.refresh(texts.working(bot.username))
    bot = await visit.manager.start(visit.user_id)
    await visit.screen.show(texts.resumed(bot.username), keyboards.card(bot))
