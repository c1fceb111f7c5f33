"""Reconciling repairs only what differs between database, program files and supervisord."""

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


async def test_a_master_that_restarts_touches_no_bot_that_is_right(harness):
    await asyncio.gather(harness.create(1), harness.create(2))
    await harness.manager.stop(2)
    before = await harness.pid(1)
    found = await harness.another_manager().reconcile()
    assert found.is_clean
    assert await harness.pid(1) == before
    assert await harness.state(2) == "STOPPED"


async def test_missing_files_and_groups_come_back(harness):
    await asyncio.gather(harness.create(1), harness.create(2), harness.create(3))
    before = await harness.pid(3)
    (harness.installation.programs / "bot-1.conf").unlink()
    harness.installation.bot(1).credentials.unlink()
    await harness.supervisor.remove("bot-2")
    found = await harness.manager.reconcile()
    assert sorted(found.rewritten) == [1, 2]

    async def all_run():
        return await harness.manager.count_running() == 3

    await harness.until(all_run)
    assert await harness.pid(3) == before
    credentials = read_credentials(
        harness.installation.bot(1).credentials, read_key(harness.installation.key)
    )
    assert credentials.bot_token == token_of(1)
    assert (await harness.manager.reconcile()).is_clean


async def test_a_program_file_that_was_changed_is_written_again(harness):
    await harness.create(1)
    path = harness.installation.programs / "bot-1.conf"
    right = path.read_text()
    path.write_text(right.replace("stopwaitsecs=5", "stopwaitsecs=50"))
    found = await harness.manager.reconcile()
    assert found.rewritten == [1]
    assert path.read_text() == right


async def test_bots_that_could_not_read_their_settings_are_started_once_these_are_right(harness):
    await harness.create(1)
    await harness.manager.reconcile()  # a master's first reconciliation starts FATAL bots
    harness.script(1, "misread")
    harness.installation.bot_settings.write_text("garbage")
    os.kill(await harness.pid(1), signal.SIGKILL)

    async def is_down():
        return await harness.state(1) in {"FATAL", "EXITED"}  # it exits within `startsecs`, or not

    await harness.until(is_down, 60)
    assert (await harness.manager.reconcile()).is_clean
    write_bot_settings(harness.settings)

    async def is_mended():
        return (await harness.manager.reconcile()).started == [1]

    await harness.until(is_mended, 10)
    assert (await harness.manager.reconcile()).is_clean


async def test_nobodys_programs_are_removed_and_their_documents_kept(harness):
    await asyncio.gather(harness.create(1), harness.create(2))
    harness.programs.write(9, active=True)
    await harness.database.run(_forget, 2)
    found = await harness.manager.reconcile()
    assert sorted(found.removed) == [2, 9]
    assert harness.programs.list_users() == {1}
    names = [process.name for process in await harness.supervisor.list_processes()]
    assert names == ["bot-1"]
    assert harness.installation.bot(2).credentials.exists()


async def test_a_bot_that_was_stopped_by_its_owner_stays_so_after_supervisord_restarts(harness):
    await asyncio.gather(harness.create(1), harness.create(2))
    await harness.manager.stop(2)
    await harness.daemon.stop()
    await harness.daemon.start()

    async def first_runs():
        return await harness.manager.is_bot_running(1)

    await harness.until(first_runs)
    assert await harness.state(2) == "STOPPED"
    assert (await harness.manager.reconcile()).is_clean


async def test_active_bots_come_back_after_supervisord_is_killed(harness):
    await asyncio.gather(harness.create(1), harness.create(2))
    await harness.daemon.kill()
    with pytest.raises(SupervisorUnreachableError):
        await harness.manager.reconcile()
    await harness.daemon.start()

    async def both_run():
        return await harness.manager.count_running() == 2

    await harness.until(both_run)


async def test_an_operators_stop_is_respected_until_the_master_restarts(harness):
    await harness.create(1)
    await harness.manager.reconcile()
    await harness.supervisor.stop("bot-1")
    assert (await harness.manager.reconcile()).is_clean
    assert await harness.state(1) == "STOPPED"
    found = await harness.another_manager().reconcile()
    assert found.started == [1]


async def test_a_bot_that_ended_as_if_asked_to_is_started_again(harness):
    await harness.create(1)
    await harness.manager.reconcile()
    os.kill(await harness.pid(1), signal.SIGTERM)

    async def has_ended():
        return await harness.state(1) == "EXITED"

    await harness.until(has_ended)
    assert (await harness.manager.reconcile()).started == [1]


async def test_a_bot_that_runs_against_its_owners_will_is_stopped(harness):
    await harness.create(1)
    await harness.manager.stop(1)
    await harness.supervisor.start("bot-1")
    assert (await harness.manager.reconcile()).stopped == [1]
    assert await harness.state(1) == "STOPPED"


async def test_a_deletion_that_was_interrupted_is_finished(harness):
    await harness.create(1)
    await harness.manager._registry.begin_deletion(1)
    assert await harness.manager.find(1) is None
    found = await harness.another_manager().reconcile()
    assert found.removed == [1]
    assert not harness.installation.bot(1).home.exists()
    assert harness.programs.list_users() == set()


async def test_a_creation_that_was_interrupted_is_continued(harness):
    await harness.manager._registry.save(1, identity_of(1), token_of(1), KEY)
    found = await harness.another_manager().reconcile()
    assert found.rewritten == [1]

    async def runs():
        return await harness.manager.is_bot_running(1)

    await harness.until(runs)


async def test_a_broken_foreign_file_hinders_no_new_bot(harness):
    await harness.create(1)
    before = await harness.pid(1)
    (harness.installation.programs / "operator.conf").write_text(
        "[program:theirs]\nautostart=maybe\n"
    )
    await harness.create(2)
    assert await harness.manager.is_bot_running(2)
    assert await harness.pid(1) == before


async def test_a_reload_puts_a_broken_foreign_file_aside_and_names_it(harness, caplog):
    await harness.run_without_extension()
    await harness.create(1)
    before = await harness.pid(1)
    broken = harness.installation.programs / "operator.conf"
    broken.write_text("[program:theirs]\nautostart=maybe\n")
    await harness.create(2)
    assert await harness.manager.is_bot_running(2)
    assert not broken.exists()
    moved = list(harness.installation.quarantine.iterdir())
    assert [path.name.rpartition(".")[0] for path in moved] == ["operator.conf"]
    assert str(moved[0]) in caplog.text
    assert await harness.pid(1) == before


async def test_a_supervisord_without_our_extension_is_driven_by_its_own_methods(harness):
    await harness.run_without_extension()
    await harness.create(1)
    assert await harness.manager.count_running() == 1
    await harness.manager.delete(1)
    assert await harness.manager.count_running() == 0


async def test_an_operators_own_program_is_left_alone(harness):
    theirs = harness.installation.programs / "theirs.conf"
    theirs.write_text("[program:theirs]\ncommand=sleep 1000\n")
    await harness.supervisor.add("theirs")
    await harness.create(1)
    assert (await harness.another_manager().reconcile()).is_clean
    assert (await harness.supervisor.read_process("theirs")).pid


async def test_a_bot_that_cannot_be_set_up_leaves_nothing(harness, monkeypatch):
    def refuse(user_id, *, active):
        raise ProgramError(f"bot-{user_id}.conf", "disk full")

    with monkeypatch.context() as patch:
        patch.setattr(harness.programs, "write", refuse)
        with pytest.raises(ProgramError):
            await harness.create(1)
    assert await harness.manager.find(1) is None
    assert not harness.installation.bot(1).home.exists()
    await harness.create(1)
    assert await harness.manager.is_bot_running(1)


async def test_an_interpreter_that_is_missing_is_named(harness, caplog):
    def command(installation, user_id):
        return ["/nowhere/python", *scripted_command(installation, user_id)[1:]]

    harness.programs._command = command
    with pytest.raises(BotStartError) as caught:
        await harness.create(1)
    assert "[SPAWN] Script or interpreter not found: /nowhere/python" in caplog.text
    assert "/nowhere/python" in caught.value.diagnosis.spawn_error

    async def waits():
        return await harness.state(1) == "BACKOFF"

    await harness.until(waits)
    with pytest.raises(BotStartError) as caught:
        await harness.manager.start(1)
    assert "/nowhere/python" in caught.value.diagnosis.spawn_error
    assert caught.value.diagnosis.condition == Condition.MISCONFIGURED


async def test_a_wrong_password_is_an_error_of_its_own(harness):
    stranger = Supervisor(harness.installation.socket, SUPERVISOR_USERNAME, "wrong", timeout=10)
    with pytest.raises(SupervisorDeniedError):
        await stranger.read_pid()


async def test_a_supervisord_that_shuts_down_is_an_error_of_its_own(harness):
    await harness.create(1, "deaf")
    await harness.supervisor._call("supervisor.shutdown")
    with pytest.raises(SupervisorShuttingDownError):
        await harness.supervisor.add("bot-1")
    os.kill(await asyncio.to_thread(_child_of, harness.daemon.process.pid), signal.SIGKILL)


async def test_a_frozen_supervisord_is_not_waited_for_for_ever(harness):
    supervisor = Supervisor(
        harness.installation.socket,
        SUPERVISOR_USERNAME,
        harness.installation.read_supervisor_password(),
        timeout=0.3,
    )
    os.kill(harness.daemon.process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(SupervisorUnreachableError, match="no response within"):
            await supervisor.read_pid()
    finally:
        os.kill(harness.daemon.process.pid, signal.SIGCONT)


def _forget(user_id):
    Bot.delete().where(Bot.user == user_id).execute()


def _child_of(pid):
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
