"""What differs between database, program files and supervisord is mended; the rest is left alone."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from master.accounts.models import Bot
from master.errors import (
    BotStartError,
    ProgramError,
    SupervisorDeniedError,
    SupervisorShuttingDownError,
    SupervisorUnreachableError,
)
from master.installation.state_dir import SUPERVISOR_USERNAME
from master.settings_files import write_bot_settings
from master.supervision.supervisor import Supervisor
from personal_bot.contract import Condition, read_credentials, read_key
from tests.integration.supervision.conftest import KEY, identity_of, scripted_command, token_of

pytestmark = pytest.mark.integration


async def test_a_master_that_restarts_touches_no_bot_that_is_right(house):
    await asyncio.gather(house.create(1), house.create(2))
    await house.manager.stop(2)
    before = await house.pid(1)
    found = await house.another_manager().reconcile()
    assert found.is_clean
    assert await house.pid(1) == before
    assert await house.state(2) == "STOPPED"


async def test_missing_files_and_groups_come_back(house):
    await asyncio.gather(house.create(1), house.create(2), house.create(3))
    before = await house.pid(3)
    (house.installation.programs / "bot-1.conf").unlink()
    house.installation.bot(1).credentials.unlink()
    await house.supervisor.remove("bot-2")
    found = await house.manager.reconcile()
    assert sorted(found.rewritten) == [1, 2]

    async def all_run():
        return await house.manager.count_running() == 3

    await house.until(all_run)
    assert await house.pid(3) == before
    credentials = read_credentials(
        house.installation.bot(1).credentials, read_key(house.installation.key)
    )
    assert credentials.bot_token == token_of(1)
    assert (await house.manager.reconcile()).is_clean


async def test_a_program_file_that_was_changed_is_written_again(house):
    await house.create(1)
    path = house.installation.programs / "bot-1.conf"
    right = path.read_text()
    path.write_text(right.replace("stopwaitsecs=5", "stopwaitsecs=50"))
    found = await house.manager.reconcile()
    assert found.rewritten == [1]
    assert path.read_text() == right


async def test_bots_that_could_not_read_their_settings_are_started_once_these_are_right(house):
    await house.create(1)
    await house.manager.reconcile()  # the first of a master tries every bot
    house.script(1, "misread")
    house.installation.bot_settings.write_text("garbage")
    os.kill(await house.pid(1), signal.SIGKILL)

    async def is_down():
        return await house.state(1) == "FATAL"  # its first second was not over

    await house.until(is_down, 60)
    assert (await house.manager.reconcile()).is_clean
    write_bot_settings(house.settings)

    async def is_mended():
        return (await house.manager.reconcile()).started == [1]

    await house.until(is_mended, 10)
    assert (await house.manager.reconcile()).is_clean


async def test_nobodys_programs_are_removed_and_their_documents_kept(house):
    await asyncio.gather(house.create(1), house.create(2))
    house.programs.write(9, active=True)
    await house.database.run(_forget, 2)
    found = await house.manager.reconcile()
    assert sorted(found.removed) == [2, 9]
    assert house.programs.list_users() == {1}
    names = [process.name for process in await house.supervisor.list_processes()]
    assert names == ["bot-1"]
    assert house.installation.bot(2).credentials.exists()


async def test_a_bot_that_was_stopped_by_its_owner_stays_so_after_supervisord_restarts(house):
    await asyncio.gather(house.create(1), house.create(2))
    await house.manager.stop(2)
    await house.daemon.stop()
    await house.daemon.start()

    async def first_runs():
        return await house.manager.is_bot_running(1)

    await house.until(first_runs)
    assert await house.state(2) == "STOPPED"
    assert (await house.manager.reconcile()).is_clean


async def test_active_bots_come_back_after_supervisord_is_killed(house):
    await asyncio.gather(house.create(1), house.create(2))
    await house.daemon.kill()
    with pytest.raises(SupervisorUnreachableError):
        await house.manager.reconcile()
    await house.daemon.start()

    async def both_run():
        return await house.manager.count_running() == 2

    await house.until(both_run)


async def test_an_operators_stop_is_respected_until_the_master_restarts(house):
    await house.create(1)
    await house.manager.reconcile()
    await house.supervisor.stop("bot-1")
    assert (await house.manager.reconcile()).is_clean
    assert await house.state(1) == "STOPPED"
    found = await house.another_manager().reconcile()
    assert found.started == [1]


async def test_a_bot_that_ended_as_if_asked_to_is_started_again(house):
    await house.create(1)
    await house.manager.reconcile()
    os.kill(await house.pid(1), signal.SIGTERM)

    async def has_ended():
        return await house.state(1) == "EXITED"

    await house.until(has_ended)
    assert (await house.manager.reconcile()).started == [1]


async def test_a_bot_that_runs_against_its_owners_will_is_stopped(house):
    await house.create(1)
    await house.manager.stop(1)
    await house.supervisor.start("bot-1")
    assert (await house.manager.reconcile()).stopped == [1]
    assert await house.state(1) == "STOPPED"


async def test_a_deletion_that_was_interrupted_is_finished(house):
    await house.create(1)
    await house.manager._registry.begin_deletion(1)
    assert await house.manager.find(1) is None
    found = await house.another_manager().reconcile()
    assert found.removed == [1]
    assert not house.installation.bot(1).home.exists()
    assert house.programs.list_users() == set()


async def test_a_creation_that_was_interrupted_is_continued(house):
    await house.manager._registry.save(1, identity_of(1), token_of(1), KEY)
    found = await house.another_manager().reconcile()
    assert found.rewritten == [1]

    async def runs():
        return await house.manager.is_bot_running(1)

    await house.until(runs)


async def test_a_broken_foreign_file_hinders_no_new_bot(house):
    await house.create(1)
    before = await house.pid(1)
    (house.installation.programs / "operator.conf").write_text(
        "[program:theirs]\nautostart=maybe\n"
    )
    await house.create(2)
    assert await house.manager.is_bot_running(2)
    assert await house.pid(1) == before


async def test_a_reload_puts_a_broken_foreign_file_aside_and_names_it(house, caplog):
    await house.run_without_extension()
    await house.create(1)
    before = await house.pid(1)
    broken = house.installation.programs / "operator.conf"
    broken.write_text("[program:theirs]\nautostart=maybe\n")
    await house.create(2)
    assert await house.manager.is_bot_running(2)
    assert not broken.exists()
    moved = list(house.installation.quarantine.iterdir())
    assert [path.name.rpartition(".")[0] for path in moved] == ["operator.conf"]
    assert str(moved[0]) in caplog.text
    assert await house.pid(1) == before


async def test_a_supervisord_without_our_extension_is_driven_by_its_own_methods(house):
    await house.run_without_extension()
    await house.create(1)
    assert await house.manager.count_running() == 1
    await house.manager.delete(1)
    assert await house.manager.count_running() == 0


async def test_an_operators_own_program_is_left_alone(house):
    theirs = house.installation.programs / "theirs.conf"
    theirs.write_text("[program:theirs]\ncommand=sleep 1000\n")
    await house.supervisor.add("theirs")
    await house.create(1)
    assert (await house.another_manager().reconcile()).is_clean
    assert (await house.supervisor.read_process("theirs")).pid


async def test_a_bot_that_cannot_be_set_up_leaves_nothing(house, monkeypatch):
    def refuse(user_id, *, active):
        raise ProgramError(f"bot-{user_id}.conf", "disk full")

    with monkeypatch.context() as patch:
        patch.setattr(house.programs, "write", refuse)
        with pytest.raises(ProgramError):
            await house.create(1)
    assert await house.manager.find(1) is None
    assert not house.installation.bot(1).home.exists()
    await house.create(1)
    assert await house.manager.is_bot_running(1)


async def test_an_interpreter_that_is_missing_is_named(house, caplog):
    def command(installation, user_id):
        return ["/nowhere/python", *scripted_command(installation, user_id)[1:]]

    house.programs._command = command
    with pytest.raises(BotStartError) as caught:
        await house.create(1)
    assert "[SPAWN] Script or interpreter not found: /nowhere/python" in caplog.text
    assert "/nowhere/python" in caught.value.diagnosis.spawn_error

    async def waits():
        return await house.state(1) == "BACKOFF"

    await house.until(waits)
    with pytest.raises(BotStartError) as caught:
        await house.manager.start(1)
    assert "/nowhere/python" in caught.value.diagnosis.spawn_error
    assert caught.value.diagnosis.condition == Condition.MISCONFIGURED


async def test_a_wrong_password_is_an_error_of_its_own(house):
    stranger = Supervisor(house.installation.socket, SUPERVISOR_USERNAME, "wrong", timeout=10)
    with pytest.raises(SupervisorDeniedError):
        await stranger.read_pid()


async def test_a_supervisord_that_shuts_down_is_an_error_of_its_own(house):
    await house.create(1, "deaf")
    await house.supervisor._call("supervisor.shutdown")
    with pytest.raises(SupervisorShuttingDownError):
        await house.supervisor.add("bot-1")
    os.kill(await asyncio.to_thread(_child_of, house.daemon.process.pid), signal.SIGKILL)


async def test_a_frozen_supervisord_is_not_waited_for_for_ever(house):
    supervisor = Supervisor(
        house.installation.socket,
        SUPERVISOR_USERNAME,
        house.installation.read_supervisor_password(),
        timeout=0.3,
    )
    os.kill(house.daemon.process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(SupervisorUnreachableError, match="no answer within"):
            await supervisor.read_pid()
    finally:
        os.kill(house.daemon.process.pid, signal.SIGCONT)


def _forget(user_id):
    Bot.delete().where(Bot.user == user_id).execute()


def _child_of(pid):
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
