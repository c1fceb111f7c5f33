from aiogram.methods import SetMyCommands

from personal_bot.telegram.menu import publish_menu

OWNER = 5


async def test_the_menu_is_published_in_both_languages_once(context, telegram) -> None:
    for _ in range(2):
        await publish_menu(telegram_bot(context), OWNER, context.languages, context.preferences)
    english, russian = telegram.list_calls(SetMyCommands)
    assert (english.language_code, russian.language_code) == (None, "ru")
    assert english.commands[0].description == "Your documents"
    assert russian.commands[0].description == "Ваши документы"


async def test_a_chosen_language_holds_in_the_owners_chat(context, telegram) -> None:
    await context.languages.choose("ru")
    await publish_menu(telegram_bot(context), OWNER, context.languages, context.preferences)
    own = telegram.list_calls(SetMyCommands)[-1]
    assert (own.scope.chat_id, own.commands[0].description) == (OWNER, "Ваши документы")


def telegram_bot(context):
    return context.messenger.bot
