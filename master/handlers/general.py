"""The /help and /cancel commands, and Telegram's menu of commands."""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, TelegramObject
from aiogram.utils.i18n import I18n

from master.accounts.users import LANGUAGES
from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Context
from master.telegram import texts
from master.telegram.keyboards import Action

logger = logging.getLogger(__name__)


def create_router() -> Router:
    router = Router(name="general")
    on_command(router, show_help, "help")
    on_command(router, cancel, "cancel")
    on_button(router, cancel, Action.CANCEL)
    return router


async def publish_commands(bot: Bot, i18n: I18n) -> None:
    """Set Telegram's menu in each language; users of any other language see it in English."""
    for language in LANGUAGES:
        with i18n.context(), i18n.use_locale(language):
            menu = [
                BotCommand(command=command, description=purpose)
                for command, purpose in texts.commands().items()
            ]
        try:
            await bot.set_my_commands(
                menu,
                scope=BotCommandScopeAllPrivateChats(),
                language_code=None if language == i18n.default_locale else language,
            )
        except TelegramAPIError as error:
            logger.warning("Cannot set the menu of commands: %s", error)


async def show_help(
    _event: TelegramObject, context: Context, admin_user_ids: frozenset[int]
) -> None:
    await context.reply.show(texts.help_text(is_admin=context.user_id in admin_user_ids))


async def cancel(_event: TelegramObject, context: Context) -> None:
    under_way = await context.state.get_state()
    await context.state.clear()
    await context.reply.show(texts.cancelled() if under_way else texts.nothing_to_cancel())
