import asyncio
from contextlib import asynccontextmanager

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetUpdates
from aiogram.types import Update
from peewee import DatabaseError

from personal_bot.contract import Condition, ExitCode, read_report
from personal_bot.errors import StartError
from personal_bot.process.reports import Reporter
from personal_bot.telegram.polling import CONFLICTS_THRESHOLD, OUTAGES_THRESHOLD, OrderedPoller

METHOD = GetUpdates()


def update(update_id: int) -> Update:
    return Update.model_validate({"update_id": update_id})


class NewJob:
    """A poller with callbacks that record their calls; `feed` raises `failures` first."""

    def __init__(self, bot, reporter, *failures, first_pause: float = 0) -> None:
        self.fed: list[int] = []
        self.warned: list[Condition] = []
        self._failures = list(failures)
        self._reporter = reporter
        self.poller = OrderedPoller(
            bot, self._feed, reporter, self._warn, self._open, first_pause=first_pause
        )

    async def _feed(self, update: Update) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.fed.append(update.update_id)

    async def _warn(self, condition: Condition) -> None:
        self.warned.append(condition)

    async def _open(self) -> None:
        await self._reporter.open()


@pytest.fixture
def reporter(files) -> Reporter:
    return Reporter(files)


@asynccontextmanager
async def polling(intake: NewJob):
    task = asyncio.create_task(intake.poller.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def fed(intake: NewJob, *update_ids: int) -> None:
    while intake.fed != list(update_ids):
        await asyncio.sleep(0.01)


async def test_an_update_is_acknowledged_after_it_was_handled(bot, telegram, reporter) -> None:
    intake = NewJob(bot, reporter)
    telegram.batches.put_nowait([update(7), update(8)])
    async with polling(intake):
        await fed(intake, 7, 8)
        while len(telegram.calls) < 2:
            await asyncio.sleep(0.01)
    assert [call.offset for call in telegram.calls] == [None, 9]


async def test_the_report_appears_with_the_first_answer(bot, telegram, reporter, files) -> None:
    intake = NewJob(bot, reporter)
    async with polling(intake):
        while not telegram.calls:
            await asyncio.sleep(0.01)
        assert read_report(files.report) is None
        telegram.batches.put_nowait([])
        while read_report(files.report) is None:
            await asyncio.sleep(0.01)


async def test_an_update_that_cannot_be_decoded_is_skipped(bot, telegram, reporter) -> None:
    intake = NewJob(bot, reporter)
    raw = {"ok": True, "result": [{"update_id": 1}, {"update_id": 2, "message": {}}, {"x": 1}]}
    telegram.batches.put_nowait(ClientDecodeError("bad", ValueError("x"), raw))
    telegram.batches.put_nowait([update(3)])
    async with polling(intake):
        await fed(intake, 1, 3)
    assert telegram.calls[1].offset == 3


async def test_an_answer_that_is_no_batch_is_an_outage(bot, telegram, reporter) -> None:
    intake = NewJob(bot, reporter)
    telegram.batches.put_nowait(ClientDecodeError("bad", ValueError("x"), "<html>proxy</html>"))
    telegram.batches.put_nowait([update(1)])
    async with polling(intake):
        await fed(intake, 1)


async def test_bots_that_were_told_to_wait_come_back_apart(
    bot, telegram, reporter, monkeypatch
) -> None:
    sleep, pauses = asyncio.sleep, []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    intake = NewJob(bot, reporter, first_pause=1.0)
    for _ in range(2):
        telegram.batches.put_nowait(TelegramRetryAfter(METHOD, "Too Many Requests", 5))
    telegram.batches.put_nowait([update(1)])
    async with polling(intake):
        await fed(intake, 1)
    first, second = [pause for pause in pauses if pause >= 5]
    assert 5 < first < second, "as long as Telegram said, and a growing while of one's own"


@pytest.mark.parametrize("error", [TelegramUnauthorizedError, TelegramNotFound])
async def test_a_refused_token_ends_the_bot_for_good(bot, telegram, reporter, error) -> None:
    telegram.batches.put_nowait(error(METHOD, "Unauthorized"))
    with pytest.raises(StartError) as caught:
        await NewJob(bot, reporter).poller.run()
    assert caught.value.condition == Condition.TOKEN_REVOKED
    assert caught.value.code == ExitCode.REFUSED


async def test_a_token_in_use_elsewhere_is_told_once(bot, telegram, reporter, files) -> None:
    intake = NewJob(bot, reporter)
    for _ in range(CONFLICTS_THRESHOLD + 2):
        telegram.batches.put_nowait(TelegramConflictError(METHOD, "terminated by other getUpdates"))
    async with polling(intake):
        while intake.warned != [Condition.TOKEN_IN_USE] or not telegram.batches.empty():
            await asyncio.sleep(0.01)
        assert read_report(files.report).problem.condition == Condition.TOKEN_IN_USE
        telegram.batches.put_nowait([update(1)])
        await fed(intake, 1)
        assert read_report(files.report).problem is None
    assert intake.warned == [Condition.TOKEN_IN_USE]


async def test_a_webhook_left_behind_is_removed(bot, telegram, reporter) -> None:
    intake = NewJob(bot, reporter)
    message = "Conflict: can't use getUpdates method while webhook is active"
    telegram.batches.put_nowait(TelegramConflictError(METHOD, message))
    telegram.batches.put_nowait([update(1)])
    async with polling(intake):
        await fed(intake, 1)
    assert len(telegram.list_calls(DeleteWebhook)) == 1


async def test_an_outage_is_reported_and_forgotten(bot, telegram, reporter, files) -> None:
    intake = NewJob(bot, reporter)
    telegram.batches.put_nowait([])
    for _ in range(OUTAGES_THRESHOLD):
        telegram.batches.put_nowait(TelegramNetworkError(METHOD, "no route"))
    async with polling(intake):
        while (report := read_report(files.report)) is None or report.problem is None:
            await asyncio.sleep(0.01)
        assert report.problem.condition == Condition.TELEGRAM_UNREACHABLE
        telegram.batches.put_nowait([update(1)])
        await fed(intake, 1)
        assert read_report(files.report).problem is None


async def test_an_update_that_meets_a_damaged_database_is_not_acknowledged(
    bot, telegram, reporter
) -> None:
    """The next process, which starts with a new database, gets the update again."""
    intake = NewJob(bot, reporter, DatabaseError("database disk image is malformed"))
    telegram.batches.put_nowait([update(1)])
    async with polling(intake) as task:
        await asyncio.wait([task])
    with pytest.raises(DatabaseError):
        task.result()
    assert [call.offset for call in telegram.calls] == [None]


async def test_a_handler_that_fails_does_not_stop_the_polling(bot, telegram, reporter) -> None:
    intake = NewJob(bot, reporter, RuntimeError("unexpected"))
    telegram.batches.put_nowait([update(1), update(2)])
    async with polling(intake):
        await fed(intake, 2)
