"""Owners hear once and in their language, operators get one summary a burst, nothing is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage
from peewee import OperationalError

from master.accounts.database import Database
from master.accounts.registry import BotCard
from master.accounts.users import Users
from master.application import open_i18n
from master.bots.monitoring import Trouble, TroubleKind
from master.errors import SupervisorUnreachableError
from master.installation.disk_space import Room
from master.settings import sqlite_url
from master.telegram.notices import Notices
from personal_bot.contract import Condition
from tests.unit.master.fakes import MASTER_ID, Shown, Telegram

OPERATOR = 99


class Bell:
    """A doorbell that tests ring; each `wait` before is announced by `quiet`."""

    def __init__(self) -> None:
        self.rings: asyncio.Queue[None] = asyncio.Queue()

    async def wait(self, seconds: float) -> bool:
        await self.rings.get()
        return True

    def ring(self) -> None:
        self.rings.put_nowait(None)


class Watch:
    """What is found, until it is noted; `errors` are raised by the next calls."""

    def __init__(self) -> None:
        self.room = Room(free=50, total=100)
        self.found: list[Trouble] = []
        self.looks = 0
        self.look_errors: list[Exception] = []
        self.note_errors: list[Exception] = []

    async def look(self) -> AsyncIterator[Trouble]:
        self.looks += 1
        if self.look_errors:
            raise self.look_errors.pop(0)
        for trouble in list(self.found):
            yield trouble

    async def note(self, trouble: Trouble) -> None:
        if self.note_errors:
            raise self.note_errors.pop(0)
        self.found.remove(trouble)


def make_trouble(user_id: int, condition=Condition.TOKEN_REVOKED, kind=TroubleKind.DOWN) -> Trouble:
    card = BotCard(user_id, 1_000 + user_id, f"bot_{user_id}_bot", "Helper", active=True)
    return Trouble(card, kind, condition, 3)


class Office:
    """Notices at work over a stand-in for Telegram."""

    def __init__(self, telegram: Telegram, watch: Watch, bell: Bell, users: Users) -> None:
        self.telegram, self.watch, self.bell, self.users = telegram, watch, bell, users

    def heard_by(self, user_id: int) -> list[Shown]:
        return [shown for shown in self.telegram.shown.values() if shown.chat_id == user_id]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def look_again(self, times: int = 2) -> None:
        """Ring, and wait until a look that began after this has ended."""
        for _ in range(times):
            looks = self.watch.looks
            self.bell.ring()
            await self.until(lambda looks=looks: self.watch.looks > looks)


@pytest.fixture
async def open_office(tmp_path, monkeypatch) -> AsyncIterator[Callable[..., Awaitable[Office]]]:
    monkeypatch.setattr("master.telegram.notices.PAUSE", 0.0)
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    telegram = Telegram()
    properties = DefaultBotProperties(parse_mode="HTML")
    bot = Bot(f"{MASTER_ID}:{'m' * 35}", session=telegram, default=properties)
    async with contextlib.AsyncExitStack() as stack:

        async def open_it(*found: Trouble) -> Office:
            watch, bell, users = Watch(), Bell(), Users(database)
            watch.found += found
            await users.remember(1, "en")
            await users.remember(2, "ru")
            notices = Notices(
                bot,
                open_i18n(),
                users,
                watch,
                frozenset({OPERATOR}),
                measure_room=lambda: watch.room,
                quiet=0.2,
                retry=0.05,
            )
            work = asyncio.create_task(notices.run(bell))

            async def close() -> None:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work

            stack.push_async_callback(close)
            return Office(telegram, watch, bell, users)

        yield open_it
    await database.close()


async def test_an_owner_hears_in_their_language_with_what_helps(open_office):
    office = await open_office(make_trouble(1), make_trouble(2, Condition.OPENAI_KEY_INVALID))
    await office.until(lambda: not office.watch.found)
    [english], [russian] = office.heard_by(1), office.heard_by(2)
    assert "@bot_1_bot has stopped working" in english.text
    assert "revoked" in english.text
    assert any("New token" in label for label in english.buttons)
    assert "@bot_2_bot перестал работать" in russian.text
    assert any("Новый ключ" in label for label in russian.buttons)


async def test_what_was_told_is_not_told_again(open_office):
    office = await open_office(make_trouble(1))
    await office.until(lambda: not office.watch.found)
    await office.look_again()
    assert len(office.heard_by(1)) == 1


async def test_a_notice_under_way_is_not_sent_twice(open_office):
    office = await open_office()
    office.watch.note_errors = [OperationalError("database is locked")] * 5
    office.watch.found.append(make_trouble(1))
    await office.look_again(5)
    await office.until(lambda: not office.watch.found)
    assert len(office.heard_by(1)) == 1


async def test_an_owner_who_blocked_the_master_is_left_in_peace(open_office, caplog):
    caplog.set_level("INFO")
    office = await open_office()
    office.telegram.fail[SendMessage] = [TelegramForbiddenError]
    office.watch.found.append(make_trouble(1))
    office.bell.ring()
    await office.until(lambda: not office.watch.found)
    assert office.heard_by(1) == []
    assert "cannot be told" in caplog.text


async def test_an_outage_is_waited_for(open_office):
    office = await open_office()
    office.telegram.fail[SendMessage] = [TelegramNetworkError]
    office.watch.found.append(make_trouble(1))
    await office.look_again()
    await office.until(lambda: not office.telegram.fail[SendMessage])
    await office.look_again()
    await office.until(lambda: not office.watch.found)
    assert len(office.heard_by(1)) == 1


async def test_a_notice_that_nobody_foresaw_to_fail_does_not_end_the_others(open_office, caplog):
    office = await open_office(make_trouble(1, kind="unforeseen"), make_trouble(2))
    await office.until(lambda: len(office.watch.found) == 1)
    assert len(office.heard_by(2)) == 1
    assert "could not be told" in caplog.text


async def test_looks_go_on_when_supervisord_or_the_database_is_away(open_office):
    office = await open_office()
    office.watch.look_errors = [SupervisorUnreachableError("gone"), OperationalError("locked")]
    office.watch.found.append(make_trouble(1))
    await office.look_again(3)
    await office.until(lambda: not office.watch.found)


async def test_operators_get_one_summary_for_a_burst(open_office):
    office = await open_office(*[make_trouble(user_id) for user_id in range(1, 31)])
    office.watch.found.append(make_trouble(31, Condition.OUT_OF_MEMORY, TroubleKind.CRASHING))
    await office.until(lambda: office.heard_by(OPERATOR))
    await office.look_again()
    [summary] = office.heard_by(OPERATOR)
    assert "31 bots need attention" in summary.text
    assert "token revoked" in summary.text
    assert "and 27 more" in summary.text
    assert "out of memory: @bot_31_bot" in summary.text
    assert not summary.buttons


async def test_a_summary_waits_for_telegram(open_office):
    office = await open_office(make_trouble(1))
    await office.until(lambda: office.heard_by(1))
    office.telegram.fail[SendMessage] = [TelegramNetworkError, TelegramNetworkError]
    await office.until(lambda: office.heard_by(OPERATOR))
    assert "1 bot needs attention" in office.heard_by(OPERATOR)[0].text
    assert len(office.heard_by(OPERATOR)) == 1


async def test_operators_hear_once_each_time_that_the_disk_fills_up(open_office):
    office = await open_office()
    office.watch.room = Room(free=4_000_000, total=100_000_000)
    await office.look_again(3)
    [warning] = office.heard_by(OPERATOR)
    assert "4.0 MB of 100.0 MB are free" in warning.text
    office.watch.room = Room(free=6_000_000, total=100_000_000)
    await office.look_again()
    office.watch.room = Room(free=4_000_000, total=100_000_000)
    await office.look_again()
    assert len(office.heard_by(OPERATOR)) == 1, "it had hardly got better"
    office.watch.room = Room(free=50_000_000, total=100_000_000)
    await office.look_again()
    office.watch.room = Room(free=0, total=100_000_000)
    await office.look_again(3)
    assert len(office.heard_by(OPERATOR)) == 2
