import asyncio

import pytest

from tests.unit.sandbox.conftest import MASTER_TOKEN, USER, take_updates


async def changes(sandbox, since: int, wait: int = 0):
    query = {"user_id": USER, "since": since, "wait": wait}
    return await sandbox.do("GET", "/client/changes", params=query)


async def test_everything_is_new_at_first(sandbox, met):
    await met.send_message(USER, "welcome")
    news = await changes(sandbox, 0)
    assert [(one["bot"], one["from"], one["text"]) for one in news["messages"]] == [
        ("master_bot", "user", "/start"),
        ("master_bot", "bot", "welcome"),
    ]
    assert news["revision"] >= news["messages"][-1]["revision"]
    assert (await changes(sandbox, news["revision"]))["messages"] == []


async def test_an_edit_and_a_deletion_are_news(sandbox, met):
    first, second = [await met.send_message(USER, text) for text in ("one", "two")]
    before = (await changes(sandbox, 0))["revision"]
    await first.edit_text("changed")
    await second.delete()
    news = (await changes(sandbox, before))["messages"]
    assert [(one["text"], one["edited"], one["deleted"]) for one in news] == [
        ("changed", True, False),
        ("", False, True),
    ]


async def test_a_wait_ends_with_the_next_change(sandbox, met):
    before = (await changes(sandbox, 0))["revision"]
    waiting = asyncio.create_task(changes(sandbox, before, wait=30))
    await met.get_me()
    assert not waiting.done()
    await met.send_message(USER, "news")
    news = await asyncio.wait_for(waiting, 5)
    assert [one["text"] for one in news["messages"]] == ["news"]


async def test_a_revision_of_another_sandbox_shows_everything(sandbox, met):
    assert len((await changes(sandbox, 10**12))["messages"]) == 1


async def test_a_new_bot_is_news_to_its_owner(sandbox, met):
    before = (await changes(sandbox, 0))["revision"]
    waiting = asyncio.create_task(changes(sandbox, before, wait=30))
    await sandbox.make_bot()
    assert (await asyncio.wait_for(waiting, 5))["revision"] > before


async def test_the_list_of_chats_has_botfather_the_master_and_ones_own_bots(sandbox, met):
    await sandbox.make_bot("papers_bot")
    await sandbox.make_bot("foreign_bot", user_id=7)
    await met.send_message(USER, "welcome")
    chats = (await sandbox.do("GET", "/client/chats", params={"user_id": USER}))["chats"]
    assert [one["bot"] for one in chats] == ["BotFather", "master_bot", "papers_bot"]
    master = chats[1]
    assert (master["name"], master["unread"], master["last"]["text"]) == (
        "TG_BOT_RAG",
        1,
        "welcome",
    )


async def test_reading_a_chat_leaves_nothing_unread(sandbox, met):
    async def unread() -> int:
        chats = (await sandbox.do("GET", "/client/chats", params={"user_id": USER}))["chats"]
        return chats[1]["unread"]

    await met.send_message(USER, "one")
    assert await unread() == 1
    await sandbox.read()
    assert await unread() == 0
    await met.send_message(USER, "two")
    body = {"user_id": USER, "bot": "master_bot"}
    await sandbox.do("POST", "/client/reads", json=body)
    assert await unread() == 0


async def test_messages_can_be_read_from_a_place_on(sandbox, met):
    sent = await met.send_message(USER, "one")
    await met.send_message(USER, "two")
    assert [one["text"] for one in await sandbox.read(after=sent.message_id)] == ["two"]


async def test_a_person_edits_only_their_own_messages(sandbox, met):
    mine = await sandbox.say("one")
    theirs = await met.send_message(USER, "two")
    body = {"user_id": USER, "bot": "master_bot", "message_id": mine, "text": "changed"}
    await sandbox.do("PUT", "/client/messages", json=body)
    assert [one["text"] for one in await sandbox.read()][1:] == ["changed", "two"]
    status, _answer = await sandbox.ask(
        "PUT", "/client/messages", json={**body, "message_id": theirs.message_id}
    )
    assert status == 404


async def test_a_group_is_another_chat_than_the_private_one(sandbox, met):
    await sandbox.say("hello all", chat_id=-5, title="Club")
    [update] = await take_updates(met)
    assert (update.message.chat.id, update.message.chat.type) == (-5, "group")
    await met.send_message(-5, "hello")
    assert [one["text"] for one in await sandbox.read(chat_id=-5)] == ["hello all", "hello"]
    assert [one["text"] for one in await sandbox.read()] == ["/start"]
    assert len((await changes(sandbox, 0))["messages"]) == 1


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("papers", 400),
        ("_bot", 400),
        ("бот_bot", 400),
        ("a" * 30 + "bot", 400),
        ("master_bot", 409),
    ],
)
async def test_a_username_must_be_free_and_end_in_bot(sandbox, username, status):
    body = {"user_id": USER, "username": username}
    found, answer = await sandbox.ask("POST", "/client/bots", json=body)
    assert found == status
    assert answer["error"].startswith("Sorry, ")


async def test_a_username_has_no_case(sandbox):
    await sandbox.make_bot("Papers_Bot")
    status, _answer = await sandbox.ask(
        "POST", "/client/bots", json={"user_id": USER, "username": "papers_bot"}
    )
    assert status == 409
    assert await sandbox.say("hi", bot="@PAPERS_bot")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/client/messages", {"bot": "master_bot", "text": "x"}, 400, "user_id: "),
        ("POST", "/client/messages", {"user_id": 1, "bot": "nobody", "text": "x"}, 404, "There is"),
        ("POST", "/client/messages", {"user_id": 1, "bot": "master_bot", "text": " "}, 400, "The "),
        (
            "POST",
            "/client/messages",
            {"user_id": 1, "bot": "master_bot", "text": "x" * 4097},
            400,
            "The text is longer than 4096",
        ),
        ("POST", "/client/documents", {}, 400, "Send the files as multipart/form-data"),
        ("DELETE", "/client/bots", {"token": "x"}, 404, "There is no such bot"),
        ("POST", "/client/updates", {"bot": "master_bot", "update": {}}, 400, "An update needs"),
        (
            "POST",
            "/client/blocks",
            {"user_id": 9, "bot": "master_bot", "blocked": True},
            404,
            "This",
        ),
        ("GET", "/client/chats", None, 400, "user_id must be a whole number"),
    ],
)
async def test_a_wrong_wish_is_answered_in_one_sentence(sandbox, method, path, body, status, error):
    found, answer = await sandbox.ask(method, path, json=body)
    assert found == status
    assert answer["error"].startswith(error)


async def test_only_json_is_understood(sandbox):
    status, answer = await sandbox.ask("POST", "/client/messages", data=b"not json")
    assert (status, answer) == (400, {"error": "Send a JSON object."})


async def test_the_page_and_its_health_are_served(sandbox):
    assert await sandbox.do("GET", "/health") == {"ok": True, "waiting_bots": 0}
    async with sandbox.http.get("/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"


async def test_nothing_but_the_page_is_served(sandbox):
    async with sandbox.http.get("/../server.py") as response:
        assert response.status == 404
    async with sandbox.http.get("/%2e%2e/server.py") as response:
        assert response.status in {403, 404}


async def test_a_waiting_poll_ends_at_once_when_the_sandbox_stops(sandbox, met):
    path = f"/bot{MASTER_TOKEN}/getUpdates"
    poll = asyncio.create_task(sandbox.do("GET", path, params={"timeout": 50, "offset": 1}))
    await met.get_me()
    await asyncio.wait_for(sandbox.runner.cleanup(), 5)
    assert await poll == {"ok": True, "result": []}


async def test_a_reply_can_quote_a_part_of_the_message(sandbox, met):
    shown = await met.send_message(USER, "one two")
    body = {"user_id": USER, "bot": "master_bot", "text": "which?"}
    body["reply_to_message_id"] = shown.message_id
    await sandbox.do("POST", "/client/messages", json={**body, "quote": "two"})
    [update] = await take_updates(met)
    assert (update.message.quote.text, update.message.quote.position) == ("two", 4)
    assert update.message.reply_to_message.text == "one two"
    status, _answer = await sandbox.ask("POST", "/client/messages", json={**body, "quote": "three"})
    assert status == 400
