"""No update stops the master's polling: each is handled, or skipped with a log line."""

import json
import logging

import pytest
from aiogram.exceptions import ClientDecodeError

from master.telegram.keyboards import Action, ActionButton, DeletionButton, LanguageButton
from master.telegram.polling import RecordingPoller
from personal_bot.bot_api.polling import decode_one_by_one
from tests.fuzzing.rounds import roll_dice
from tests.fuzzing.updates import make_update
from tests.unit.master.conftest import KEY, TOKEN

DATA = [
    *(ActionButton(action=action).pack() for action in Action),
    DeletionButton(bot_id=123456789).pack(),
    LanguageButton(language="ru").pack(),
]
BATCH = 10


async def test_no_update_stops_the_polling(mira, caplog: pytest.LogCaptureFixture) -> None:
    harness = mira.harness
    poller = RecordingPoller(harness.bot, harness.inbox, harness.dispatcher)
    await mira.onboards()
    caplog.set_level(logging.WARNING)
    for number, dice in enumerate(roll_dice(times=40)):
        caplog.clear()
        user_id = 1_000 + number // 3  # a few batches per person, below the rate limit
        first = 10_000 + number * BATCH
        raw = [make_update(first + n, user_id, DATA, dice) for n in range(BATCH)]
        for update in raw:
            if dice.random() < 0.1 and isinstance(update.get("message"), dict):
                update["message"]["text"] = dice.choice((TOKEN, KEY, f"{TOKEN} {KEY}", KEY[:20]))
        answer = json.loads(json.dumps({"ok": True, "result": raw}))
        batch = decode_one_by_one(harness.bot, ClientDecodeError("x", ValueError(), answer))
        await poller.take(batch)
        assert await harness.dispatcher.drain(60) == 0
        skipped = [record for record in caplog.records if "cannot decode" in record.message]
        errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert not errors, (dice, errors)
        assert len([update for _, update in batch if update]) + len(skipped) == BATCH
        assert await harness.inbox.list_pending(harness.bot) == []
