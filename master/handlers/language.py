"""The choice of the language in which the master speaks to a user."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, TelegramObject
from aiogram.utils.i18n import I18n

from master.accounts.users import LANGUAGES, Users
from master.handlers.filters import on_button, on_command
from master.handlers.middlewares import Context
from master.telegram import keyboards, texts
from master.telegram.keyboards import Action, LanguageButton


def create_router() -> Router:
    router = Router(name="language")
    on_command(router, ask, "language")
    on_button(router, ask, Action.LANGUAGE)
    router.callback_query.register(choose, LanguageButton.filter(F.language.in_(LANGUAGES)))
    return router


async def ask(_event: TelegramObject, context: Context) -> None:
    await context.reply.show(texts.choose_language(), keyboards.languages())


async def choose(
    _callback: CallbackQuery,
    callback_data: LanguageButton,
    context: Context,
    users: Users,
    i18n: I18n,
) -> None:
    await users.choose_language(context.user_id, callback_data.language)
    await context.manager.share_language(context.user_id)
    with i18n.use_locale(callback_data.language):
        await context.reply.show(texts.language_chosen())
