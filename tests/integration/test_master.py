"""The complete master works with the sandbox, and handles the absence of supervisord."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from aiohttp.test_utils import TestServer

from deploy.sandbox.server import create_app
from master.__main__ import main
from master.application import open_application
from master.errors import TokenRevokedError
from master.settings import Settings
from master.settings_files import write_settings
from tests.acceptance.person import Person

pytestmark = pytest.mark.integration

MASTER_TOKEN = f"7000000001:{'M' * 35}"
MASTER = "master_bot"
KEY = "sk-sandbox-abcdefghijklmnop"


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[str]:
    async with TestServer(create_app(tmp_path / "sandbox", MASTER_TOKEN)) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def mira(sandbox: str) -> AsyncIterator[Person]:
    async with httpx.AsyncClient(base_url=sandbox, timeout=30) as client:
        yield Person(client, 501)


@pytest.fixture
def settings(sandbox: str, tmp_path: Path) -> Settings:
    settings = Settings(
        _env_file=None,
        master_bot_token=MASTER_TOKEN,
        state_dir=tmp_path / "var",
        telegram_api_url=sandbox,
        openai_base_url=f"{sandbox}/v1",
    )
    settings.installation.prepare()
    return settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    async with open_application(settings) as application:
        task = asyncio.create_task(application.serve())
        yield task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_person_is_led_until_the_bot_must_be_started(settings, mira):
    async with serving(settings):
        await mira.ask(MASTER, "/start", "Step 1 of 2")
        token = await mira.make_bot("mira_docs_bot")
        sent = await mira.say(MASTER, f"Use this token:\n{token}")
        await mira.expect(MASTER, "Step 2 of 2", after=sent)
        assert await mira.is_deleted(MASTER, sent)
        await mira.ask(MASTER, "sk-unknown-abcdefghijklmnop", "does not recognize this key")
        await mira.ask(MASTER, "sk-sandbox-no-quota-abcdefgh", "out of credit")
        message = await mira.ask(MASTER, KEY, "service that runs the bots")
        labels = [button["text"] for row in message["keyboard"] for button in row]
        assert "🔄 Try again" in labels


async def test_the_menu_of_commands_is_set_in_both_languages(settings, mira):
    async with serving(settings):
        await mira.ask(MASTER, "/help", "How it works")
        chats = await mira.client.get("/client/chats", params={"user_id": mira.user_id})
        [chat] = [chat for chat in chats.json()["chats"] if chat["bot"] == MASTER]
        assert {"command": "help", "description": "How everything works"} in chat["commands"]
        mira.language = "ru"
        await mira.ask(MASTER, "/help", "Как это устроено")
        chats = await mira.client.get("/client/chats", params={"user_id": mira.user_id})
        [chat] = [chat for chat in chats.json()["chats"] if chat["bot"] == MASTER]
        assert {"command": "help", "description": "Как всё устроено"} in chat["commands"]


async def test_a_conversation_goes_on_after_the_master_was_restarted(settings, mira):
    token = await mira.make_bot("mira_docs_bot")
    async with serving(settings):
        await mira.ask(MASTER, "/start", "Step 1 of 2")
        await mira.ask(MASTER, token, "Step 2 of 2")
    async with serving(settings):
        await mira.ask(MASTER, "hello there", "waiting for the .* key")


async def test_nothing_is_answered_twice_after_a_restart(settings, mira):
    async with serving(settings):
        await mira.ask(MASTER, "/help", "How it works")
    async with serving(settings):
        await mira.ask(MASTER, "/language", "Which language")
    helps = [m for m in await mira.read(MASTER) if "How it works" in m["text"]]
    assert len(helps) == 1


async def test_telegram_may_be_away_when_the_master_starts(settings, mira):
    fault = {"method": "getMe", "status": 502, "times": 5}
    (await mira.client.post("/faults", json=fault)).raise_for_status()
    async with serving(settings):
        await mira.ask(MASTER, "/help", "How it works")


async def test_a_limit_of_telegram_delays_an_answer_and_loses_none(settings, mira):
    async with serving(settings):
        fault = {"method": "sendMessage", "status": 429, "retry_after": 1, "times": 2}
        (await mira.client.post("/faults", json=fault)).raise_for_status()
        await mira.ask(MASTER, "/help", "How it works")


async def test_a_refused_token_ends_the_service(settings):
    wrong = settings.model_copy(
        update={
            "master_bot_token": Settings(
                _env_file=None, master_bot_token=f"7000000002:{'X' * 35}"
            ).master_bot_token
        }
    )
    async with serving(wrong) as task:
        with pytest.raises(TokenRevokedError):
            await asyncio.wait_for(asyncio.shield(task), 30)


def test_a_wrong_setting_is_one_line_and_exit_code_78(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MASTER_BOT_TOKEN", raising=False)
    file = tmp_path / "master.env"
    file.write_text(f"STATE_DIR={tmp_path}\n")
    assert main(["--settings", str(file)]) == 78
    captured = capsys.readouterr()
    assert captured.err == "master: MASTER_BOT_TOKEN: is not set\n"


async def run_master(settings: Settings) -> asyncio.subprocess.Process:
    write_settings(settings)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "master",
        "--settings",
        str(settings.installation.settings),
        env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_process_serves_until_sigterm(settings, mira):
    process = await run_master(settings)
    await mira.ask(MASTER, "/help", "How it works")
    process.send_signal(signal.SIGTERM)
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    assert b"Master @master_bot is running..." in output
    assert b"Traceback" not in errors
    assert MASTER_TOKEN.encode() not in output + errors


async def test_an_update_that_cannot_be_decoded_is_passed_over(settings, mira):
    async with serving(settings):
        broken = {"bot": MASTER, "update": {"message": {"chat": "no chat at all"}}}
        (await mira.client.post("/client/updates", json=broken)).raise_for_status()
        await mira.ask(MASTER, "/help", "How it works")


async def test_a_step_in_work_at_kill_9_is_done_once_in_the_same_message(settings, mira):
    token = await mira.make_bot("mira_docs_bot")
    process = await run_master(settings)
    await mira.ask(MASTER, "/start", "Step 1 of 2")
    fault = {"method": "getMe", "token": token, "delay": 600}
    (await mira.client.post("/faults", json=fault)).raise_for_status()
    sent = await mira.say(MASTER, token)
    await mira.expect(MASTER, "…", after=sent)
    while (await mira.client.get("/faults")).json()["faults"]:
        await asyncio.sleep(0.05)
    process.kill()
    await process.communicate()
    async with serving(settings):
        await mira.expect(MASTER, "Step 2 of 2", after=sent)
        assert len(await mira.read(MASTER, after=sent)) == 1


async def test_a_refused_token_is_one_clear_line_and_exit_code_77(settings, tmp_path):
    settings = settings.model_copy(
        update={
            "master_bot_token": Settings(
                _env_file=None, master_bot_token=f"7000000002:{'X' * 35}"
            ).master_bot_token
        }
    )
    process = await run_master(settings)
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 77
    assert b"Telegram rejects MASTER_BOT_TOKEN" in errors
    assert b"Traceback" not in errors
