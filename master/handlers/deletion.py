"""Deleting a bot with everything that was kept for it."""

from aiogram import Router
from aiogram.types import CallbackQuery, TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Visit
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action, Erase


def create_router() -> Router:
    router = Router(name="deletion")
    on_command(router, ask, "delete")
    on_button(router, ask, Action.DELETE)
    router.callback_query.register(erase, Erase.filter())
    return router


async def ask(_event: TelegramObject, visit: Visit) -> None:
    found = await visit.manager.status(visit.user_id)
    text = texts.deletion_question(found.card.username, found.documents)
    await visit.screen.show(text, keyboards.confirm_deletion(found.card))


async def erase(_callback: CallbackQuery, callback_data: Erase, visit: Visit) -> None:
    """Delete the bot of whoever taps, unless the question was about an earlier one."""
    bot = await visit.manager.find(visit.user_id)
    if bot is None:
        # Tapped twice, or the master was restarted in the middle of it.
        finished = await visit.manager.finish_deletion(visit.user_id)
        await visit.screen.show(texts.deleted(finished) if finished else texts.deleted_already())
        return
    if bot.bot_id != callback_data.bot_id:
        await visit.screen.show(texts.old_button())
        return
    await visit.state.clear()
    await visit.screen.refresh(texts.working(bot.username))
    receipt = await visit.manager.delete(visit.user_id)
    await visit.screen.show(texts.deleted(receipt))
