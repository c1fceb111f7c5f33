import pytest

from tests.unit.sandbox.conftest import USER


async def last(sandbox) -> dict:
    return (await sandbox.read(bot="BotFather"))[-1]


async def talk(sandbox, *texts: str, **more) -> str:
    for text in texts:
        await sandbox.say(text, bot="BotFather", **more)
    return (await last(sandbox))["text"]


def code(message: dict) -> str:
    [entity] = [one for one in message["entities"] if one["type"] == "code"]
    return message["text"][entity["offset"] : entity["offset"] + entity["length"]]


async def test_a_bot_is_made_in_a_conversation(sandbox):
    reply = await talk(sandbox, "/newbot", "My papers", "papers_bot")
    assert "@papers_bot" in reply
    me = await sandbox.bot(code(await last(sandbox))).get_me()
    assert (me.username, me.first_name) == ("papers_bot", "My papers")


async def test_botfather_speaks_the_persons_language(sandbox):
    assert (await talk(sandbox, "/newbot", language_code="ru")).startswith("Хорошо")
    assert (await talk(sandbox, "/newbot", language_code="en")).startswith("Alright")
    chats = (await sandbox.do("GET", "/client/chats", params={"user_id": USER}))["chats"]
    assert [one["command"] for one in chats[0]["commands"]][:2] == ["newbot", "mybots"]


@pytest.mark.parametrize(
    ("username", "begins"),
    [
        ("papers", "Sorry, the username is invalid"),
        ("master_bot", "Sorry, this username is already"),
    ],
)
async def test_a_wrong_username_can_be_tried_again(sandbox, username, begins):
    assert (await talk(sandbox, "/newbot", "Name", username)).startswith(begins)
    assert "@papers_bot" in await talk(sandbox, "@papers_bot")


async def test_a_token_is_shown_and_revoked_by_buttons(sandbox):
    token = await sandbox.make_bot("papers_bot")
    await talk(sandbox, "/mybots")
    message = await last(sandbox)
    [[choice]] = message["keyboard"]
    assert choice["text"] == "@papers_bot"
    await sandbox.tap(message["message_id"], choice["data"], bot="BotFather")
    [[show], [revoke]] = (await last(sandbox))["keyboard"]
    await sandbox.tap(message["message_id"], show["data"], bot="BotFather")
    assert code(await last(sandbox)) == token

    await talk(sandbox, "/revoke")
    message = await last(sandbox)
    await sandbox.tap(message["message_id"], revoke["data"], bot="BotFather")
    new = code(await last(sandbox))
    assert new != token
    assert (await sandbox.bot(new).get_me()).username == "papers_bot"
    assert (await sandbox.ask("GET", f"/bot{token}/getMe"))[0] == 401


async def test_a_person_sees_only_their_own_bots(sandbox):
    await sandbox.make_bot("foreign_bot", user_id=7)
    assert (await talk(sandbox, "/mybots")).startswith("You have no bots yet")


async def test_a_conversation_can_be_cancelled(sandbox):
    assert (await talk(sandbox, "/cancel")).startswith("No active command")
    assert (await talk(sandbox, "/newbot", "/cancel")).startswith("The command was cancelled")
    assert (await talk(sandbox, "papers_bot")).startswith("I can help you")


async def test_a_name_has_at_most_64_characters(sandbox):
    assert (await talk(sandbox, "/newbot", "x" * 65)).startswith("A name has 1 to 64")


async def test_an_unknown_command_is_said_so(sandbox):
    assert (await talk(sandbox, "/dance")).startswith("Unrecognized command")


async def test_botfather_remembers_the_conversation_after_a_restart(sandbox):
    await talk(sandbox, "/newbot", "My papers")
    await sandbox.restart()
    assert "@papers_bot" in await talk(sandbox, "papers_bot")
