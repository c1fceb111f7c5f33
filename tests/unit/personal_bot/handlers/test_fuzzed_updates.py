"""No update stops a bot's polling: each is handled, or skipped with a log line."""

import asyncio
import json
import logging

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import ClientDecodeError
from aiogram.types import Update

from personal_bot.jobs.context import Context
from personal_bot.storage.models import Rating
from personal_bot.telegram.keyboards import (
    AgainButton,
    AroundButton,
    ClearButton,
    DeleteButton,
    LanguageButton,
    PageButton,
    RatingButton,
    RetryButton,
    SourceButton,
    StopButton,
)
from personal_bot.telegram.pin_buttons import LetGoButton, PinButton
from personal_bot.telegram.polling import OrderedPoller
from tests.fuzzing.rounds import roll_dice
from tests.fuzzing.updates import make_update
from tests.unit.personal_bot.conftest import OWNER, FakeServices, FakeTelegram

TAPS = [
    SourceButton(citation_id=1),
    AroundButton(citation_id=1),
    RetryButton(),
    StopButton(),
    AgainButton(),
    RatingButton(rating=Rating.GOOD),
    PageButton(page=0),
    DeleteButton(document_id=1, page=0),
    DeleteButton(document_id=1, page=0, confirmed=True),
    ClearButton(confirmed=True),
    ClearButton(confirmed=False),
    LanguageButton(language="ru"),
    PinButton(document_id=1, page=0, pinned=True),
    LetGoButton(page=0, in_list=True),
    LetGoButton(),
]
DATA = [tap.pack() for tap in TAPS]
BATCH = 10


def is_unforeseen(record: logging.LogRecord) -> bool:
    """Return whether this is an error other than a lone surrogate, which cannot be stored."""
    is_half = record.exc_info is not None and record.exc_info[0] is UnicodeEncodeError
    return record.levelno >= logging.ERROR and not is_half


async def test_no_update_stops_the_polling(
    bot: Bot,
    context: Context,
    telegram: FakeTelegram,
    services: FakeServices,
    dispatcher: Dispatcher,
    caplog: pytest.LogCaptureFixture,
) -> None:
    services.put("a.pdf")
    fed: list[int] = []

    async def feed(update: Update) -> None:
        fed.append(update.update_id)
        await dispatcher.feed_update(bot, update)

    async def ignore(*_: object) -> None:
        pass

    poller = OrderedPoller(bot, feed, context.reporter, ignore, ignore, first_pause=0)
    polling = asyncio.create_task(poller.run())
    caplog.set_level(logging.WARNING)
    last = 0
    for dice in roll_dice(times=40):
        caplog.clear()
        first, last = last + 1, last + BATCH
        raw = [make_update(number, OWNER, DATA, dice) for number in range(first, last + 1)]
        answer = json.loads(json.dumps({"ok": True, "result": raw}))
        telegram.batches.put_nowait(ClientDecodeError("x", ValueError(), answer))
        telegram.batches.put_nowait([Update(update_id=last + 1)])
        last += 1
        while not (fed and fed[-1] == last):
            assert not polling.done()
            await asyncio.sleep(0)
        skipped = [record for record in caplog.records if "Skipped update" in record.message]
        errors = [record for record in caplog.records if is_unforeseen(record)]
        assert not errors, (dice, errors)
        assert len({*fed[-BATCH - 1 :]} & {*range(first, last + 1)}) + len(skipped) == BATCH + 1
        fed.clear()
        fed.append(last)
        telegram.calls.clear()
    polling.cancel()
    await asyncio.wait([polling])
