"""Polling records updates before it acknowledges them, and waits for no handler."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import GetUpdates
from aiogram.types import Update

from master.errors import DatabaseUnavailableError, TokenRevokedError
from master.telegram.polling import RecordingPoller
from tests.unit.master.conftest import KEY, TOKEN


@asynccontextmanager
async def polling(harness):
    poller = RecordingPoller(harness.bot, harness.inbox, harness.dispatcher, first_pause=0)
    task = asyncio.create_task(poller.run())
    yield poller
    task.cancel()
    await asyncio.wait([task])


async def reach(harness, polls):
    """Wait until updates were requested `polls` times."""
    while len(harness.telegram.offsets) < polls:
        await asyncio.sleep(0)


def update(person, update_id, text="/help"):
    return Update.model_validate(person.update(update_id, text))


async def test_updates_that_cannot_be_recorded_are_not_acknowledged(
    harness, mira, monkeypatch, caplog
):
    tried = asyncio.Event()

    async def refuse(*_):
        tried.set()
        raise DatabaseUnavailableError("PostgreSQL at db:5432 is not responding")

    with monkeypatch.context() as full:
        full.setattr(harness.database, "run", refuse)
        harness.telegram.batches.put_nowait([update(mira, 7)])
        async with polling(harness):
            await tried.wait()
            assert harness.telegram.offsets == [None]
            full.undo()
            await reach(harness, 2)
    assert "recorded in the database: PostgreSQL at db:5432 is not responding" in caplog.text
    assert harness.telegram.offsets == [None, 8]
    assert await harness.dispatcher.drain(5) == 0
    assert "How it works" in mira.last.text


async def test_what_is_delivered_again_is_passed_over(harness, mira):
    for _ in range(2):
        harness.telegram.batches.put_nowait([update(mira, 9_001)])
    async with polling(harness):
        await reach(harness, 3)
    assert harness.telegram.offsets == [None, 9_002, 9_002]
    assert await harness.dispatcher.drain(5) == 0
    assert len(mira.replies) == 1


async def test_a_long_step_of_one_person_keeps_nobody_waiting(harness, mira, oleg, monkeypatch):
    entered, release = asyncio.Event(), asyncio.Event()

    async def hang(_: str) -> None:
        entered.set()
        await release.wait()

    monkeypatch.setattr(harness.services, "check_key", hang)
    await mira.says("/start")
    await mira.says(TOKEN)
    harness.telegram.batches.put_nowait([update(mira, 8_001, KEY)])
    async with polling(harness):
        await entered.wait()
        harness.telegram.batches.put_nowait([update(oleg, 8_002)])
        while not oleg.replies:
            await asyncio.sleep(0)
    release.set()
    assert await harness.dispatcher.drain(5) == 0
    assert "is running" in mira.last.text


async def test_the_last_updates_are_acknowledged_at_the_end(harness, mira):
    harness.telegram.batches.put_nowait([update(mira, 7)])
    harness.telegram.batches.put_nowait([])
    async with polling(harness) as poller:
        await reach(harness, 3)
    harness.telegram.batches.put_nowait([])
    await poller.confirm()
    assert harness.telegram.offsets == [None, 8, 8, 8]
    assert await harness.dispatcher.drain(5) == 0


async def test_a_refused_token_ends_the_polling(harness):
    harness.telegram.fail[GetUpdates] = [TelegramUnauthorizedError]
    with pytest.raises(TokenRevokedError):
        await RecordingPoller(harness.bot, harness.inbox, harness.dispatcher).run()
