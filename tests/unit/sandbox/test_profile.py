import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from tests.unit.sandbox.conftest import USER


def commands(*names: str) -> list[BotCommand]:
    return [BotCommand(command=name, description=f"do {name}") for name in names]


async def menu(sandbox, user_id: int = USER) -> list[str]:
    chats = (await sandbox.do("GET", "/client/chats", params={"user_id": user_id}))["chats"]
    [chat] = [one for one in chats if one["bot"] == "master_bot"]
    return [one["command"] for one in chat["commands"]]


async def test_commands_are_kept_by_language_and_scope(met):
    scope = BotCommandScopeAllPrivateChats()
    await met.set_my_commands(commands("start"))
    await met.set_my_commands(commands("start", "help"), language_code="ru", scope=scope)

    async def kept(**place) -> list[tuple[str, str]]:
        return [(one.command, one.description) for one in await met.get_my_commands(**place)]

    both = [("start", "do start"), ("help", "do help")]
    assert await kept() == both[:1]
    assert await kept(language_code="ru") == []
    assert await kept(language_code="ru", scope=scope) == both
    await met.delete_my_commands(language_code="ru", scope=scope)
    assert await kept(language_code="ru", scope=scope) == []


async def test_a_person_sees_the_menu_in_their_language(sandbox, met):
    await met.set_my_commands(commands("start"))
    await met.set_my_commands(commands("help"), language_code="ru")
    assert await menu(sandbox) == ["help"]
    assert await menu(sandbox, user_id=7) == ["start"]


async def test_the_narrower_scope_wins(sandbox, met):
    await met.set_my_commands(commands("help"), language_code="ru")
    await met.set_my_commands(commands("start"), scope=BotCommandScopeAllPrivateChats())
    assert await menu(sandbox) == ["start"]
    await met.set_my_commands(commands("mine"), scope=BotCommandScopeChat(chat_id=USER))
    assert await menu(sandbox) == ["mine"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (BotCommand(command="Start", description="x"), "BOT_COMMAND_INVALID"),
        (BotCommand(command="a" * 33, description="x"), "BOT_COMMAND_INVALID"),
        (BotCommand(command="start", description=" "), "BOT_COMMAND_DESCRIPTION_INVALID"),
        (BotCommand(command="start", description="x" * 257), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_wrong_commands_are_refused(bot, command, reason):
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_my_commands([command])


async def test_at_most_100_commands_fit(bot):
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands(commands(*(f"c{number}" for number in range(101))))


async def test_a_language_has_two_letters(bot):
    with pytest.raises(TelegramBadRequest, match="invalid language code specified"):
        await bot.set_my_commands(commands("start"), language_code="russian")


async def test_descriptions_are_kept_by_language(bot):
    await bot.set_my_description("Reads documents")
    await bot.set_my_description("Читает документы", language_code="ru")
    await bot.set_my_short_description("Reads")
    assert (await bot.get_my_description()).description == "Reads documents"
    assert (await bot.get_my_description(language_code="ru")).description == "Читает документы"
    assert (await bot.get_my_description(language_code="de")).description == "Reads documents"
    assert (await bot.get_my_short_description()).short_description == "Reads"


async def test_a_description_has_at_most_512_characters(bot):
    with pytest.raises(TelegramBadRequest, match="BOT_DESCRIPTION_TOO_LONG"):
        await bot.set_my_description("x" * 513)


async def test_a_new_name_is_seen(bot):
    await bot.set_my_name("Librarian")
    assert (await bot.get_my_name()).name == "Librarian"
    assert (await bot.get_me()).first_name == "Librarian"


async def test_a_chat_can_be_asked_for(met):
    chat = await met.get_chat(USER)
    assert (chat.id, chat.type) == (USER, "private")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await met.get_chat(999)


async def test_the_menu_button_is_kept(met):
    assert (await met.get_chat_menu_button()).type == "commands"
    await met.set_chat_menu_button(menu_button={"type": "default"})
    assert (await met.get_chat_menu_button()).type == "default"
