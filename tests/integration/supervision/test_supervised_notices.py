"""What owners should hear is found by what runs, each time once, whoever was away meanwhile."""

import asyncio
import os
import signal
import time
from dataclasses import replace

import pytest

from master.accounts.vault import Vault
from master.bots.manager import BotManager
from master.bots.monitoring import CONFIRMING, Trouble, TroubleKind
from master.errors import BotStartError
from master.supervision.event_socket import hang_doorbell
from personal_bot.contract import Condition, Problem, read_report, write_report
from tests.integration.supervision.conftest import KEY, identity_of, token_of

pytestmark = pytest.mark.integration


async def look(manager: BotManager) -> list[Trouble]:
    return [trouble async for trouble in manager.watch.look()]


async def find(house, manager: BotManager | None = None) -> Trouble:
    """Look until there is something to tell."""
    found: list[Trouble] = []

    async def is_found() -> bool:
        found.extend(await look(manager or house.manager))
        return bool(found)

    await house.until(is_found)
    [trouble] = found
    return trouble


async def until_state(house, user_id: int, state: str) -> None:
    async def is_reached() -> bool:
        return await house.state(user_id) == state

    await house.until(is_reached, 60)


async def crash(house, user_id: int) -> None:
    """Kill a bot that runs, and wait for the next process to run."""
    await until_state(house, user_id, "RUNNING")
    pid = await house.pid(user_id)
    os.kill(pid, signal.SIGKILL)

    async def is_replaced() -> bool:
        return await house.pid(user_id) not in {0, pid}

    await house.until(is_replaced)
    await until_state(house, user_id, "RUNNING")


async def test_a_bot_that_refuses_to_run_rings_and_is_told_once(house):
    await house.create(1)
    with hang_doorbell(house.installation.bell) as doorbell:
        assert house.installation.bell.stat().st_mode & 0o777 == 0o600
        await house.tell(1, "refuse")
        assert await doorbell.wait(30)
    [trouble] = await look(house.manager)
    assert (trouble.kind, trouble.condition) == (TroubleKind.DOWN, Condition.TOKEN_REVOKED)
    assert trouble.card.username == "helper_1_bot"
    assert await look(house.manager) == [trouble], "it is due until it was told"
    await house.manager.watch.note(trouble)
    assert await look(house.manager) == []


async def test_the_next_time_is_told_again_after_a_new_token_worked(house):
    await house.create(1)
    await house.tell(1, "refuse")
    await house.manager.watch.note(await find(house))
    house.script(1, "work")
    await house.manager.replace_token(1, identity_of(1), token_of(1))
    assert await look(house.manager) == []
    await house.tell(1, "refuse")
    assert (await find(house)).condition is Condition.TOKEN_REVOKED


async def test_what_supervisord_gives_up_is_told_once(house):
    await house.create(1)
    house.script(1, "die")
    os.kill(await house.pid(1), signal.SIGKILL)
    early = await find(house)
    assert (early.kind, early.condition) == (TroubleKind.CRASHING, Condition.IMPORT_FAILED)
    await until_state(house, 1, "FATAL")
    [late] = await look(house.manager)
    assert (late.kind, late.condition) == (TroubleKind.DOWN, Condition.IMPORT_FAILED)
    await house.manager.watch.note(early)
    assert await look(house.manager) == []


async def test_a_bot_that_is_killed_again_and_again_is_told_once(house):
    await house.create(1)
    await crash(house, 1)
    await crash(house, 1)
    assert await look(house.manager) == []
    await crash(house, 1)
    [trouble] = await look(house.manager)
    assert (trouble.kind, trouble.crashes) == (TroubleKind.CRASHING, 3)
    assert trouble.condition is Condition.OUT_OF_MEMORY
    await house.manager.watch.note(trouble)
    await crash(house, 1)
    assert await look(house.manager) == []
    assert await look(house.another_manager()) == []


async def test_what_happened_while_the_master_was_away_is_told_when_it_is_back(house):
    await house.create(1)
    await house.tell(1, "refuse")
    await until_state(house, 1, "EXITED")
    back = house.another_manager()
    await back.reconcile()
    trouble = await find(house, back)
    assert trouble.condition is Condition.TOKEN_REVOKED
    await back.watch.note(trouble)
    later = house.another_manager()
    await later.reconcile()
    assert await look(later) == []


async def test_a_bot_that_its_owner_stops_gives_no_notice(house):
    await house.create(1)
    house.script(1, "die")
    os.kill(await house.pid(1), signal.SIGKILL)
    await until_state(house, 1, "BACKOFF")
    await house.manager.stop(1)
    assert await look(house.manager) == []


async def test_restarting_and_deleting_give_no_notice(house):
    await house.create(1)
    with hang_doorbell(house.installation.bell) as doorbell:
        await house.manager.restart(1)
        assert await look(house.manager) == []
        await house.manager.delete(1)
        assert await look(house.manager) == []
        assert not await doorbell.wait(0.1)


async def test_a_bot_that_is_being_worked_on_is_left_alone(house):
    await house.create(1)
    await house.tell(1, "refuse")
    await until_state(house, 1, "EXITED")
    async with house.manager._locks.of(1):
        assert await look(house.manager) == []
    assert await look(house.manager) != []


async def test_the_answer_to_a_start_that_failed_is_the_notice(house):
    with pytest.raises(BotStartError):
        await house.create(1, "refuse")
    await until_state(house, 1, "FATAL")
    assert await look(house.manager) == []


async def test_what_an_operator_started_in_vain_is_told_to_the_owner(house):
    await house.create(1)
    vault = Vault.open(house.installation.key)
    operators = BotManager(
        house.settings,
        house.database,
        vault,
        house.programs,
        house.supervisor,
        owners_ask=False,
    )
    house.script(1, "refuse")
    with pytest.raises(BotStartError):
        await operators.restart(1)
    assert (await find(house)).condition is Condition.TOKEN_REVOKED


async def test_a_bot_that_ended_as_if_asked_to_is_started_at_once(house):
    await house.create(1)
    await house.tell(1, "leave")
    await until_state(house, 1, "EXITED")
    house.script(1, "work")
    assert await look(house.manager) == []
    await until_state(house, 1, "RUNNING")


async def test_a_program_that_an_operator_stopped_gives_no_notice(house):
    await house.create(1)
    await house.supervisor.stop("bot-1")
    assert await look(house.manager) == []


def report_problem(house, user_id: int, condition: Condition | None) -> None:
    path = house.installation.bot(user_id).report
    report = read_report(path)
    assert report is not None
    problem = Problem(condition, time.time()) if condition else None
    write_report(path, replace(report, problem=problem))


async def test_what_keeps_a_running_bot_from_its_work_is_told_until_it_worked_again(house):
    await house.create(1)
    report_problem(house, 1, Condition.OPENAI_QUOTA_EXCEEDED)
    [trouble] = await look(house.manager)
    assert (trouble.kind, trouble.condition) == (
        TroubleKind.AILING,
        Condition.OPENAI_QUOTA_EXCEEDED,
    )
    await house.manager.watch.note(trouble)
    assert await look(house.manager) == []
    report_problem(house, 1, None)
    assert await look(house.manager) == []
    report_problem(house, 1, Condition.OPENAI_QUOTA_EXCEEDED)
    assert await look(house.manager) == [trouble]


async def test_outages_that_pass_by_themselves_are_not_told(house):
    await house.create(1)
    report_problem(house, 1, Condition.TELEGRAM_UNREACHABLE)
    assert await look(house.manager) == []


async def test_silence_is_told_when_it_is_seen_twice(house):
    await house.create(1)
    now = time.monotonic()
    house.manager.watch._clock = lambda: now
    report = house.installation.bot(1).report
    os.utime(report, (time.time(), time.time() - 3_600))
    assert await look(house.manager) == []
    now += 2 * CONFIRMING  # sums of floats fall short
    [trouble] = await look(house.manager)
    assert trouble.condition is Condition.NOT_RESPONDING


async def test_one_bot_that_cannot_be_looked_at_does_not_hide_the_others(house):
    await asyncio.gather(house.create(1), house.create(2))
    await asyncio.gather(house.tell(1, "refuse"), house.tell(2, "refuse"))
    await asyncio.gather(until_state(house, 1, "EXITED"), until_state(house, 2, "EXITED"))
    log = house.programs.logs(1).stderr
    log.unlink()
    log.mkdir()
    [trouble] = await look(house.manager)
    assert trouble.card.user_id == 2


async def test_a_supervisord_without_our_extension_is_watched_too(house):
    await house.run_without_extension()
    await house.create(1)
    await house.tell(1, "refuse")
    assert (await find(house)).condition is Condition.TOKEN_REVOKED


async def test_a_deleted_bots_successor_is_told_anew(house):
    await house.create(1)
    await house.tell(1, "refuse")
    await house.manager.watch.note(await find(house))
    await house.manager.delete(1)
    house.script(1, "work")
    await house.manager.create(1, identity_of(1), token_of(1), KEY)
    await house.tell(1, "refuse")
    assert (await find(house)).condition is Condition.TOKEN_REVOKED
