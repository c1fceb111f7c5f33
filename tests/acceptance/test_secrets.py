"""After a whole road no secret lies or shows anywhere but where it must."""

import asyncio
import sqlite3
import sys
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from supervisor.xmlrpc import SupervisorTransport

from master.installation import ROOT, SUPERVISOR_USERNAME
from tests.acceptance.person import Person
from tests.acceptance.town import KEY, MASTER, Town, onboard

pytestmark = pytest.mark.acceptance


@pytest.mark.timeout(300)
async def test_secrets_are_nowhere_in_the_clear(make_person, town: Town):
    """Files, processes and what supervisord and the bots say are searched for every secret."""
    person = make_person()
    token = await person.make_bot("discreet_bot")
    tried = await _walk(person, token)
    installation = town.stack.installation
    master_token = town.stack.settings.master_bot_token.get_secret_value()
    password = installation.read_supervisor_password()
    [key] = installation.key.read_text().split()
    secrets = {
        "token": token,
        "tried token": tried,
        "key": KEY,
        "master token": master_token,
        "password": password,
        "encryption key": key,
    }
    # Where each secret lies by right; the sandbox stands for Telegram itself.
    own = {
        "master token": {installation.settings},
        "password": {installation.supervisor_password, installation.supervisor_config},
        "encryption key": {installation.key},
    }
    said = {
        **_read_files(town.state),
        **_read_processes(town),
        **await _ask_supervisord(town, password),
        **{f"message {m['message_id']}": m["text"].encode() for m in await _read_bots(person)},
    }
    # The search finds what is there, and looks where it should.
    assert all(secrets[name].encode() in said[where] for name in own for where in own[name])
    assert said[installation.database]
    assert any("environ" in str(name) for name in said)
    found = {
        (name, str(where))
        for name, secret in secrets.items()
        for where, content in said.items()
        if secret.encode() in content and where not in own.get(name, set())
    }
    assert not found


async def test_a_database_keeps_what_it_encrypts_even_after_a_checkpoint(make_person, town: Town):
    """What was in the write-ahead log is in the file then: searched above, it might not be."""
    person = make_person()
    token = await person.make_bot("kept_bot")
    await onboard(person, "kept_bot", token)
    with sqlite3.connect(town.stack.installation.database, timeout=30) as database:
        rows = database.execute("SELECT token, openai_key FROM bot").fetchall()
        dump = "\n".join(database.iterdump())
    assert rows
    assert token not in dump
    assert KEY not in dump


@pytest.mark.timeout(300)
async def test_the_key_is_rotated_under_running_bots(make_person, town: Town):
    """Bots and master go on with the same processes, and what comes after uses the new key."""
    person, newcomer = make_person(), make_person()
    await onboard(person, "rotated_bot")
    master_pid, bot_pid = town.pid("master"), town.bot_pid(person.user_id)
    key = town.stack.installation.key
    before = key.read_text()
    rotated = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "master.cli", "--state-dir", town.state, "rotate-key"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await rotated.communicate()
    assert rotated.returncode == 0, err
    assert b"secrets in the database" in out
    assert before.strip() not in key.read_text()
    assert len(key.read_text().split()) == 1
    assert (master_pid, bot_pid) == (town.pid("master"), town.bot_pid(person.user_id))
    await person.ask("rotated_bot", "/start", "Hello")
    await person.ask(MASTER, "/restart", "was restarted")
    await person.ask("rotated_bot", "/status", "Documents: 0")
    await onboard(newcomer, "newcomer_bot")


async def _walk(person: Person, token: str) -> str:
    """Do everything in which a secret takes part; return a token that was refused."""
    await onboard(person, "discreet_bot", token)
    await person.ask("discreet_bot", "/start", "Hello")
    sent = await person.upload("discreet_bot", ("tower.txt", b"The tower is 324 metres tall."))
    await person.expect("discreet_bot", "Ask me about it", after=sent)
    await person.ask("discreet_bot", "How tall is the tower?", "324")
    refused = f"{token.partition(':')[0]}:{'Z' * 35}"
    await person.ask(MASTER, "/token", "BotFather")
    await person.ask(MASTER, refused, "(?i)not|revoked")
    await person.say(MASTER, "/cancel")
    await person.ask(MASTER, "/key", "sk-")
    await person.ask(MASTER, KEY[:-3] + "xyz", "discreet_bot|key")
    await person.say(MASTER, "/cancel")
    await person.ask(MASTER, "/restart", "was restarted")
    await person.ask(MASTER, "/debug", "(?i)PID")
    return refused


def _read_files(folder: Path) -> dict[Any, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and folder / "sandbox" not in path.parents
    }


def _read_processes(town: Town) -> dict[Any, bytes]:
    """Return command lines and environments of everything under supervisord, and of it."""
    supervisord = psutil.Process(town.supervisord_pid())
    return dict(_read_process(supervisord, *supervisord.children(recursive=True)))


def _read_process(*processes: psutil.Process) -> Iterator[tuple[str, bytes]]:
    for process in processes:
        for name in ("cmdline", "environ"):
            path = Path(f"/proc/{process.pid}/{name}")
            try:
                yield str(path), path.read_bytes()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue


async def _ask_supervisord(town: Town, password: str) -> dict[Any, bytes]:
    transport = SupervisorTransport(
        SUPERVISOR_USERNAME, password, f"unix://{town.stack.installation.socket}"
    )
    try:
        proxy: Any = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        names = [found["name"] for found in proxy.supervisor.getAllProcessInfo()]
        answers = {
            "processes": proxy.supervisor.getAllProcessInfo(),
            "configuration": proxy.supervisor.getAllConfigInfo(),
            "log": proxy.supervisor.readLog(-100_000, 0),
        }
        for name in names:
            answers[f"stdout of {name}"] = proxy.supervisor.tailProcessStdoutLog(name, 0, 100_000)
            answers[f"stderr of {name}"] = proxy.supervisor.tailProcessStderrLog(name, 0, 100_000)
    finally:
        transport.close()
    return {name: repr(answer).encode() for name, answer in answers.items()}


async def _read_bots(person: Person) -> list[dict[str, Any]]:
    """Return what both bots said; BotFather's word is Telegram's own."""
    messages = [*await person.read(MASTER), *await person.read("discreet_bot")]
    return [message for message in messages if message["from"] == "bot"]
