"""Card and status of a user's bot; stopping, resuming and restarting it."""

from aiogram import Router
from aiogram.types import TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Context
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


async def show_card(_event: TelegramObject, context: Context) -> None:
    bot = await context.manager.get(context.user_id)
    await context.reply.show(texts.card(bot), keyboards.card(bot))


async def show_status(_event: TelegramObject, context: Context) -> None:
    found = await context.manager.status(context.user_id)
    await context.reply.show(texts.status(found), keyboards.card(found.card))


async def restart(_event: TelegramObject, context: Context) -> None:
    bot = await context.manager.get(context.user_id)
    await context.reply.refresh(texts.working(bot.username))
    bot = await context.manager.restart(context.user_id)
    await context.reply.show(texts.restarted(bot.username), keyboards.card(bot))


async def stop(_event: TelegramObject, context: Context) -> None:
    bot = await context.manager.get(context.user_id)
    await context.reply.refresh(texts.working(bot.username))
    bot = await context.manager.stop(context.user_id)
    await context.reply.show(texts.stopped(bot.username), keyboards.card(bot))


async def resume(_event: TelegramObject, context: Context) -> None:
    bot = await context.manager.get(context.user_id)
    await context.reply.refresh(texts.working(bot.username))
    bot = await context.manager.start(context.user_id)
    await context.reply.show(texts.resumed(bot.username), keyboards.card(bot))
