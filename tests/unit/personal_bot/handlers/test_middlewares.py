"""A bot serves only its owner, only in the private chat, even if updates are forged.

The tests find handlers by walking the router, so a new handler is tested automatically.
"""

import logging
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, SendMessage

from personal_bot.contract.rate_limit import BURST
from personal_bot.handlers.root import create_router
from personal_bot.telegram.keyboards import DeleteButton
from personal_bot.telegram.polling import OrderedPoller
from tests.forgeries import (
    ANONYMOUS_ADMIN,
    CHANNEL,
    GROUP,
    ROBOT,
    TELEGRAM,
    list_commands,
    list_factories,
)
from tests.unit.personal_bot.conftest import OWNER, STRANGER, person

SECRET = "sk-proj-" + "a1" * 20


COMMANDS = list_commands(create_router())
FACTORIES = list_factories(create_router())
CONTENTS: list[dict[str, Any]] = [
    *({"text": command} for command in COMMANDS),
    {"text": "How long?"},
    {"text": SECRET},
    {"document": {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf", "file_size": 1}},
    {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                 "is_animated": False, "is_video": False}},
]  # fmt: skip


def sample(factory: type[CallbackData], number: str = "1") -> str:
    """Return valid callback data of this class."""
    values = {int: number, bool: "1", str: "en"}
    return factory.__separator__.join(
        [
            factory.__prefix__,
            *(
                values.get(field.annotation) or next(iter(field.annotation)).value
                for field in factory.model_fields.values()
            ),
        ]
    )


def test_the_walk_finds_what_there_is() -> None:
    assert {"/start", "/docs", "/all", "/clear", "/status"} <= set(COMMANDS)
    declared = {
        found
        for found in CallbackData.__subclasses__()
        if found.__module__.startswith("personal_bot.")
    }
    assert declared == set(FACTORIES)


def test_nothing_is_handled_but_what_the_guards_look_at() -> None:
    """Only messages, edits and callback queries have handlers: the guards check only these.

    A handler for channel posts, business messages or inline queries needs guards of its own.
    """
    kinds = {kind for kind in create_router().resolve_used_update_types() if kind != "error"}
    assert kinds == set(OrderedPoller.allowed_updates)
    assert kinds == {"message", "edited_message", "callback_query"}


def in_private(user: dict[str, Any]) -> dict[str, Any]:
    return {"from": user, "chat": {"id": user["id"], "type": "private"}}


MINE = person(OWNER, "en")
INTRUDERS = {
    "a stranger": ("message", in_private(person(STRANGER, "en"))),
    "another bot": ("message", in_private(ROBOT)),
    "the owner in a group": ("message", {"from": MINE, "chat": GROUP}),
    "the owner in a channel": ("message", {"from": MINE, "chat": CHANNEL}),
    "an anonymous admin": (
        "message",
        {"from": ANONYMOUS_ADMIN, "sender_chat": GROUP, "chat": GROUP},
    ),
    "a linked channel": ("message", {"from": TELEGRAM, "sender_chat": CHANNEL, "chat": GROUP}),
    "nobody": ("message", {"chat": {"id": OWNER, "type": "private"}}),
    "the owner in somebody's chat": (
        "message",
        {"from": MINE, "chat": {"id": STRANGER, "type": "private"}},
    ),
    "a stranger in the owner's chat": (
        "message",
        {"from": person(STRANGER, "en"), "chat": {"id": OWNER, "type": "private"}},
    ),
    "a channel": ("channel_post", {"chat": CHANNEL, "sender_chat": CHANNEL}),
    "an edited channel post": ("edited_channel_post", {"chat": CHANNEL, "edit_date": 1}),
    "an edit of a stranger": (
        "edited_message",
        {**in_private(person(STRANGER, "en")), "edit_date": 1},
    ),
    "an edit of the owner in a group": (
        "edited_message",
        {"from": MINE, "chat": GROUP, "edit_date": 1},
    ),
    "a business": ("business_message", {**in_private(MINE), "business_connection_id": "b"}),
    "an edited business message": (
        "edited_business_message",
        {**in_private(MINE), "business_connection_id": "b", "edit_date": 1},
    ),
}


@pytest.fixture(autouse=True)
def _no_pacing(request, monkeypatch) -> None:
    """Disable the rate limit, because these tests send many updates at once."""
    if "flood" not in request.node.name:
        monkeypatch.setattr("personal_bot.contract.rate_limit.REFILL_SECONDS", 1e-9)


@pytest.mark.parametrize("who", INTRUDERS)
async def test_nobody_else_is_served(owner, telegram, services, list_jobs, who) -> None:
    kind, fields = INTRUDERS[who]
    services.put("a.pdf")
    await owner.send("hello", user_id=STRANGER)  # gets the only reply to a stranger
    telegram.calls.clear()
    for number, content in enumerate(CONTENTS):
        await owner.feed({kind: {"message_id": 50 + number, "date": 0, **fields, **content}})
    assert telegram.calls == []
    assert await list_jobs() == []


TAPPERS = {
    "a stranger": in_private(person(STRANGER, "en")),
    "a stranger in the owner's chat": {
        "from": person(STRANGER, "en"),
        "chat": {"id": OWNER, "type": "private"},
    },
    "a stranger without a chat": {"from": person(STRANGER, "en")},
    "another bot": in_private(ROBOT),
    "the owner in a group": {"from": MINE, "chat": GROUP},
    "a member of a group": {"from": person(STRANGER, "en"), "chat": GROUP},
}


@pytest.mark.parametrize("who", TAPPERS)
async def test_nobody_elses_tap_counts(owner, telegram, services, list_jobs, who) -> None:
    fields = dict(TAPPERS[who])
    chat = fields.pop("chat", None)
    where = {"message": {"message_id": 1, "date": 1, "chat": chat}} if chat else {}
    services.put("a.pdf")
    for factory in FACTORIES:
        tap = {"id": "1", "chat_instance": "1", "data": sample(factory), **where, **fields}
        await owner.feed({"callback_query": tap})
    assert telegram.calls == []
    assert await list_jobs() == []
    assert services.cards


FORGED = (
    *("-1", "99", str(2**31), str(2**63 - 1), str(2**63), "9" * 50, f"-{'9' * 30}", "1e3", "0x1"),
    *("", " ", "x", "١٢", "7.5", "None", "NaN", "a'); DROP TABLE document; --", "\x00", "🗑" * 10),
)


@pytest.mark.parametrize("factory", FACTORIES)
async def test_forged_data_does_nothing(
    owner, telegram, services, list_jobs, caplog, factory
) -> None:
    """Data with foreign ids, huge numbers or garbage is answered, but changes nothing."""
    services.put("a.pdf")
    fields = len(factory.model_fields)
    right = sample(factory, "7").split(":")
    forged = [
        ":".join([*right[: place + 1], value, *right[place + 2 :]])
        for place in range(fields)
        for value in FORGED
    ]
    forged += [f"{factory.__prefix__}:" + ":".join(["1"] * (fields + 1)), f"{factory.__prefix__}x"]
    await owner.send("/help")
    for data in forged:
        before = len(telegram.list_calls(AnswerCallbackQuery))
        await owner.tap(data, message_id=999)
        answered = telegram.list_calls(AnswerCallbackQuery)[before:]
        assert len(answered) == 1, data
        assert not [r for r in caplog.records if r.levelno >= logging.WARNING], data
    assert await list_jobs() == []
    assert services.cards


async def test_a_button_that_nobody_knows_is_answered(owner, telegram) -> None:
    await owner.send("/help")
    for data in ("", "gone", "::::", "do:delete", "erase:1", "x" * 64):
        await owner.tap(data)
        assert owner.alert == "This button is out of date. Send /docs or /help to get a new one."


async def test_a_document_of_somebody_else_cannot_be_deleted(owner, telegram, services) -> None:
    """Ids from another bot match nothing, because each bot has its own database."""
    services.put("a.pdf")
    await owner.send("/docs")
    await owner.tap(DeleteButton(document_id=2, page=0, confirmed=True).pack())
    assert "no longer exists" in telegram.last.text


MISSING = {
    "inline": {"inline_message_id": "i"},
    "inaccessible": {
        "message": {"message_id": 1, "date": 0, "chat": {"id": OWNER, "type": "private"}}
    },
}


@pytest.mark.parametrize("where", MISSING)
@pytest.mark.parametrize("factory", FACTORIES)
async def test_a_tap_whose_message_is_missing_is_answered(
    owner, telegram, services, caplog, factory, where
) -> None:
    services.put("a.pdf")
    tap = {"id": "1", "chat_instance": "1", "data": sample(factory), "from": MINE}
    await owner.feed({"callback_query": {**tap, **MISSING[where]}})
    assert len(telegram.list_calls(AnswerCallbackQuery)) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


FOREIGN = {
    "forwarded from a person": {
        "forward_origin": {"type": "user", "date": 0, "sender_user": person(STRANGER, "en")}
    },
    "forwarded from the owner": {
        "forward_origin": {"type": "user", "date": 0, "sender_user": MINE}
    },
    "forwarded from a channel": {
        "forward_origin": {"type": "channel", "date": 0, "chat": CHANNEL, "message_id": 1}
    },
    "by way of a bot": {"via_bot": ROBOT},
}


@pytest.mark.parametrize("way", FOREIGN)
async def test_a_command_that_the_owner_did_not_write_is_not_followed(
    owner, telegram, services, way
) -> None:
    services.put("a.pdf")
    for command in COMMANDS:
        await owner.send(command, **FOREIGN[way])
        assert "I ignored it" in telegram.last.text
    assert len(telegram.calls) == len(COMMANDS)


async def test_a_flood_of_the_owner_is_told_once(owner, telegram) -> None:
    for _ in range(BURST + 10):
        await owner.send("/help")
    assert len(telegram.messages) == BURST + 1
    assert "Wait a minute" in telegram.last.text
    assert telegram.last.reply_to


async def test_in_a_flood_no_handler_answers(owner, telegram) -> None:
    for _ in range(BURST + 1):
        await owner.send("/help")
    telegram.calls.clear()
    for command in [*COMMANDS, "/unknown"]:
        await owner.send(command)
    for factory in FACTORIES:
        await owner.tap(sample(factory))
    assert telegram.calls == []


async def test_a_flood_of_taps_is_told_once(owner, telegram) -> None:
    await owner.send("/docs")
    for _ in range(BURST + 5):
        await owner.tap("docs:0")
    answers = telegram.list_calls(AnswerCallbackQuery)
    assert len(answers) == BURST
    assert "Wait a minute" in answers[-1].text


async def test_questions_and_files_wait_in_a_flood(owner, telegram, list_jobs) -> None:
    """The rate limit does not apply to questions and files; the queue has its own limit."""
    for _ in range(BURST + 5):
        await owner.send("/help")
    await owner.send("How long?")
    await owner.send_file("a.pdf")
    assert len(await list_jobs()) == 2


async def test_a_flood_of_strangers_costs_next_to_nothing(owner, telegram, caplog) -> None:
    caplog.set_level(logging.INFO, logger="personal_bot")
    for stranger in range(1_000, 1_000 + 5 * BURST):
        await owner.send("hello", user_id=stranger)
    assert len(telegram.calls) == len(caplog.records) == BURST
    await owner.send("/help")
    assert telegram.last.text.startswith("<b>Files.")


@pytest.mark.parametrize(
    "secret", [SECRET, "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc", f"use this key: {SECRET}!"]
)
@pytest.mark.parametrize("kind", ["question", "caption", "forwarded", "command", "edit"])
async def test_a_secret_is_deleted_and_kept_nowhere(
    owner, telegram, list_jobs, caplog, files, secret, kind
) -> None:
    caplog.set_level(logging.DEBUG)
    if kind == "caption":
        await owner.send_file("a.pdf", caption=secret)
    elif kind == "edit":
        await owner.edit(30, secret)
    else:
        fields = {"forwarded": FOREIGN["forwarded from a channel"]}.get(kind, {})
        await owner.send(f"/key {secret}" if kind == "command" else secret, **fields)
    deleted, told = telegram.calls
    assert isinstance(deleted, DeleteMessage)
    assert "I deleted it" in told.text
    assert await list_jobs() == []
    assert SECRET not in caplog.text
    stored = b"".join(path.read_bytes() for path in files.home.rglob("*") if path.is_file())
    assert not [part for part in (SECRET, "AAEhBOweik6ad9r") if part.encode() in stored]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("Bad Request: message can't be deleted", "Please delete it from this chat yourself"),
        ("Bad Request: message to delete not found", "I deleted it"),  # deleted before a kill
    ],
)
async def test_a_secret_that_cannot_be_deleted_is_said_so(
    owner, telegram, list_jobs, refusal, said
) -> None:
    telegram.refuse(DeleteMessage, TelegramBadRequest(SendMessage(chat_id=5, text="x"), refusal))
    await owner.send(SECRET)
    assert said in telegram.last.text
    assert await list_jobs() == []


@pytest.mark.parametrize(
    "text", ["What is sk-learn-extension-package?", "Is 12:30 fine?", "Where is part 12345:AB-7?"]
)
async def test_words_that_only_look_like_a_secret_are_a_question(owner, list_jobs, text) -> None:
    await owner.send(text)
    assert len(await list_jobs()) == 1
