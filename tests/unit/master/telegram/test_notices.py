"""Owners get each notice once, in their language; operators get one summary per burst."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage
from cryptography.fernet import Fernet, MultiFernet
from peewee import OperationalError

from master.accounts.database import Database
from master.accounts.operator_actions import OperatorActions
from master.accounts.registry import BotCard, Registry
from master.accounts.users import Users
from master.accounts.vault import Vault
from master.application import open_i18n
from master.bots.monitoring import Incident, IncidentKind
from master.errors import SupervisorUnreachableError
from master.installation.disk_space import DiskSpace
from master.services.bot_tokens import BotIdentity
from master.settings import sqlite_url
from master.telegram.notices import Notices
from personal_bot.contract import Condition
from tests.unit.master.fakes import MASTER_ID, Shown, Telegram

OPERATOR = 99


class Events:
    """An event socket that tests can wake."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[None] = asyncio.Queue()

    async def wait(self, seconds: float) -> bool:
        await self._events.get()
        return True

    def wake(self) -> None:
        self._events.put_nowait(None)


class Monitor:
    """Reports `found` until it is recorded; raises `check_errors` and `record_errors` first."""

    def __init__(self) -> None:
        self.disk_space = DiskSpace(free=50, total=100)
        self.found: list[Incident] = []
        self.checks = 0
        self.check_errors: list[Exception] = []
        self.record_errors: list[Exception] = []

    async def check(self) -> AsyncIterator[Incident]:
        self.checks += 1
        if self.check_errors:
            raise self.check_errors.pop(0)
        for incident in list(self.found):
            yield incident

    async def record(self, incident: Incident) -> None:
        if self.record_errors:
            raise self.record_errors.pop(0)
        self.found.remove(incident)


def make_incident(
    user_id: int, condition=Condition.TOKEN_REVOKED, kind=IncidentKind.DOWN
) -> Incident:
    card = BotCard(user_id, 1_000 + user_id, f"bot_{user_id}_bot", "Helper", active=True)
    return Incident(card, kind, condition, 3)


@dataclass
class NoticesHarness:
    """Running `Notices`, with fakes for Telegram, the monitor and the event socket."""

    telegram: Telegram
    monitor: Monitor
    events: Events
    users: Users
    actions: OperatorActions
    registry: Registry

    async def register(self, user_id: int) -> None:
        identity = BotIdentity(1_000 + user_id, f"bot_{user_id}_bot", "Helper")
        await self.registry.save(user_id, identity, "token", "key")

    def heard_by(self, user_id: int) -> list[Shown]:
        return [shown for shown in self.telegram.shown.values() if shown.chat_id == user_id]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def check_again(self, times: int = 2) -> None:
        """Trigger checks in turn; with two, one that began after this call has ended."""
        for _ in range(times):
            checks = self.monitor.checks
            self.events.wake()
            await self.until(lambda checks=checks: self.monitor.checks > checks)


@pytest.fixture
async def open_notices(
    tmp_path, monkeypatch
) -> AsyncIterator[Callable[..., Awaitable[NoticesHarness]]]:
    monkeypatch.setattr("master.telegram.notices.PAUSE", 0.0)
    database = Database(sqlite_url(tmp_path / "master.db"))
    await database.open()
    telegram = Telegram()
    properties = DefaultBotProperties(parse_mode="HTML")
    bot = Bot(f"{MASTER_ID}:{'m' * 35}", session=telegram, default=properties)
    async with contextlib.AsyncExitStack() as stack:

        async def open_it(*found: Incident) -> NoticesHarness:
            monitor, events, users = Monitor(), Events(), Users(database)
            actions = OperatorActions(database)
            monitor.found += found
            await users.remember(1, "en")
            await users.remember(2, "ru")
            notices = Notices(
                bot,
                open_i18n(),
                users,
                monitor,
                actions,
                operators=frozenset({OPERATOR}),
                measure_disk_space=lambda: monitor.disk_space,
                quiet=0.2,
                retry=0.05,
            )
            work = asyncio.create_task(notices.run(events))

            async def close() -> None:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work

            stack.push_async_callback(close)
            registry = Registry(database, Vault(MultiFernet([Fernet(Fernet.generate_key())])))
            return NoticesHarness(telegram, monitor, events, users, actions, registry)

        yield open_it
    await database.close()


async def test_an_owner_hears_in_their_language_with_what_helps(open_notices):
    harness = await open_notices(make_incident(1), make_incident(2, Condition.OPENAI_KEY_INVALID))
    await harness.until(lambda: not harness.monitor.found)
    [english], [russian] = harness.heard_by(1), harness.heard_by(2)
    assert "@bot_1_bot has stopped working" in english.text
    assert "revoked" in english.text
    assert any("New token" in label for label in english.buttons)
    assert "@bot_2_bot перестал работать" in russian.text
    assert any("Новый ключ" in label for label in russian.buttons)


async def test_what_was_told_is_not_told_again(open_notices):
    harness = await open_notices(make_incident(1))
    await harness.until(lambda: not harness.monitor.found)
    await harness.check_again()
    assert len(harness.heard_by(1)) == 1


async def test_a_notice_under_way_is_not_sent_twice(open_notices):
    harness = await open_notices()
    harness.monitor.record_errors = [OperationalError("database is locked")] * 5
    harness.monitor.found.append(make_incident(1))
    await harness.check_again(5)
    await harness.until(lambda: not harness.monitor.found)
    assert len(harness.heard_by(1)) == 1


async def test_an_owner_who_blocked_the_master_is_left_in_peace(open_notices, caplog):
    caplog.set_level("INFO")
    harness = await open_notices()
    harness.telegram.fail[SendMessage] = [TelegramForbiddenError]
    harness.monitor.found.append(make_incident(1))
    harness.events.wake()
    await harness.until(lambda: not harness.monitor.found)
    assert harness.heard_by(1) == []
    assert "Cannot notify user" in caplog.text


async def test_an_outage_is_waited_for(open_notices):
    harness = await open_notices()
    harness.telegram.fail[SendMessage] = [TelegramNetworkError]
    harness.monitor.found.append(make_incident(1))
    await harness.check_again()
    await harness.until(lambda: not harness.telegram.fail[SendMessage])
    await harness.check_again()
    await harness.until(lambda: not harness.monitor.found)
    assert len(harness.heard_by(1)) == 1


async def test_a_notice_that_nobody_foresaw_to_fail_does_not_end_the_others(open_notices, caplog):
    harness = await open_notices(make_incident(1, kind="unforeseen"), make_incident(2))
    await harness.until(lambda: len(harness.monitor.found) == 1)
    assert len(harness.heard_by(2)) == 1
    assert "Could not notify user" in caplog.text


async def test_checks_go_on_when_supervisord_or_the_database_is_away(open_notices):
    harness = await open_notices()
    harness.monitor.check_errors = [SupervisorUnreachableError("gone"), OperationalError("locked")]
    harness.monitor.found.append(make_incident(1))
    await harness.check_again(3)
    await harness.until(lambda: not harness.monitor.found)


async def test_operators_get_one_summary_for_a_burst(open_notices):
    harness = await open_notices(*[make_incident(user_id) for user_id in range(1, 31)])
    harness.monitor.found.append(make_incident(31, Condition.OUT_OF_MEMORY, IncidentKind.CRASHING))
    await harness.until(lambda: harness.heard_by(OPERATOR))
    await harness.check_again()
    [summary] = harness.heard_by(OPERATOR)
    assert "31 bots need attention" in summary.text
    assert "token revoked" in summary.text
    assert "and 27 more" in summary.text
    assert "out of memory: @bot_31_bot" in summary.text
    assert not summary.buttons


async def test_a_summary_waits_for_telegram(open_notices):
    harness = await open_notices(make_incident(1))
    await harness.until(lambda: harness.heard_by(1))
    harness.telegram.fail[SendMessage] = [TelegramNetworkError, TelegramNetworkError]
    await harness.until(lambda: harness.heard_by(OPERATOR))
    assert "1 bot needs attention" in harness.heard_by(OPERATOR)[0].text
    assert len(harness.heard_by(OPERATOR)) == 1


async def test_operators_hear_once_each_time_that_the_disk_fills_up(open_notices):
    harness = await open_notices()
    harness.monitor.disk_space = DiskSpace(free=4_000_000, total=100_000_000)
    await harness.check_again(3)
    [warning] = harness.heard_by(OPERATOR)
    assert "4.0 MB of 100.0 MB free" in warning.text
    harness.monitor.disk_space = DiskSpace(free=6_000_000, total=100_000_000)
    await harness.check_again()
    harness.monitor.disk_space = DiskSpace(free=4_000_000, total=100_000_000)
    await harness.check_again()
    assert len(harness.heard_by(OPERATOR)) == 1, "it had hardly got better"
    harness.monitor.disk_space = DiskSpace(free=50_000_000, total=100_000_000)
    await harness.check_again()
    harness.monitor.disk_space = DiskSpace(free=0, total=100_000_000)
    await harness.check_again(3)
    assert len(harness.heard_by(OPERATOR)) == 2


async def test_an_owner_hears_once_what_an_operator_did(open_notices):
    harness = await open_notices()
    for user_id in (1, 2):
        await harness.register(user_id)
        await harness.registry.set_active(user_id, active=False, by_operator=True)
    await harness.check_again()
    await harness.until(lambda: harness.heard_by(1) and harness.heard_by(2))
    [english], [russian] = harness.heard_by(1), harness.heard_by(2)
    assert "The operator of this server has stopped @bot_1_bot" in english.text
    assert "▶️ Resume" in english.buttons
    assert "Оператор этого сервера остановил @bot_2_bot" in russian.text

    await harness.registry.set_active(1, active=True, by_operator=True)
    await harness.registry.begin_deletion(2, by_operator=True)
    await harness.registry.remove(2)
    await harness.check_again()
    await harness.until(lambda: len(harness.heard_by(1)) == len(harness.heard_by(2)) == 2)
    assert "The operator of this server has started @bot_1_bot" in harness.heard_by(1)[1].text
    assert "Оператор этого сервера удалил @bot_2_bot" in harness.heard_by(2)[1].text
    await harness.check_again()
    assert len(harness.heard_by(1)) == len(harness.heard_by(2)) == 2


async def test_what_an_operator_did_is_told_once_telegram_responds(open_notices):
    harness = await open_notices()
    await harness.register(1)
    await harness.registry.set_active(1, active=False, by_operator=True)
    harness.telegram.fail[SendMessage] = [TelegramNetworkError]
    harness.events.wake()
    await harness.until(lambda: not harness.telegram.fail[SendMessage])
    assert harness.heard_by(1) == []
    await harness.check_again()
    await harness.until(lambda: harness.heard_by(1))
