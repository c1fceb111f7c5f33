"""The command list in Telegram's menu."""

import logging

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeChat

from personal_bot.storage.preferences import Preferences
from personal_bot.telegram.languages import DEFAULT, NAMES, Languages
from personal_bot.telegram.texts.chat import describe_commands

logger = logging.getLogger(__name__)


async def publish_menu(
    bot: Bot, user_id: int, languages: Languages, preferences: Preferences
) -> None:
    """Publish the menu in every language, unless the same menu was published last.

    A language that the owner has chosen applies to their chat, whatever language their Telegram
    app has. Raises TelegramAPIError.
    """
    menus = {}
    for language in NAMES:
        with languages.speaking(language):
            menus[language] = _list_commands()
    published = repr((menus, languages.is_chosen and languages.current))
    if preferences.get("menu") == published:
        return
    for language, commands in menus.items():
        code = None if language == DEFAULT else language
        await bot.set_my_commands(commands, language_code=code)
    if languages.is_chosen:
        with languages.speaking():
            await publish_chosen_menu(bot, user_id)
    await preferences.set("menu", published)


async def publish_chosen_menu(bot: Bot, user_id: int) -> None:
    """Publish the menu of the owner's chat in the current language. Raises TelegramAPIError."""
    await bot.set_my_commands(_list_commands(), scope=BotCommandScopeChat(chat_id=user_id))


def _list_commands() -> list[BotCommand]:
    return [
        BotCommand(command=name, description=what) for name, what in describe_commands().items()
    ]
