"""Each incident of a bot is found once, even if it happened while the master was down."""

import asyncio
import os
import signal
import time
from dataclasses import replace

import pytest

from master.accounts.vault import Vault
from master.bots.manager import BotManager
from master.bots.monitoring import CONFIRMING, Incident, IncidentKind
from master.errors import BotStartError
from master.supervision.event_socket import open_event_socket
from personal_bot.contract import Condition, Problem, read_report, write_report
from tests.integration.supervision.conftest import KEY, identity_of, token_of

pytestmark = pytest.mark.integration


async def look(manager: BotManager) -> list[Incident]:
    return [incident async for incident in manager.monitor.check()]


async def find(harness, manager: BotManager | None = None) -> Incident:
    """Check until an incident is found; return it."""
    found: list[Incident] = []

    async def is_found() -> bool:
        found.extend(await look(manager or harness.manager))
        return bool(found)

    await harness.until(is_found)
    [incident] = found
    return incident


async def until_state(harness, user_id: int, state: str) -> None:
    async def is_reached() -> bool:
        return await harness.state(user_id) == state

    await harness.until(is_reached, 60)


async def crash(harness, user_id: int) -> None:
    """Kill a running bot, and wait until its next process is RUNNING."""
    await until_state(harness, user_id, "RUNNING")
    pid = await harness.pid(user_id)
    os.kill(pid, signal.SIGKILL)

    async def is_replaced() -> bool:
        return await harness.pid(user_id) not in {0, pid}

    await harness.until(is_replaced)
    await until_state(harness, user_id, "RUNNING")


async def test_a_bot_that_refuses_to_run_rings_and_is_told_once(harness):
    await harness.create(1)
    with open_event_socket(harness.installation.event_socket) as event_socket:
        assert harness.installation.event_socket.stat().st_mode & 0o777 == 0o600
        await harness.tell(1, "refuse")
        assert await event_socket.wait(30)
    [incident] = await look(harness.manager)
    assert (incident.kind, incident.condition) == (IncidentKind.DOWN, Condition.TOKEN_REVOKED)
    assert incident.card.username == "helper_1_bot"
    assert await look(harness.manager) == [incident], "it is due until it was told"
    await harness.manager.monitor.record(incident)
    assert await look(harness.manager) == []


async def test_the_next_time_is_told_again_after_a_new_token_worked(harness):
    await harness.create(1)
    await harness.tell(1, "refuse")
    await harness.manager.monitor.record(await find(harness))
    harness.script(1, "work")
    await harness.manager.replace_token(1, identity_of(1), token_of(1))
    assert await look(harness.manager) == []
    await harness.tell(1, "refuse")
    assert (await find(harness)).condition is Condition.TOKEN_REVOKED


async def test_what_supervisord_gives_up_is_told_once(harness):
    await harness.create(1)
    harness.script(1, "die")
    os.kill(await harness.pid(1), signal.SIGKILL)
    early = await find(harness)
    assert (early.kind, early.condition) == (IncidentKind.CRASHING, Condition.IMPORT_FAILED)
    await until_state(harness, 1, "FATAL")
    [late] = await look(harness.manager)
    assert (late.kind, late.condition) == (IncidentKind.DOWN, Condition.IMPORT_FAILED)
    await harness.manager.monitor.record(early)
    assert await look(harness.manager) == []


async def test_a_bot_that_is_killed_again_and_again_is_told_once(harness):
    await harness.create(1)
    await crash(harness, 1)
    await crash(harness, 1)
    assert await look(harness.manager) == []
    await crash(harness, 1)
    [incident] = await look(harness.manager)
    assert (incident.kind, incident.crashes) == (IncidentKind.CRASHING, 3)
    assert incident.condition is Condition.OUT_OF_MEMORY
    await harness.manager.monitor.record(incident)
    await crash(harness, 1)
    assert await look(harness.manager) == []
    assert await look(harness.another_manager()) == []


async def test_what_happened_while_the_master_was_away_is_told_when_it_is_back(harness):
    await harness.create(1)
    await harness.tell(1, "refuse")
    await until_state(harness, 1, "EXITED")
    back = harness.another_manager()
    await back.reconcile()
    incident = await find(harness, back)
    assert incident.condition is Condition.TOKEN_REVOKED
    await back.monitor.record(incident)
    later = harness.another_manager()
    await later.reconcile()
    assert await look(later) == []


async def test_a_bot_that_its_owner_stops_gives_no_notice(harness):
    await harness.create(1)
    harness.script(1, "die")
    os.kill(await harness.pid(1), signal.SIGKILL)
    await until_state(harness, 1, "BACKOFF")
    await harness.manager.stop(1)
    assert await look(harness.manager) == []


async def test_restarting_and_deleting_give_no_notice(harness):
    await harness.create(1)
    with open_event_socket(harness.installation.event_socket) as event_socket:
        await harness.manager.restart(1)
        assert await look(harness.manager) == []
        await harness.manager.delete(1)
        assert await look(harness.manager) == []
        assert not await event_socket.wait(0.1)


async def test_a_bot_that_is_being_worked_on_is_left_alone(harness):
    await harness.create(1)
    await harness.tell(1, "refuse")
    await until_state(harness, 1, "EXITED")
    async with harness.manager._locks.of(1):
        assert await look(harness.manager) == []
    assert await look(harness.manager) != []


async def test_the_answer_to_a_start_that_failed_is_the_notice(harness):
    with pytest.raises(BotStartError):
        await harness.create(1, "refuse")
    await until_state(harness, 1, "FATAL")
    assert await look(harness.manager) == []


async def test_what_an_operator_started_in_vain_is_told_to_the_owner(harness):
    await harness.create(1)
    vault = Vault.open(harness.installation.key)
    operators = BotManager(
        harness.settings,
        harness.database,
        vault,
        harness.programs,
        harness.supervisor,
        called_by_owners=False,
    )
    harness.script(1, "refuse")
    with pytest.raises(BotStartError):
        await operators.restart(1)
    assert (await find(harness)).condition is Condition.TOKEN_REVOKED


async def test_a_bot_that_ended_as_if_asked_to_is_started_at_once(harness):
    await harness.create(1)
    await harness.tell(1, "leave")
    await until_state(harness, 1, "EXITED")
    harness.script(1, "work")
    assert await look(harness.manager) == []
    await until_state(harness, 1, "RUNNING")


async def test_a_program_that_an_operator_stopped_gives_no_notice(harness):
    await harness.create(1)
    await harness.supervisor.stop("bot-1")
    assert await look(harness.manager) == []


def report_problem(harness, user_id: int, condition: Condition | None) -> None:
    path = harness.installation.bot(user_id).report
    report = read_report(path)
    assert report is not None
    problem = Problem(condition, time.time()) if condition else None
    write_report(path, replace(report, problem=problem))


async def test_what_keeps_a_running_bot_from_its_work_is_told_until_it_worked_again(harness):
    await harness.create(1)
    report_problem(harness, 1, Condition.OPENAI_QUOTA_EXCEEDED)
    [incident] = await look(harness.manager)
    assert (incident.kind, incident.condition) == (
        IncidentKind.DEGRADED,
        Condition.OPENAI_QUOTA_EXCEEDED,
    )
    await harness.manager.monitor.record(incident)
    assert await look(harness.manager) == []
    report_problem(harness, 1, None)
    assert await look(harness.manager) == []
    report_problem(harness, 1, Condition.OPENAI_QUOTA_EXCEEDED)
    assert await look(harness.manager) == [incident]


async def test_outages_that_pass_by_themselves_are_not_told(harness):
    await harness.create(1)
    report_problem(harness, 1, Condition.TELEGRAM_UNREACHABLE)
    assert await look(harness.manager) == []


async def test_silence_is_told_when_it_is_seen_twice(harness):
    await harness.create(1)
    now = time.monotonic()
    harness.manager.monitor._clock = lambda: now
    report = harness.installation.bot(1).report
    os.utime(report, (time.time(), time.time() - 3_600))
    assert await look(harness.manager) == []
    now += 2 * CONFIRMING  # twice, because float sums may fall short
    [incident] = await look(harness.manager)
    assert incident.condition is Condition.NOT_RESPONDING


async def test_one_bot_that_cannot_be_looked_at_does_not_hide_the_others(harness):
    await asyncio.gather(harness.create(1), harness.create(2))
    await asyncio.gather(harness.tell(1, "refuse"), harness.tell(2, "refuse"))
    await asyncio.gather(until_state(harness, 1, "EXITED"), until_state(harness, 2, "EXITED"))
    log = harness.programs.logs(1).stderr
    log.unlink()
    log.mkdir()
    [incident] = await look(harness.manager)
    assert incident.card.user_id == 2


async def test_a_supervisord_without_our_extension_is_watched_too(harness):
    await harness.run_without_extension()
    await harness.create(1)
    await harness.tell(1, "refuse")
    assert (await find(harness)).condition is Condition.TOKEN_REVOKED


async def test_a_deleted_bots_successor_is_told_anew(harness):
    await harness.create(1)
    await harness.tell(1, "refuse")
    await harness.manager.monitor.record(await find(harness))
    await harness.manager.delete(1)
    harness.script(1, "work")
    await harness.manager.create(1, identity_of(1), token_of(1), KEY)
    await harness.tell(1, "refuse")
    assert (await find(harness)).condition is Condition.TOKEN_REVOKED
