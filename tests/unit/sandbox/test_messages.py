import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyParameters,
)

from tests.unit.sandbox.conftest import USER, take_updates


def keyboard(data: str = "yes", text: str = "Yes", **more) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=text, callback_data=data, **more)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def refusal(reason: str):
    return pytest.raises(TelegramBadRequest, match=f"Bad Request: {reason}")


async def test_a_message_shows_with_its_keyboard(sandbox, met):
    sent = await met.send_message(USER, "<b>Well</b>?", reply_markup=keyboard())
    assert sent.text == "Well?"
    assert [(one.type, one.length) for one in sent.entities] == [("bold", 4)]
    shown = (await sandbox.read())[-1]
    assert shown["html"] == "<b>Well</b>?"
    assert shown["keyboard"] == [[{"text": "Yes", "data": "yes"}]]
    assert (shown["from"], shown["message_id"]) == ("bot", sent.message_id)


async def test_entities_may_come_instead_of_markup(met):
    entities = [MessageEntity(type="bold", offset=0, length=2)]
    sent = await met.send_message(USER, "<b", entities=entities, parse_mode=None)
    assert (sent.text, sent.entities[0].type) == ("<b", "bold")


async def test_4096_units_fit_after_markup_and_one_more_does_not(met):
    sent = await met.send_message(USER, f"<b>{'😀' * 2048}</b>")
    assert len(sent.text) == 2048
    with refusal("message is too long"):
        await met.send_message(USER, "😀" * 2048 + "x")


@pytest.mark.parametrize("text", ["", "  \n ", "<b> </b>"])
async def test_an_empty_message_is_refused(met, text):
    with refusal("message text is empty"):
        await met.send_message(USER, text)


async def test_broken_html_is_refused(met):
    with refusal("can't parse entities: Unsupported start tag"):
        await met.send_message(USER, "1 < 2")


@pytest.mark.parametrize("data", ["x" * 65, "ж" * 33])
async def test_callback_data_has_at_most_64_bytes(met, data):
    with refusal("BUTTON_DATA_INVALID"):
        await met.send_message(USER, "?", reply_markup=keyboard(data))
    assert await met.send_message(USER, "?", reply_markup=keyboard("ж" * 32))


async def test_a_button_must_do_one_thing(met):
    nothing = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x")]])
    with refusal("can't parse inline keyboard button: Text buttons are unallowed"):
        await met.send_message(USER, "?", reply_markup=nothing)
    with refusal("can't parse inline keyboard button: one action"):
        await met.send_message(USER, "?", reply_markup=keyboard(url="https://a.b"))


async def test_a_button_must_lead_somewhere(met):
    markup = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="x", url="javascript:alert(1)")]]
    )
    with refusal("inline keyboard button URL 'javascript:alert\\(1\\)' is invalid"):
        await met.send_message(USER, "?", reply_markup=markup)


async def test_a_bot_cannot_write_first(sandbox, bot):
    with refusal("chat not found"):
        await bot.send_message(999, "hello")
    await sandbox.make_bot("papers_bot", user_id=999)
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation with a user"):
        await bot.send_message(999, "hello")


async def test_a_blocked_bot_cannot_write_until_it_is_unblocked(sandbox, met):
    block = {"user_id": USER, "bot": "master_bot", "blocked": True}
    await sandbox.do("POST", "/client/blocks", json=block)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await met.send_message(USER, "hello")
    status, _body = await sandbox.ask(
        "POST", "/client/messages", json={"user_id": USER, "bot": "master_bot", "text": "hi"}
    )
    assert status == 409
    await sandbox.do("POST", "/client/blocks", json={**block, "blocked": False})
    assert await met.send_message(USER, "hello")


async def test_a_reply_names_what_it_replies_to(sandbox, met):
    first = await sandbox.say("the first message")
    sent = await met.send_message(
        USER, "reply", reply_parameters=ReplyParameters(message_id=first, quote="first")
    )
    assert sent.reply_to_message.text == "the first message"
    assert (sent.quote.text, sent.quote.position) == ("first", 4)
    shown = (await sandbox.read())[-1]
    assert (shown["reply_to_message_id"], shown["quote"]) == (first, "first")


async def test_a_quote_must_be_in_the_message(sandbox, met):
    first = await sandbox.say("the first message")
    with refusal("QUOTE_TEXT_INVALID"):
        await met.send_message(
            USER, "reply", reply_parameters=ReplyParameters(message_id=first, quote="second")
        )


async def test_a_reply_to_nothing_is_refused_or_sent_without(met):
    with refusal("message to be replied not found"):
        await met.send_message(USER, "x", reply_parameters=ReplyParameters(message_id=999))
    forgiving = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await met.send_message(USER, "x", reply_parameters=forgiving)).reply_to_message is None


async def test_an_edit_is_seen(sandbox, met):
    sent = await met.send_message(USER, "one", reply_markup=keyboard())
    edited = await sent.edit_text("<i>two</i>")
    assert (edited.text, edited.reply_markup) == ("two", None)
    shown = (await sandbox.read())[-1]
    assert (shown["text"], shown["edited"], shown["keyboard"]) == ("two", True, None)


async def test_an_edit_that_changes_nothing_is_refused(met):
    sent = await met.send_message(USER, "<b>one</b>", reply_markup=keyboard())
    with refusal("message is not modified: specified new message content and reply markup are"):
        await sent.edit_text("<b>one</b>", reply_markup=keyboard())
    with refusal("message is not modified"):
        await sent.edit_reply_markup(reply_markup=keyboard())
    assert await sent.edit_text("one", reply_markup=keyboard())


async def test_a_keyboard_can_change_alone(sandbox, met):
    sent = await met.send_message(USER, "one", reply_markup=keyboard())
    await sent.edit_reply_markup(reply_markup=keyboard("no", "No"))
    assert (await sandbox.read())[-1]["keyboard"] == [[{"text": "No", "data": "no"}]]
    await sent.edit_reply_markup()
    assert (await sandbox.read())[-1]["keyboard"] is None


async def test_only_the_bots_own_messages_can_be_edited(sandbox, met):
    theirs = await sandbox.say("mine")
    with refusal("message can't be edited"):
        await met.edit_message_text("x", chat_id=USER, message_id=theirs)
    with refusal("message to edit not found"):
        await met.edit_message_text("x", chat_id=USER, message_id=999)


async def test_a_bot_deletes_its_own_and_the_persons_messages(sandbox, met):
    theirs = await sandbox.say("my secret token")
    sent = await met.send_message(USER, "one")
    await met.delete_message(USER, theirs)
    await sent.delete()
    shown = (await sandbox.read())[-2:]
    assert [(one["deleted"], one["text"]) for one in shown] == [(True, ""), (True, "")]
    with refusal("message to delete not found"):
        await sent.delete()


async def test_many_messages_are_deleted_and_missing_ones_skipped(sandbox, met):
    ids = [await sandbox.say(text) for text in ("one", "two")]
    assert await met.delete_messages(USER, [*ids, 999])
    assert [one["deleted"] for one in (await sandbox.read())[-2:]] == [True, True]


async def test_a_deleted_message_leaves_no_text_on_disk(sandbox, met):
    theirs = await sandbox.say("my-secret-token")
    await take_updates(met)
    await met.delete_message(USER, theirs)
    await sandbox.restart()
    assert "my-secret-token" not in str(await sandbox.read())


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(sandbox, met):
    sent = await met.send_message(USER, "Sure?", reply_markup=keyboard())
    query_id = await sandbox.tap(sent.message_id, "yes")
    [update] = await take_updates(met)
    query = update.callback_query
    assert (query.id, query.data, query.message.text) == (query_id, "yes", "Sure?")
    await met.answer_callback_query(query.id, text="Done", show_alert=True)
    changes = await sandbox.do("GET", "/client/changes", params={"user_id": USER, "since": 0})
    assert changes["answers"] == [
        {
            "bot": "master_bot",
            "callback_query_id": query_id,
            "text": "Done",
            "show_alert": True,
        }
    ]


async def test_a_button_that_is_not_there_cannot_be_tapped(sandbox, met):
    sent = await met.send_message(USER, "Sure?", reply_markup=keyboard())
    body = {"user_id": USER, "bot": "master_bot", "message_id": sent.message_id, "data": "no"}
    status, _body = await sandbox.ask("POST", "/client/callbacks", json=body)
    assert status == 400


async def test_an_unknown_query_cannot_be_answered(met):
    with refusal("query is too old and response timeout expired or query ID is invalid"):
        await met.answer_callback_query("123")


async def test_another_bots_query_cannot_be_answered(sandbox, met):
    other = sandbox.bot(await sandbox.make_bot())
    sent = await met.send_message(USER, "Sure?", reply_markup=keyboard())
    query_id = await sandbox.tap(sent.message_id, "yes")
    with refusal("query is too old"):
        await other.answer_callback_query(query_id)


async def test_typing_shows_until_the_bot_speaks(sandbox, met):
    await met.send_chat_action(USER, "typing")
    query = {"user_id": USER, "since": 0}
    assert (await sandbox.do("GET", "/client/changes", params=query))["typing"] == ["master_bot"]
    await met.send_message(USER, "here")
    assert (await sandbox.do("GET", "/client/changes", params=query))["typing"] == []


async def test_an_unknown_action_is_refused(met):
    with refusal("wrong parameter action in request"):
        await met.send_chat_action(USER, "dancing")


async def test_a_draft_shows_until_the_message_comes(sandbox, met):
    await met.send_message_draft(USER, draft_id=1, text="<b>Thin</b>")
    query = {"user_id": USER, "since": 0}
    [draft] = (await sandbox.do("GET", "/client/changes", params=query))["drafts"]
    assert (draft["text"], draft["html"], draft["draft_id"]) == ("Thin", "<b>Thin</b>", 1)
    await met.send_message(USER, "Thinking done")
    assert (await sandbox.do("GET", "/client/changes", params=query))["drafts"] == []


async def test_a_draft_needs_an_id(met):
    with refusal("draft_id must be non-zero"):
        await met.send_message_draft(USER, draft_id=0, text="x")


async def test_a_reaction_shows(sandbox, met):
    theirs = await sandbox.say("thanks")
    await met.set_message_reaction(USER, theirs, reaction=[ReactionTypeEmoji(emoji="👍")])
    assert (await sandbox.read())[-1]["reaction"] == "👍"


async def test_parameters_may_come_as_query_form_or_json(sandbox, met):
    path = f"/bot{met.token}/sendMessage"
    values = {"chat_id": str(USER), "text": "x"}
    assert (await sandbox.do("GET", path, params=values))["ok"]
    assert (await sandbox.do("POST", path, data=values))["ok"]
    assert (await sandbox.do("POST", path, json=values))["ok"]


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": USER}, "message text is empty"),
        (
            {"chat_id": USER, "text": "x", "reply_markup": "{"},
            "can't parse reply_markup JSON object",
        ),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ],
)
async def test_wrong_parameters_are_refused(sandbox, met, values, description):
    status, body = await sandbox.ask("POST", f"/bot{met.token}/sendMessage", json=values)
    assert (status, body["description"]) == (400, f"Bad Request: {description}")


async def test_parameters_are_checked_by_aiograms_types(sandbox, met):
    values = {"chat_id": USER, "text": "x", "reply_markup": {"inline_keyboard": [["no button"]]}}
    status, body = await sandbox.ask("POST", f"/bot{met.token}/sendMessage", json=values)
    assert status == 400
    assert body["description"].startswith("Bad Request: can't parse inline_keyboard.0.0:")
