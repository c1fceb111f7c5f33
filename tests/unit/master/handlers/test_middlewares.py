"""A person reaches only their own bot, only in a private chat, even with forged updates.

The tests find handlers by walking the router, so a new handler is tested automatically.
"""

import logging
from typing import Any

import pytest

from master.accounts.models import User
from master.handlers.root import create_router
from master.telegram.keyboards import Action, ActionButton, DeletionButton, LanguageButton
from tests.forgeries import (
    ANONYMOUS_ADMIN,
    CHANNEL,
    GROUP,
    ROBOT,
    TELEGRAM,
    list_commands,
    list_factories,
)
from tests.unit.master.conftest import IDENTITY, KEY, TOKEN

STRANGER = {"id": 31, "is_bot": False, "first_name": "Stranger"}


COMMANDS = list_commands(create_router())
FACTORIES = set(list_factories(create_router()))
BUTTONS = [
    *(ActionButton(action=action).pack() for action in Action),
    DeletionButton(bot_id=IDENTITY.bot_id).pack(),
    LanguageButton(language="ru").pack(),
]


@pytest.fixture(autouse=True)
def _no_pacing(monkeypatch) -> None:
    """Disable the rate limit, because these tests send many updates at once."""
    monkeypatch.setattr("personal_bot.contract.rate_limit.REFILL_SECONDS", 1e-9)


def test_the_walk_finds_what_there_is():
    assert {"/start", "/delete", "/token", "/key", "/fleet"} <= set(COMMANDS)
    assert {ActionButton, DeletionButton, LanguageButton} == FACTORIES, (
        "name the buttons of a new kind above"
    )


def test_nothing_is_handled_but_what_the_guards_look_at():
    kinds = set(create_router().resolve_used_update_types())
    assert kinds - {"error"} == {"message", "callback_query"}


def in_private(user: dict[str, Any]) -> dict[str, Any]:
    return {"from": user, "chat": {"id": user["id"], "type": "private"}}


INTRUDERS = {
    "another bot": ("message", in_private(ROBOT)),
    "somebody in a group": ("message", {"from": STRANGER, "chat": GROUP}),
    "an anonymous admin": (
        "message",
        {"from": ANONYMOUS_ADMIN, "sender_chat": GROUP, "chat": GROUP},
    ),
    "a linked channel": ("message", {"from": TELEGRAM, "sender_chat": CHANNEL, "chat": GROUP}),
    "nobody": ("message", {"chat": {"id": 31, "type": "private"}}),
    "somebody in another's chat": (
        "message",
        {"from": STRANGER, "chat": {"id": 11, "type": "private"}},
    ),
    "a channel": ("channel_post", {"chat": CHANNEL, "sender_chat": CHANNEL}),
    "an edited message": ("edited_message", {**in_private(STRANGER), "edit_date": 1}),
    "a business": ("business_message", {**in_private(STRANGER), "business_connection_id": "b"}),
}


@pytest.mark.parametrize("who", INTRUDERS)
async def test_nobody_is_heard_outside_of_a_private_chat(mira, who):
    kind, fields = INTRUDERS[who]
    harness = mira.harness
    for number, text in enumerate([*COMMANDS, TOKEN, KEY, "hello"]):
        message = {"message_id": number, "date": 0, "text": text, **fields}
        await harness.feed({"update_id": number + 1, kind: message})
    assert (harness.telegram.shown, harness.telegram.deleted, harness.telegram.answers) == (
        {},
        [],
        [],
    )
    assert await harness.database.run(User.select().count) == 0


TAPPERS = {
    "another bot": in_private(ROBOT),
    "somebody in a group": {"from": STRANGER, "chat": GROUP},
    "somebody in the owner's chat": {"from": STRANGER, "chat": {"id": 11, "type": "private"}},
    "the owner in a group": {"from": {**STRANGER, "id": 11}, "chat": GROUP},
    "somebody without a chat": {"from": STRANGER},
}


@pytest.mark.parametrize("who", TAPPERS)
async def test_no_tap_counts_outside_of_a_private_chat(mira, who):
    await mira.onboards()
    harness = mira.harness
    cards, shown = dict(harness.manager.cards), dict(harness.telegram.shown)
    fields = dict(TAPPERS[who])
    chat = fields.pop("chat", None)
    where = {"message": {"message_id": 1, "date": 1, "chat": chat}} if chat else {}
    for number, data in enumerate(BUTTONS):
        tap = {"id": "1", "chat_instance": "1", "data": data, **where, **fields}
        await harness.feed({"update_id": 900 + number, "callback_query": tap})
    assert (harness.manager.cards, harness.telegram.shown) == (cards, shown)
    assert harness.telegram.answers == []


async def test_anothers_buttons_reach_ones_own_bot_alone(mira, oleg):
    """A button acts on the bot of the person who taps it, because its data names no person."""
    await mira.onboards()
    harness = mira.harness
    card, secrets = harness.manager.cards[mira.user_id], harness.manager.secrets[mira.user_id]
    for data in BUTTONS:
        await oleg.taps_data(data, message_id=mira.last_id)
    for command in COMMANDS:
        await oleg.says(command)
    assert harness.manager.cards == {mira.user_id: card}
    assert harness.manager.secrets == {mira.user_id: secrets}
    assert card.username not in "".join(shown.text for shown in oleg.replies)


async def test_the_fleet_is_shown_to_operators_alone(mira):
    await mira.onboards()
    await mira.says("/fleet")
    assert "do not know this command" in mira.last.text


FORGED = ("-1", "0", str(2**63), "9" * 50, "1e3", "", " ", "x", "١٢", "1.5", "\x00", "🗑" * 10)


@pytest.mark.parametrize("prefix", sorted(factory.__prefix__ for factory in FACTORIES))
async def test_forged_data_does_nothing(mira, prefix, caplog):
    await mira.onboards()
    harness = mira.harness
    card = harness.manager.cards[mira.user_id]
    forged = [prefix, f"{prefix}x", f"{prefix}::", f"{prefix}:delete:1"]
    for number, data in enumerate([*forged, *(f"{prefix}:{value}" for value in FORGED)], 1):
        await mira.taps_data(data)
        assert len(harness.telegram.answers) == number, data
    assert harness.manager.cards == {mira.user_id: card}
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_tap_whose_message_is_inaccessible_is_answered(mira, caplog):
    await mira.onboards()
    for number, action in enumerate(Action):
        tap = {
            "id": "1",
            "chat_instance": "1",
            "data": ActionButton(action=action).pack(),
            "from": mira.user,
            "message": {"message_id": 1, "date": 0, "chat": {"id": 11, "type": "private"}},
        }
        await mira.harness.feed({"update_id": 900 + number, "callback_query": tap})
        assert len(mira.harness.telegram.answers) == number + 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


FOREIGN = {
    "forwarded from a person": {
        "forward_origin": {"type": "user", "date": 0, "sender_user": STRANGER}
    },
    "forwarded from somebody hidden": {
        "forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "Someone"}
    },
    "by way of a bot": {"via_bot": ROBOT},
}


@pytest.mark.parametrize("way", FOREIGN)
async def test_a_command_that_the_person_did_not_write_is_not_followed(mira, way):
    await mira.onboards()
    harness = mira.harness
    card, secrets = harness.manager.cards[mira.user_id], harness.manager.secrets[mira.user_id]
    for command in COMMANDS:
        await mira.says(command, **FOREIGN[way])
        assert "I do not know this command. If you forwarded it" in mira.last.text, command
    assert harness.manager.cards == {mira.user_id: card}
    assert harness.manager.secrets == {mira.user_id: secrets}
