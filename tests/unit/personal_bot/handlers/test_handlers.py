import logging

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import AnswerCallbackQuery, SendMessage, SetMyCommands
from peewee import OperationalError

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.contract import Condition
from personal_bot.contract.rate_limit import BURST
from personal_bot.errors import QdrantUnreachableError
from personal_bot.jobs.queue import MAX_WAITING, JobKind, read_payload
from personal_bot.telegram.keyboards import DeleteButton, LanguageButton, PageButton, SourceButton
from personal_bot.telegram.texts import chat

STRANGER = 9


async def test_a_stranger_is_turned_away_once_and_in_their_language(owner, telegram) -> None:
    await owner.send("hello", user_id=STRANGER, language="ru")
    await owner.send("/docs", user_id=STRANGER, language="ru")
    assert len(telegram.messages) == 1
    assert "владельцу" in telegram.last.text


@pytest.mark.parametrize("chat", ["group", "supergroup", "channel"])
async def test_groups_and_channels_are_not_answered(owner, telegram, chat, list_jobs) -> None:
    await owner.send("hello", chat=chat)
    await owner.send("hello", chat=chat, user_id=STRANGER)
    assert (telegram.messages, await list_jobs()) == ({}, [])


async def test_bots_and_messages_of_nobody_are_not_answered(owner, telegram, list_jobs) -> None:
    robot = {"id": 5, "is_bot": True, "first_name": "R"}
    await owner.send("hello", **{"from": robot})
    chat = {"id": -1, "type": "channel", "title": "C"}
    post = {"message_id": 1, "date": 0, "chat": chat, "text": "hello"}
    await owner.feed({"channel_post": post})
    assert (telegram.messages, await list_jobs()) == ({}, [])


@pytest.mark.parametrize(
    "fields", [{"text": "/docs"}, {"text": None, "photo": [], "caption": "What is it?"}]
)
async def test_an_edit_that_makes_no_question_changes_nothing(
    owner, telegram, list_jobs, fields
) -> None:
    await owner.edit(1, **{"text": "", **fields})
    assert (telegram.messages, await list_jobs()) == ({}, [])


async def test_a_message_that_becomes_a_question_is_answered(owner, list_jobs) -> None:
    await owner.send("/hlep")
    await owner.edit(2, "How long?")
    [job] = await list_jobs()
    assert (job.message_id, job.reply_id, read_payload(job)["text"]) == (2, None, "How long?")


async def test_an_edited_caption_is_an_edited_question(owner, list_jobs) -> None:
    await owner.send_file("a.pdf", caption="Who?", message_id=30)
    document = {"file_id": "f", "file_unique_id": "u"}
    await owner.edit(30, None, document=document, caption="When?")
    _, question = await list_jobs()
    assert read_payload(question) == {"text": "When?", "group": "message 30"}


async def test_a_tap_of_a_stranger_does_nothing(owner, telegram, services) -> None:
    services.put("a.pdf")
    message = {"message_id": 1, "date": 1, "chat": {"id": STRANGER, "type": "private"}}
    callback = {"id": "1", "chat_instance": "1", "data": DeleteButton(document_id=1, page=0).pack()}
    sender = {"id": STRANGER, "is_bot": False, "first_name": "S"}
    await owner.feed({"callback_query": {**callback, "message": message, "from": sender}})
    assert telegram.calls == []


async def test_start_greets_and_knows_who_has_documents(owner, telegram, services) -> None:
    await owner.send("/start")
    assert telegram.last.text.startswith("Hello!")
    services.put("a.pdf", "b.pdf")
    await owner.send("/start")
    assert "2 documents" in telegram.last.text


@pytest.mark.parametrize("command", ["/start", "/help"])
@pytest.mark.parametrize(
    ("urls", "named"),
    [
        ({}, "go to OpenAI, with your own key"),
        ({"openai_base_url": "http://llm.example:81/v1"}, "go to llm.example:81,"),
        ({"embedding_base_url": "https://vectors.example"}, "go to vectors.example, to find"),
        (
            {"embedding_base_url": "https://vectors.example"},
            "go to OpenAI with your question and your own key",
        ),
        (
            {"embedding_base_url": "http://127.0.0.1:8082/v1"},
            "on this server; the matches go to OpenAI",
        ),
    ],
)
async def test_greeting_and_help_name_the_services_that_get_the_text(
    owner, telegram, context, monkeypatch, command, urls, named
) -> None:
    for name, url in urls.items():
        monkeypatch.setattr(context.settings, name, url)
    await owner.send(command)
    assert named in telegram.last.text


@pytest.mark.parametrize("command", [f"/{name}" for name in chat.MasterCommand])
async def test_a_command_for_the_master_leads_there(
    owner, telegram, context, monkeypatch, command
) -> None:
    monkeypatch.setattr(context.settings, "master_username", "master_bot")
    await owner.send(command)
    assert f"<code>{command}</code> to @master_bot" in telegram.last.text
    [[link]] = telegram.last.keyboard.inline_keyboard
    assert (link.text, link.url) == ("Open @master_bot", "https://t.me/master_bot")


async def test_a_bot_without_a_known_master_says_where_it_was_created(owner, telegram) -> None:
    await owner.send("/token")
    assert "to the bot that created me" in telegram.last.text
    assert telegram.last.keyboard is None


async def test_help_names_every_command(owner, telegram) -> None:
    await owner.send("/help")
    for command in ("/docs", "/status", "/new", "/clear", "/language"):
        assert command in telegram.last.text


async def test_status_tells_what_there_is(owner, telegram, services, context) -> None:
    services.put("a.pdf")
    await owner.send_file("b.pdf")
    await owner.send("what?")
    await owner.send("/status")
    text = telegram.last.text
    assert "<b>Documents:</b> 1 of 500\n<b>Passages:</b> 7 of 20\xa0000" in text
    assert "<b>Size of the files:</b> 1 KB of 500 MB" in text
    assert "2 KB" in text
    assert context.settings.chat_model in text
    assert "<b>Files being read:</b> 1\n<b>Questions being answered:</b> 1" in text
    assert "Everything is fine" in text


async def test_status_tells_a_problem(owner, telegram, context) -> None:
    await context.reporter.add_problem(Condition.OPENAI_QUOTA_EXCEEDED)
    await owner.send("/status")
    assert "out of credit" in telegram.last.text


async def test_status_works_without_the_index(owner, telegram, services, monkeypatch) -> None:
    class Broken:
        async def count(self) -> None:
            raise QdrantUnreachableError

    class Opened:
        async def __aenter__(self) -> Broken:
            return Broken()

        async def __aexit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(services, "use_library", Opened)
    await owner.send("/status")
    assert "document storage is not responding" in telegram.last.text


async def test_new_forgets_the_conversation(owner, telegram, database) -> None:
    await database.run(conversations.record_exchange, "q", "a", [])
    await owner.send("/new")
    assert await database.run(conversations.read_history) == []


async def test_the_language_follows_telegram_until_it_is_chosen(owner, telegram) -> None:
    await owner.send("/help", language="ru")
    assert "Файлы" in telegram.last.text
    await owner.send("/language", language="ru")
    await owner.tap(LanguageButton(language="en").pack())
    assert telegram.last.text == "I will speak English from now on."
    await owner.send("/help", language="ru")
    assert "Files" in telegram.last.text


async def test_the_language_chosen_at_the_master_is_taken_over(owner, telegram, files) -> None:
    files.language.write_text("ru")
    await owner.send("/help")
    assert "Файлы" in telegram.last.text
    menus = telegram.list_calls(SetMyCommands)
    assert [menu.commands[0].description for menu in menus] == ["Ваши документы"]
    files.language.write_text("en")
    await owner.send("/help", language="ru")
    assert "Files" in telegram.last.text


async def test_the_choice_in_the_bot_itself_prevails(owner, telegram, files) -> None:
    await owner.send("/language")
    await owner.tap(LanguageButton(language="en").pack())
    files.language.write_text("ru")
    await owner.send("/help", language="ru")
    assert "Files" in telegram.last.text


@pytest.mark.parametrize("content", [b"", b"xx", b"\xff\xfe"])
async def test_a_damaged_choice_counts_as_none(owner, telegram, files, content) -> None:
    files.language.write_bytes(content)
    await owner.send("/help", language="ru")
    assert "Файлы" in telegram.last.text


async def test_documents_are_listed_in_pages(owner, telegram, services) -> None:
    services.put(*(f"file-{number}.pdf" for number in range(1, 12)))
    await owner.send("/docs")
    assert "11 documents" in telegram.last.text
    assert "8. file-8.pdf" in telegram.last.text
    await owner.tap(PageButton(page=1).pack())
    assert "11. file-11.pdf" in telegram.last.text
    assert "file-8.pdf" not in telegram.last.text
    await owner.tap(PageButton(page=77).pack())  # a button from when there were more pages
    assert "11. file-11.pdf" in telegram.last.text


async def test_no_documents_are_said_so(owner, telegram) -> None:
    await owner.send("/docs")
    assert telegram.last.text == "You have no documents here. Send me a file."


async def test_a_document_is_deleted_from_its_card_after_a_second_tap(
    owner, telegram, services, list_jobs
) -> None:
    services.put("a.pdf")
    await owner.send("/docs")
    await owner.tap(telegram.last.buttons[0])
    assert "<b>a.pdf</b>\n3 pages · 7 passages" in telegram.last.text
    await owner.tap(telegram.last.find_button("delete"))
    assert "Delete “a.pdf”?" in telegram.last.text
    assert await list_jobs() == []
    await owner.tap(telegram.last.buttons[0])
    [job] = await list_jobs()
    assert (job.kind, job.reply_id) == (JobKind.DELETION, max(telegram.messages))
    assert telegram.last.buttons == []


async def test_a_document_that_is_gone_is_said_so(owner, telegram, services) -> None:
    services.put("a.pdf")
    await owner.send("/docs")
    services.cards.clear()
    await owner.tap(telegram.last.buttons[0])
    assert "no longer exists" in telegram.last.text


async def test_clearing_asks_first(owner, telegram, services, list_jobs) -> None:
    services.put("a.pdf")
    await owner.send("/clear")
    delete, keep = telegram.last.buttons
    await owner.tap(keep)
    assert (telegram.last.text, await list_jobs()) == ("Nothing was deleted.", [])
    await owner.tap(delete)
    assert [job.kind for job in await list_jobs()] == [JobKind.CLEARING]


async def test_nothing_to_clear_is_said_so(owner, telegram) -> None:
    await owner.send("/clear")
    assert telegram.last.buttons == []


async def test_a_file_is_recorded_with_its_caption(owner, telegram, list_jobs) -> None:
    await owner.send_file("a.pdf", caption="What is it?", media_group_id="album")
    file, question = await list_jobs()
    assert read_payload(file) == {
        "name": "a.pdf",
        "file_id": "id-a.pdf",
        "size": 100,
        "mime_type": "",
        "group": "album",
    }
    assert read_payload(question) == {"text": "What is it?", "group": "album"}
    assert telegram.calls == []


async def test_the_name_of_a_file_is_one_visible_line(owner, list_jobs) -> None:
    await owner.send_file("a\n\u202efdp\x1b[2J.pdf")
    await owner.send_file("\u202e", document={"mime_type": "application/pdf"})
    assert [read_payload(job)["name"] for job in await list_jobs()] == [
        "a fdp[2J.pdf",
        "document-u.pdf",
    ]


async def test_a_file_without_a_name_gets_one_of_its_type(owner, list_jobs) -> None:
    await owner.send_file("", document={"file_name": None, "mime_type": "application/pdf"})
    [job] = await list_jobs()
    assert read_payload(job)["name"] == "document-u.pdf"


async def test_a_question_is_recorded(owner, telegram, list_jobs) -> None:
    await owner.send("How long?")
    [job] = await list_jobs()
    assert (job.kind, read_payload(job)["text"]) == (JobKind.QUESTION, "How long?")
    assert telegram.calls == []


FILE = {"file_id": "f", "file_unique_id": "u"}
NOTHING = {"text": "", "quote": "", "file_name": "", "document_id": None, "captioned_id": None}
OWNED = {"id": 5, "is_bot": False, "first_name": "A"}
ROBOT = {"id": 123456, "is_bot": True, "first_name": "R"}


def shown(message_id: int, sender: dict, **fields) -> dict:
    chat = {"id": 5, "type": "private"}
    return {"message_id": message_id, "date": 0, "chat": chat, "from": sender, **fields}


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        (
            {"reply_to_message": shown(31, ROBOT, text="24 months")},
            {"message_id": 31, "from_owner": False, "text": "24 months"},
        ),
        (
            {
                "reply_to_message": shown(31, ROBOT, text="24 months"),
                "quote": {"text": "months", "position": 3},
            },
            {"message_id": 31, "from_owner": False, "text": "24 months", "quote": "months"},
        ),
        (
            {
                "reply_to_message": shown(
                    29,
                    OWNED,
                    caption="c",
                    document={"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf"},
                )
            },
            {"message_id": 29, "from_owner": True, "text": "c", "file_name": "a.pdf"},
        ),
        (
            {"quote": {"text": "elsewhere", "position": 0}},
            {"message_id": None, "from_owner": True, "quote": "elsewhere"},
        ),
        (
            {"reply_to_message": shown(28, OWNED, text="sk-proj-" + "a1" * 20)},
            {"message_id": 28, "from_owner": True},
        ),
        (
            {
                "reply_to_message": shown(
                    27,
                    ROBOT,
                    reply_markup={
                        "inline_keyboard": [
                            [
                                {"text": "Link", "url": "https://example.org"},
                                {"text": "Pages", "callback_data": "docs:0"},
                                {
                                    "text": "Delete",
                                    "callback_data": DeleteButton(document_id=7, page=0).pack(),
                                },
                            ]
                        ]
                    },
                )
            },
            {"message_id": 27, "from_owner": False, "document_id": 7},
        ),
    ],
    ids=["an answer", "a quote", "an upload", "another chat", "a secret", "a card"],
)
async def test_a_question_is_recorded_with_what_it_replies_to(
    owner, list_jobs, fields, recorded
) -> None:
    await owner.send("Which?", **fields)
    [job] = await list_jobs()
    assert read_payload(job)["replied_to"] == {**NOTHING, **recorded}


async def test_a_caption_is_recorded_with_what_the_file_replies_to(owner, list_jobs) -> None:
    reply = {"reply_to_message": shown(31, ROBOT, text="24 months")}
    await owner.send_file("a.pdf", caption="And here?", message_id=40, **reply)
    await owner.edit(40, None, document=FILE, caption="And now?", **reply)
    _, question = await list_jobs()
    replied = {"message_id": 31, "from_owner": False, "text": "24 months", "captioned_id": 40}
    assert read_payload(question) == {
        "text": "And now?",
        "group": "message 40",
        "replied_to": {**NOTHING, **replied},
    }


async def test_a_reply_to_a_file_that_is_being_read_waits_for_it(owner, list_jobs) -> None:
    await owner.send_file("a.pdf", message_id=30)
    await owner.send("Which?", reply_to_message=shown(30, OWNED))
    await owner.send("And?", reply_to_message=shown(29, OWNED))
    _, waiting, other = await list_jobs()
    assert read_payload(waiting)["group"] == "message 30"
    assert "group" not in read_payload(other)


async def test_a_question_asked_again_still_replies_to_the_same(owner, list_jobs, database) -> None:
    replied = '{"message_id": 20, "from_owner": false}'
    await database.run(conversations.record_unanswered, "Which?", 30, 31, replied)
    question = {"message_id": 30, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "Which?"}
    await owner.tap("retry", message_id=31, reply_to_message=question)
    [job] = await list_jobs()
    assert read_payload(job)["replied_to"] == {"message_id": 20, "from_owner": False}


async def test_what_is_no_text_is_refused_once_for_an_album(owner, telegram) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await owner.send(photo=photo, media_group_id="album")
    await owner.send(photo=photo, media_group_id="album")
    await owner.send(photo=photo)
    await owner.send(voice={"file_id": "f", "file_unique_id": "u", "duration": 1})
    assert len(telegram.messages) == 3
    assert "only text and documents" in telegram.last.text


async def test_notes_of_telegram_are_not_answered(owner, telegram) -> None:
    await owner.send(delete_chat_photo=True)
    assert telegram.calls == []


async def test_a_forwarded_command_is_not_followed(owner, telegram, services) -> None:
    services.put("a.pdf")
    sender = {"id": STRANGER, "is_bot": False, "first_name": "S"}
    await owner.send("/clear", forward_origin={"type": "user", "date": 0, "sender_user": sender})
    assert "was forwarded" in telegram.last.text


async def test_an_unknown_command_leads_to_help(owner, telegram, list_jobs) -> None:
    await owner.send("/nonsense")
    assert ("/help" in telegram.last.text, await list_jobs()) == (True, [])


async def test_a_source_replies_to_the_upload(owner, telegram, database) -> None:
    found = Source(1, "pump.pdf", 3, "24 <months>", 5, 40)
    exchange_id = await database.run(conversations.record_exchange, "q", "a", [found])
    _, [stored] = await database.run(conversations.find_answer, exchange_id)
    await owner.tap(SourceButton(citation_id=stored.citation_id).pack(), message_id=1)
    assert telegram.last.reply_to == 40
    assert "[1] pump.pdf, p. 3" in telegram.last.text
    assert "<blockquote>24 &lt;months&gt;</blockquote>" in telegram.last.text
    exchange = await database.run(conversations.find_exchange, max(telegram.messages))
    assert exchange.exchange_id == exchange_id


async def test_a_source_that_is_gone_is_said_so(owner, telegram) -> None:
    await owner.tap(SourceButton(citation_id=77).pack(), message_id=1)
    assert (telegram.messages, "no longer exists" in owner.alert) == ({}, True)


async def test_a_question_is_asked_again_in_the_same_message(owner, list_jobs) -> None:
    chat = {"id": 5, "type": "private"}
    question = {"message_id": 30, "date": 0, "chat": chat, "text": "How long?"}
    await owner.tap("retry", message_id=31, reply_to_message=question)
    [job] = await list_jobs()
    assert (job.message_id, job.reply_id, read_payload(job)["text"]) == (30, 31, "How long?")


async def test_a_question_that_is_gone_cannot_be_asked_again(owner, list_jobs) -> None:
    await owner.tap("retry", message_id=31)
    assert (await list_jobs(), "ask it again" in owner.alert) == ([], True)


async def test_what_nobody_expected_is_logged_and_told(owner, telegram, services, caplog) -> None:
    services.failure = RuntimeError("unexpected")
    await owner.send("/start")
    assert telegram.last.text.startswith("Sorry, something went wrong")
    assert "unexpected" in caplog.text


async def test_a_blocked_bot_stays_calm(owner, telegram, caplog) -> None:
    telegram.refuse(
        SendMessage, TelegramForbiddenError(SendMessage(chat_id=5, text="x"), "blocked")
    )
    await owner.send("/help")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_tap_answered_too_late_is_no_failure(owner, telegram, caplog) -> None:
    method = AnswerCallbackQuery(callback_query_id="1")
    telegram.refuse(AnswerCallbackQuery, TelegramBadRequest(method, "query is too old"))
    await owner.tap(PageButton(page=0).pack(), message_id=1)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_database_that_refuses_is_left_to_the_polling(owner, services) -> None:
    services.failure = OperationalError("database or disk is full")
    with pytest.raises(OperationalError):
        await owner.send("/start")


async def test_a_question_too_many_is_refused_in_a_reply(
    owner, telegram, list_jobs, monkeypatch
) -> None:
    monkeypatch.setitem(MAX_WAITING, JobKind.QUESTION, 2)
    for number in range(3):
        await owner.send(f"Question {number}?")
    assert len(await list_jobs()) == 2
    assert telegram.last.text == (
        "I did not accept this: 2 questions are already waiting. Send it again when the queue is shorter."
    )
    assert telegram.last.reply_to


async def test_refusals_keep_a_human_pace(owner, telegram, list_jobs, monkeypatch) -> None:
    monkeypatch.setitem(MAX_WAITING, JobKind.QUESTION, 1)
    for number in range(BURST + 10):
        await owner.send(f"Question {number}?")
    assert len(await list_jobs()) == 1
    assert len(telegram.messages) == BURST + 1
    assert "I am ignoring new messages" in telegram.last.text


async def test_a_retry_too_many_is_refused_in_an_alert(owner, list_jobs, monkeypatch) -> None:
    monkeypatch.setitem(MAX_WAITING, JobKind.QUESTION, 0)
    question = {"message_id": 30, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "How?"}
    await owner.tap("retry", message_id=31, reply_to_message=question)
    assert "I did not accept this" in owner.alert
    assert await list_jobs() == []
