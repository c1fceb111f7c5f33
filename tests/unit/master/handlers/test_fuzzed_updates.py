"""Whatever Telegram sends the master, polling goes on: handled, or skipped with a log line."""

import json
import logging

import pytest
from aiogram.methods import GetUpdates

from master.telegram.inbox import Recording
from master.telegram.keyboards import Action, Do, Erase, Speak
from master.telegram.polling import Session
from tests.fuzzing.rounds import roll_dice
from tests.fuzzing.updates import make_update
from tests.unit.master.conftest import KEY, TOKEN

DATA = [
    *(Do(action=action).pack() for action in Action),
    Erase(bot_id=123456789).pack(),
    Speak(language="ru").pack(),
]
BATCH = 10


async def test_no_update_stops_the_polling(mira, caplog: pytest.LogCaptureFixture) -> None:
    town, session = mira.town, Session("http://telegram.invalid")
    await mira.onboards()
    caplog.set_level(logging.WARNING)
    for number, dice in enumerate(roll_dice(times=40)):
        caplog.clear()
        user_id = 1_000 + number // 3  # several batches a person, below the limit of a flood
        first = 10_000 + number * BATCH
        raw = [make_update(first + n, user_id, DATA, dice) for n in range(BATCH)]
        for update in raw:
            if dice.random() < 0.1 and isinstance(update.get("message"), dict):
                update["message"]["text"] = dice.choice((TOKEN, KEY, f"{TOKEN} {KEY}", KEY[:20]))
        content = json.dumps({"ok": True, "result": raw})

        async def answer(bot, method, content=content):
            return session.check_response(bot, method, 200, content).result

        updates = await Recording(town.inbox)(answer, town.bot, GetUpdates())
        for update in updates:
            await town.dispatcher.feed_update(town.bot, update)
        skipped = [record for record in caplog.records if "Skipped update" in record.message]
        errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert not errors, (dice, errors)
        assert len(updates) + len(skipped) == BATCH
        assert await town.inbox.take_left(town.bot) == []
    await session.close()
