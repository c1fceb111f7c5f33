"""The /fleet command, which shows operators the number of bots in each state."""

from aiogram import Router
from aiogram.types import Message

from master.handlers.filters import on_command
from master.handlers.middlewares import Context
from master.telegram import texts


def create_router() -> Router:
    router = Router(name="admin")
    router.message.filter(is_admin)
    on_command(router, show_fleet, "fleet")
    return router


def is_admin(_message: Message, user_id: int, admin_user_ids: frozenset[int]) -> bool:
    return user_id in admin_user_ids


async def show_fleet(_message: Message, context: Context) -> None:
    await context.reply.show(texts.fleet(await context.manager.list_statuses()))
