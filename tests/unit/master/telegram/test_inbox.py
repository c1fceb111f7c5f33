"""Received updates are kept until they are handled, even if the master is killed."""

import asyncio
from typing import Any

import pytest
from aiogram.types import Update

from master.accounts.models import ReceivedUpdate
from master.bots.deletion import Deletion
from master.telegram.inbox import MAX_ATTEMPTS
from master.telegram.keyboards import DeletionButton
from personal_bot.contract import LibrarySize
from tests.unit.master.conftest import KEY, TOKEN, Person


@pytest.fixture
async def receive(harness, make_harness):
    """Return a function that records an update as polling does, without handling it."""

    async def run(person: Person, text: str, update_id: int) -> Update:
        fields = {"update_id": update_id, "message": person.message(update_id, text)}
        update = Update.model_validate(fields, context={"bot": harness.bot})
        await harness.inbox.record([update])
        return update

    return run


async def restart(make_harness: Any, person: Person) -> Person:
    """Start another master that handles the pending updates."""
    successor = await make_harness()
    successor.telegram.shown = person.harness.telegram.shown
    await successor.dispatcher.start_pending(successor.bot)
    assert await successor.dispatcher.drain(5) == 0
    return Person(successor, person.user_id, person.language)


async def rows(harness):
    return await harness.database.run(lambda: list(ReceivedUpdate.select()))


async def test_a_creation_that_a_kill_cut_short_goes_on_in_the_same_message(
    harness, make_harness, mira, receive
):
    await mira.says("/start")
    await mira.says(TOKEN)
    update = await receive(mira, KEY, 9_001)
    create = harness.manager.create

    async def die(*arguments: Any) -> None:
        raise asyncio.CancelledError

    harness.manager.create = die
    with pytest.raises(asyncio.CancelledError):
        await harness.dispatcher.feed_update(harness.bot, update)
    harness.manager.create = create
    waiting = mira.last_id
    assert "running" not in mira.last.text
    mira = await restart(make_harness, mira)
    assert mira.last_id == waiting
    assert "@mira_docs_bot is running" in mira.last.text


async def test_what_was_handled_is_not_handled_again(harness, make_harness, mira, receive):
    update = await receive(mira, "/start", 9_001)
    await harness.dispatcher.feed_update(harness.bot, update)
    assert len(mira.replies) == 1
    assert not await harness.inbox.record([update])
    mira = await restart(make_harness, mira)
    assert len(mira.replies) == 1


async def test_a_deletion_that_a_kill_cut_short_ends_with_its_receipt(
    harness, make_harness, mira, receive
):
    await mira.onboards()
    del harness.manager.cards[mira.user_id]
    harness.manager.unfinished[mira.user_id] = Deletion(
        "mira_docs_bot", True, True, True, 12, 3_400, LibrarySize(2, 40, 0.0), 1
    )
    await mira.taps_data(DeletionButton(bot_id=123456789).pack(), mira.last_id)
    assert "@mira_docs_bot has been deleted" in mira.last.text
    await mira.taps_data(DeletionButton(bot_id=123456789).pack(), mira.last_id)
    assert "already been deleted" in mira.last.text


async def test_what_is_kept_shows_no_secret(harness, mira, receive):
    await receive(mira, KEY, 9_001)
    [row] = await rows(harness)
    assert KEY not in row.text


async def test_an_update_that_masters_die_of_is_given_up(harness, mira, receive):
    await receive(mira, "/start", 9_001)
    for _ in range(MAX_ATTEMPTS):
        assert await harness.inbox.list_pending(harness.bot)
    assert not await harness.inbox.list_pending(harness.bot)


async def test_what_cannot_be_written_down_is_skipped_and_keeps_nothing_else_out(mira, caplog):
    inbox, message = mira.harness.inbox, mira.message(1, "hi")
    half = {**message, "of_a_later_version": "\ud800"}
    updates = [Update(update_id=n, message=m) for n, m in ((1, message), (2, half), (3, message))]
    recorded = await inbox.record(updates)
    assert [update.update_id for update in recorded] == [1, 3]
    assert "Skipped update 2" in caplog.text
