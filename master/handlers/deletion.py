"""Deletion of a user's bot with all its data, after confirmation."""

from aiogram import Router
from aiogram.types import CallbackQuery, TelegramObject

from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Context
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action, DeletionButton


def create_router() -> Router:
    router = Router(name="deletion")
    on_command(router, ask, "delete")
    on_button(router, ask, Action.DELETE)
    router.callback_query.register(delete, DeletionButton.filter())
    return router


async def ask(_event: TelegramObject, context: Context) -> None:
    found = await context.manager.status(context.user_id)
    await context.reply.show(texts.deletion_question(found), keyboards.confirm_deletion(found.card))


async def delete(_callback: CallbackQuery, callback_data: DeletionButton, context: Context) -> None:
    """Delete the user's bot, unless the button belongs to an earlier bot."""
    bot = await context.manager.find(context.user_id)
    if bot is None:
        # The button was tapped twice, or the master was restarted during the deletion.
        finished = await context.manager.finish_deletion(context.user_id)
        await context.reply.show(texts.deleted(finished) if finished else texts.deleted_already())
        return
    if bot.bot_id != callback_data.bot_id:
        await context.reply.show(texts.old_button())
        return
    await context.state.clear()
    await context.reply.refresh(texts.working(bot.username))
    receipt = await context.manager.delete(context.user_id)
    await context.reply.show(texts.deleted(receipt))
