"""After a full user journey, every secret is found only where it belongs."""

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

from master.installation.state_dir import ROOT, SUPERVISOR_USERNAME
from tests.acceptance.person import Person
from tests.acceptance.running_system import KEY, MASTER, RunningSystem, onboard

pytestmark = pytest.mark.acceptance

# Keys of other services than OpenAI.
FOREIGN = {
    "Groq's key": "gsk_" + "stray3key4" * 5,
    "hexadecimal key": "5a0fe1c2d3b4968778695a4b3c2d1e0f",
    "token of a web service": "eyJhbGciOiJIUzI1NiJ9.eyJzdHJheSI6IjEifQ.c3RyYXlzaWduYXR1cmU",
}


@pytest.mark.timeout(300)
async def test_secrets_are_nowhere_in_the_clear(make_person, system: RunningSystem):
    """No secret is in plain text in files, processes, supervisord's answers or bots' messages."""
    person = make_person()
    road = Road(person, await person.make_bot("discreet_bot"))
    await road.walk()
    installation = system.stack.installation
    password = installation.read_supervisor_password()
    [key] = installation.key.read_text().split()
    secrets = {
        **road.secrets,
        "master token": system.stack.settings.master_bot_token.get_secret_value(),
        "password": password,
        "encryption key": key,
    }
    # The places where a secret belongs. The sandbox's files are skipped: it stands in for Telegram.
    own = {
        "master token": {installation.settings},
        "password": {installation.supervisor_password, installation.supervisor_config},
        "encryption key": {installation.key},
    }
    said = {
        **_read_files(system.state),
        **_read_processes(system),
        **await _ask_supervisord(system, password),
        **{f"message {m['message_id']}": m["text"].encode() for m in await _read_bots(person)},
    }
    # Check the search itself: it finds known secrets and covers the right places.
    assert all(secrets[name].encode() in said[where] for name in own for where in own[name])
    bot = installation.bot(person.user_id)
    assert {installation.database, bot.database, bot.report, bot.credentials} <= said.keys()
    names = [str(name) for name in said]
    for part in ("bot.db-wal", "/environ", "/cmdline", "stderr of forkserver", "supervisord.log"):
        assert any(part in name for name in names), part
    found = {
        (name, str(where))
        for name, secret in secrets.items()
        for where, content in said.items()
        if secret.encode() in content and where not in own.get(name, set())
    }
    assert not found
    for bot_name, message_id in road.pasted:
        assert await person.is_deleted(bot_name, message_id), (bot_name, message_id)


async def test_what_was_handled_leaves_no_row_behind(make_person, system: RunningSystem):
    """A handled message or onboarding step leaves no row behind, not even an encrypted one."""
    person = make_person()
    await onboard(person, "spotless_bot", await person.make_bot("spotless_bot"))
    await person.ask("spotless_bot", f"What is {KEY}?", "I deleted it")
    await person.ask(MASTER, "/help", "How it works")
    installation = system.stack.installation
    with sqlite3.connect(installation.database, timeout=30) as database:
        steps = database.execute("SELECT key FROM fsm_state").fetchall()
    assert not [key for [key] in steps if str(person.user_id) in key]
    with sqlite3.connect(installation.bot(person.user_id).database, timeout=30) as database:
        dump = "\n".join(database.iterdump())
    assert 'INSERT INTO "preference"' in dump
    assert KEY not in dump
    assert 'INSERT INTO "job"' not in dump


async def test_a_database_keeps_what_it_encrypts_even_after_a_checkpoint(
    make_person, system: RunningSystem
):
    """The database holds only encrypted secrets, also after a checkpoint.

    The file search above may run before a checkpoint, when rows are still in the write-ahead log.
    """
    person = make_person()
    token = await person.make_bot("kept_bot")
    await onboard(person, "kept_bot", token)
    with sqlite3.connect(system.stack.installation.database, timeout=30) as database:
        rows = database.execute("SELECT token, openai_key FROM bot").fetchall()
        dump = "\n".join(database.iterdump())
    assert rows
    assert token not in dump
    assert KEY not in dump


@pytest.mark.timeout(300)
async def test_the_key_is_rotated_under_running_bots(make_person, system: RunningSystem):
    """Rotating the key restarts neither master nor bots, and later work uses the new key."""
    person, newcomer = make_person(), make_person()
    await onboard(person, "rotated_bot")
    master_pid, bot_pid = system.pid("master"), system.bot_pid(person.user_id)
    key = system.stack.installation.key
    before = key.read_text()
    rotated = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "master.cli", "--state-dir", system.state, "rotate-key"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await rotated.communicate()
    assert rotated.returncode == 0, err
    assert b"secrets in the database" in out
    assert before.strip() not in key.read_text()
    assert len(key.read_text().split()) == 1
    assert (master_pid, bot_pid) == (system.pid("master"), system.bot_pid(person.user_id))
    await person.ask("rotated_bot", "/start", "Hello")
    await person.ask(MASTER, "/restart", "has been restarted")
    await person.ask("rotated_bot", "/status", "Documents: 0")
    await onboard(newcomer, "newcomer_bot")


class Road:
    """A user journey through everything that involves a secret.

    `secrets` maps names to the secrets that must not be found afterwards; `pasted` lists the
    messages that must have been deleted, as (bot, message_id).
    """

    def __init__(self, person: Person, token: str) -> None:
        self._person = person
        # OpenAI's error message quotes the beginning and end of a refused key.
        refused = "sk-sandbox-refused1" + "r" * 20 + "end4"
        self._bot = "discreet_bot"
        self.secrets = {
            "token": token,
            "key": KEY,
            "tried token": f"{token.partition(':')[0]}:{'Z' * 35}",
            "cut token": token[:-6],
            "second key": KEY[:-3] + "xyz",
            "refused key": refused,
            "part of a refused key": f"{refused[:14]}****{refused[-4:]}",
            "stray token": "987654321:" + "stray_token" * 3 + "ab",
            "stray key": "sk-proj-" + "stray1key2" * 4,
            **FOREIGN,
        }
        self.pasted: list[tuple[str, int]] = []

    async def walk(self) -> None:
        await self._onboard()
        await self._use()
        await self._replace()
        await self._paste()
        await self._break()
        await self._person.ask(MASTER, "/restart", "has been restarted")
        await self._person.ask(MASTER, "/debug", "(?i)PID")

    async def _onboard(self) -> None:
        """Send a wrong token, a truncated token and a refused key before the right ones."""
        await self._person.ask(MASTER, "/start", "BotFather")
        await self._tell("tried token", "❌")
        await self._tell("cut token", "❌")
        await self._tell("token", "Step 2 of 2")
        await self._refuse_key()
        for name in FOREIGN:
            await self._tell(name, "does not recognize this key")
        await self._tell("key", f"@{self._bot} is running")

    async def _use(self) -> None:
        await self._person.ask(self._bot, "/start", "Hello")
        sent = await self._person.upload(self._bot, ("tower.txt", b"The tower is 324 metres tall."))
        await self._person.expect(self._bot, "Ask me about it", after=sent)
        await self._person.ask(self._bot, "How tall is the tower?", "324")

    async def _replace(self) -> None:
        await self._person.ask(MASTER, "/token", "BotFather")
        await self._tell("tried token", "The current token stays")
        await self._person.say(MASTER, "/cancel")
        await self._person.ask(MASTER, "/key", "Send me the new")
        await self._refuse_key()
        await self._tell("second key", "The new key is in use")

    async def _paste(self) -> None:
        """Send secrets that were not asked for."""
        for name in FOREIGN:
            await self._tell(name, "I deleted it", self._bot)
        for name in ("stray token", "stray key"):
            await self._tell(name, "I deleted it", self._bot)
            await self._tell(name, "(?i)deleted", MASTER)
            await self._person.say(MASTER, "/cancel")

    async def _break(self) -> None:
        """Drop connections whose URL contains the token; let OpenAI's error quote part of a key."""
        token, key = self.secrets["token"], self.secrets["second key"]
        await self._fail(method="sendMessage", token=token, drop=True)
        await self._person.ask(self._bot, "/help", "Questions")
        await self._fail(method="download", token=token, drop=True)
        sent = await self._person.upload(self._bot, ("bridge.txt", b"The bridge is 1,280 m long."))
        await self._person.expect(self._bot, "Ask me about it", after=sent)
        fault = {"method": "chat/completions", "token": key, "status": 401, "times": 2}
        await self._fail(**fault, **self._repeated())  # interpret the question, answer it
        await self._person.ask(self._bot, "How long is the tower?", "no longer accepts your key")

    async def _refuse_key(self) -> None:
        key = self.secrets["refused key"]
        await self._fail(method="embeddings", token=key, status=401, **self._repeated())
        await self._tell("refused key", "does not recognize this key")

    async def _tell(self, name: str, answer: str, bot: str = MASTER) -> None:
        sent = await self._person.say(bot, self.secrets[name])
        self.pasted.append((bot, sent))
        await self._person.expect(bot, answer, after=sent, patience=120)

    async def _fail(self, **fault: Any) -> None:
        (await self._person.client.post("/faults", json=fault)).raise_for_status()

    def _repeated(self) -> dict[str, str]:
        part = self.secrets["part of a refused key"]
        return {"description": f"Incorrect API key provided: {part}."}


def _read_files(folder: Path) -> dict[Any, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and folder / "sandbox" not in path.parents
    }


def _read_processes(system: RunningSystem) -> dict[Any, bytes]:
    """Return the command lines and environments of supervisord and all processes under it."""
    supervisord = psutil.Process(system.supervisord_pid())
    return dict(_read_process(supervisord, *supervisord.children(recursive=True)))


def _read_process(*processes: psutil.Process) -> Iterator[tuple[str, bytes]]:
    for process in processes:
        for name in ("cmdline", "environ"):
            path = Path(f"/proc/{process.pid}/{name}")
            try:
                yield str(path), path.read_bytes()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue


async def _ask_supervisord(system: RunningSystem, password: str) -> dict[Any, bytes]:
    transport = SupervisorTransport(
        SUPERVISOR_USERNAME, password, f"unix://{system.stack.installation.socket}"
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
    """Return the messages of master and bot; those of BotFather are Telegram's own."""
    messages = [*await person.read(MASTER), *await person.read("discreet_bot")]
    return [message for message in messages if message["from"] == "bot"]
