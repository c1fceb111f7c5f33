"""What people sent is kept until it was handled, whatever becomes of the master."""

import asyncio
from typing import Any

import pytest
from aiogram.types import Update

from master.accounts.models import ReceivedUpdate
from master.bots.deletion import Deletion
from master.telegram.inbox import MAX_ATTEMPTS
from master.telegram.keyboards import Erase
from tests.unit.master.conftest import KEY, TOKEN, Person


@pytest.fixture
async def receive(town, make_town):
    """Record an update as polling does, without handling it."""

    async def run(person: Person, text: str, update_id: int) -> Update:
        fields = {"update_id": update_id, "message": person.message(update_id, text)}
        update = Update.model_validate(fields, context={"bot": town.bot})
        await town.inbox.record([update])
        return update

    return run


async def restart(make_town: Any, person: Person) -> Person:
    """Let another master go on with what was left."""
    successor = await make_town()
    successor.telegram.shown = person.town.telegram.shown
    await successor.dispatcher.start_pending(successor.bot)
    assert await successor.dispatcher.drain(5) == 0
    return Person(successor, person.user_id, person.language)


async def rows(town):
    return await town.database.run(lambda: list(ReceivedUpdate.select()))


async def test_a_creation_that_a_kill_cut_short_goes_on_in_the_same_message(
    town, make_town, mira, receive
):
    await mira.says("/start")
    await mira.says(TOKEN)
    update = await receive(mira, KEY, 9_001)
    create = town.manager.create

    async def die(*arguments: Any) -> None:
        raise asyncio.CancelledError

    town.manager.create = die
    with pytest.raises(asyncio.CancelledError):
        await town.dispatcher.feed_update(town.bot, update)
    town.manager.create = create
    waiting = mira.last_id
    assert "running" not in mira.last.text
    mira = await restart(make_town, mira)
    assert mira.last_id == waiting
    assert "@mira_docs_bot is running" in mira.last.text


async def test_what_was_handled_is_not_handled_again(town, make_town, mira, receive):
    update = await receive(mira, "/start", 9_001)
    await town.dispatcher.feed_update(town.bot, update)
    assert len(mira.replies) == 1
    assert not await town.inbox.record([update])
    mira = await restart(make_town, mira)
    assert len(mira.replies) == 1


async def test_a_deletion_that_a_kill_cut_short_ends_with_its_receipt(
    town, make_town, mira, receive
):
    await mira.onboards()
    del town.manager.cards[mira.user_id]
    town.manager.unfinished[mira.user_id] = Deletion(
        "mira_docs_bot", True, True, True, 12, 3_400, 2, 1
    )
    await mira.taps_data(Erase(bot_id=123456789).pack(), mira.last_id)
    assert "@mira_docs_bot is deleted" in mira.last.text
    await mira.taps_data(Erase(bot_id=123456789).pack(), mira.last_id)
    assert "deleted already" in mira.last.text


async def test_what_is_kept_shows_no_secret(town, mira, receive):
    await receive(mira, KEY, 9_001)
    [row] = await rows(town)
    assert KEY not in row.text


async def test_an_update_that_masters_die_of_is_given_up(town, mira, receive):
    await receive(mira, "/start", 9_001)
    for _ in range(MAX_ATTEMPTS):
        assert await town.inbox.list_pending(town.bot)
    assert not await town.inbox.list_pending(town.bot)


async def test_what_cannot_be_written_down_is_skipped_and_keeps_nothing_else_out(mira, caplog):
    inbox, message = mira.town.inbox, mira.message(1, "hi")
    half = {**message, "of_a_later_version": "\ud800"}
    updates = [Update(update_id=n, message=m) for n, m in ((1, message), (2, half), (3, message))]
    recorded = await inbox.record(updates)
    assert [update.update_id for update in recorded] == [1, 3]
    assert "Skipped update 2" in caplog.text
