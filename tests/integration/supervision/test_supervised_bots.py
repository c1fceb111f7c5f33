"""BotManager creates, starts, stops and deletes bots under a real supervisord."""

import asyncio
import logging
import os
import signal
from pathlib import Path

import pytest

from master.bots.stages import Stage
from master.bots.statuses import ProcessStatus
from master.errors import (
    BotExistsError,
    BotNotFoundError,
    BotStartError,
    TokenIsMasterError,
    TokenTakenError,
)
from master.services.bot_tokens import BotIdentity
from master.supervision.supervisor import ProcessState
from personal_bot.contract import Condition, read_credentials, read_key
from tests.integration.supervision.conftest import KEY, MASTER_TOKEN, identity_of, token_of

pytestmark = pytest.mark.integration


async def test_a_created_bot_runs_and_reports(harness, caplog):
    caplog.set_level(logging.INFO)
    stages = []

    async def follow(stage):
        stages.append(stage)

    await harness.manager.create(7, identity_of(7), token_of(7), KEY, follow)
    assert stages == [Stage.SAVED, Stage.CONFIGURED, Stage.STARTED, Stage.READY]
    status = await harness.manager.status(7)
    assert status.state == ProcessState.RUNNING
    assert status.is_ready
    assert status.pid == await harness.pid(7)
    assert (status.library.documents, status.library.passages, status.restarts) == (3, 40, 0)
    assert await harness.manager.is_bot_running(7)
    assert await harness.manager.count_running() == 1
    info = await harness.manager.get_process_info(7)
    assert info.status == ProcessStatus.RUNNING
    assert "Starting Personal Bot for user 7" in info.stdout
    assert "[SPAWN] Starting spawn process for user 7" in caplog.text
    assert f"[SPAWN] Process is alive and running (PID {status.pid})" in caplog.text


async def test_secrets_are_in_no_program_file_log_or_argument(harness, caplog):
    caplog.set_level(logging.DEBUG)
    await harness.create(7)
    process = Path(f"/proc/{await harness.pid(7)}")
    shown = (process / "cmdline").read_text() + (process / "environ").read_text() + caplog.text
    files = {
        path: path.read_bytes() for path in harness.installation.root.rglob("*") if path.is_file()
    }
    for secret in (token_of(7), KEY):
        assert secret not in shown
        assert [path for path, content in files.items() if secret.encode() in content] == []
    key = read_key(harness.installation.key)
    credentials = read_credentials(harness.installation.bot(7).credentials, key)
    assert (credentials.bot_token, credentials.openai_key) == (token_of(7), KEY)


async def test_a_bot_that_dies_at_once_is_told_with_its_masked_stderr(harness, caplog):
    with pytest.raises(BotStartError) as caught:
        await harness.create(7, "die")
    diagnosis = caught.value.diagnosis
    assert diagnosis.condition == Condition.IMPORT_FAILED
    assert "a_module_that_does_not_exist" in diagnosis.stderr
    assert "200007:***" in diagnosis.stderr
    assert "TTTT" not in diagnosis.stderr + str(caught.value) + caplog.text
    assert "[SPAWN] Process died immediately!" in caplog.text
    assert (await harness.manager.find(7)).active


async def test_a_bot_that_died_can_be_restarted_when_the_cause_is_gone(harness):
    with pytest.raises(BotStartError):
        await harness.create(7, "die")
    harness.script(7, "work")
    await harness.manager.restart(7)
    assert await harness.manager.is_bot_running(7)


async def test_a_bot_that_supervisord_waits_to_start_again_is_started_now(harness):
    with pytest.raises(BotStartError):
        await harness.create(7, "die")

    async def waits():
        return await harness.state(7) == "BACKOFF"

    await harness.until(waits)
    harness.script(7, "work")
    await harness.manager.start(7)
    assert await harness.manager.is_bot_running(7)


async def test_a_bot_that_refuses_to_run_is_not_started_again(harness):
    with pytest.raises(BotStartError) as caught:
        await harness.create(7, "refuse")
    assert caught.value.diagnosis.condition == Condition.TOKEN_REVOKED
    assert caught.value.diagnosis.exit_code == 77


async def test_a_bot_that_gives_up_for_good_ends_as_fatal_with_its_real_exit_code(harness):
    with pytest.raises(BotStartError):
        await harness.create(7, "die")

    async def is_fatal():
        return await harness.state(7) == "FATAL"

    await harness.until(is_fatal, 60)
    diagnosis = await harness.manager.diagnose(7)
    assert (diagnosis.exit_code, diagnosis.condition) == (1, Condition.IMPORT_FAILED)
    assert (await harness.manager.get_process_info(7)).status == ProcessStatus.TERMINATED


async def test_a_bot_that_dies_after_it_counted_as_running_is_not_reported_ready(harness):
    with pytest.raises(BotStartError) as caught:
        await harness.create(7, "tire")
    assert (caught.value.diagnosis.condition, caught.value.diagnosis.exit_code) == (
        Condition.CRASHED,
        1,
    )


async def test_a_bot_that_runs_but_never_reports_is_told_to_be_silent(harness, caplog):
    harness.manager._spawner._ready_seconds = 3
    with pytest.raises(BotStartError) as caught:
        await harness.create(7, "mute")
    assert caught.value.diagnosis.condition == Condition.NOT_RESPONDING
    assert caught.value.diagnosis.pid == await harness.pid(7)
    assert "[SPAWN] Process did not get ready within 3 s" in caplog.text
    assert not await harness.manager.is_bot_running(7)


async def test_a_killed_bot_comes_back_with_another_process(harness):
    await harness.create(7)
    before = await harness.pid(7)
    os.kill(before, signal.SIGKILL)

    async def is_back():
        return await harness.pid(7) not in {0, before} and await harness.manager.is_bot_running(7)

    await harness.until(is_back)
    assert (await harness.manager.status(7)).restarts == 1


async def test_starting_a_running_bot_leaves_it_alone(harness, caplog):
    caplog.set_level(logging.INFO)
    await harness.create(7)
    before = await harness.pid(7)
    await harness.manager.start(7)
    assert await harness.pid(7) == before
    assert f"already running (PID {before})" in caplog.text


async def test_stopping_a_stopped_bot_is_not_an_error(harness):
    await harness.create(7)
    await harness.manager.stop(7)
    await harness.manager.stop(7)
    status = await harness.manager.status(7)
    assert (status.state, status.pid, status.uptime) == (ProcessState.STOPPED, None, None)
    assert not status.card.active
    assert (await harness.manager.diagnose(7)).condition == Condition.STOPPED


async def test_a_bot_that_ignores_sigterm_is_killed(harness):
    await harness.create(7, "deaf")
    pid = await harness.pid(7)
    await harness.manager.stop(7)
    assert not Path(f"/proc/{pid}").exists()
    log = harness.installation.supervisor_log.read_text()
    assert "killing 'bot-7'" in log


async def test_replacing_the_token_restarts_the_bot_with_it(harness):
    await harness.create(7)
    before = await harness.pid(7)
    new = BotIdentity(300_007, "other_bot", "Other")
    card = await harness.manager.replace_token(7, new, "300007:" + "N" * 35)
    assert card.username == "other_bot"
    assert await harness.pid(7) != before
    key = read_key(harness.installation.key)
    path = harness.installation.bot(7).credentials
    assert read_credentials(path, key).bot_token == "300007:" + "N" * 35


async def test_replacing_the_key_of_a_stopped_bot_leaves_it_stopped(harness):
    await harness.create(7)
    await harness.manager.stop(7)
    await harness.manager.replace_key(7, "sk-" + "n" * 40)
    assert await harness.state(7) == "STOPPED"


async def test_a_bot_belongs_to_whoever_registered_it_first(harness):
    await harness.create(7)
    with pytest.raises(TokenTakenError):
        await harness.manager.admission.check_token_is_free(8, identity_of(7).bot_id)
    with pytest.raises(TokenTakenError):
        await harness.manager.create(8, identity_of(7), token_of(7), KEY)
    with pytest.raises(TokenIsMasterError):
        await harness.manager.admission.check_token_is_free(8, int(MASTER_TOKEN.partition(":")[0]))
    with pytest.raises(BotExistsError):
        await harness.manager.create(7, identity_of(8), token_of(8), KEY)
    assert [card.user_id for card in await harness.manager.list_cards()] == [7]


async def test_ten_bots_created_at_once_all_run_and_disturb_nobody(harness):
    await harness.create(1)
    before = await harness.pid(1)
    await asyncio.gather(*(harness.create(user_id) for user_id in range(10, 20)))
    assert await harness.manager.count_running() == 11
    assert await harness.pid(1) == before


async def test_deleting_leaves_nothing(harness):
    await harness.create(7)
    pid = await harness.pid(7)
    index = harness.installation.bot(7).index
    index.mkdir()
    (index / "segment").write_bytes(b"x" * 1000)
    receipt = await harness.manager.delete(7)
    assert (receipt.username, receipt.rows) == ("helper_7_bot", 1)
    assert receipt.library.documents == 3
    assert (receipt.process, receipt.program, receipt.collection) == (True, True, True)
    assert receipt.bytes > 1000
    assert not Path(f"/proc/{pid}").exists()
    left = [p for p in harness.installation.root.rglob("*7*") if p.parent.name != "scripts"]
    assert left == []
    with pytest.raises(BotNotFoundError):
        await harness.manager.status(7)
    await harness.create(7)
    assert await harness.manager.is_bot_running(7)


async def test_of_two_deletions_at_once_one_finds_nothing_left(harness):
    await harness.create(7)
    outcomes = await asyncio.gather(
        harness.manager.delete(7), harness.manager.delete(7), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "BotNotFoundError",
        "Deletion",
    ]


async def test_creating_the_same_bot_again_continues_with_the_new_key(harness):
    await harness.create(7)
    await harness.manager.create(7, identity_of(7), token_of(7), "sk-" + "n" * 40)
    path = harness.installation.bot(7).credentials
    assert read_credentials(path, read_key(harness.installation.key)).openai_key == "sk-" + "n" * 40
    assert await harness.manager.is_bot_running(7)
