"""A complete installation for tests: real supervisord, master, bots and sandbox."""

import asyncio
import os
import socket
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from deploy.configuration import configure_sandbox
from deploy.stack import Stack, find_supervisord
from master.installation.state_dir import SUPERVISOR_USERNAME
from personal_bot.contract import read_report
from tests.acceptance.person import Message, Person
from tests.waiting import wait_until

MASTER = "master_bot"
KEY = "sk-sandbox-abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass
class RunningSystem:
    """A running installation: `stack` manages its processes, `url` is the sandbox's address."""

    stack: Stack
    url: str

    @property
    def state(self) -> Path:
        return self.stack.installation.root

    def start(self) -> None:
        self.stack.start()
        asyncio.run(self.stack.wait_ready(120))

    def stop(self) -> None:
        asyncio.run(self.stack.stop())

    def process(self, name: str) -> dict[str, Any]:
        """Return supervisord's information about a process."""
        installation = self.stack.installation
        transport = SupervisorTransport(
            SUPERVISOR_USERNAME,
            installation.read_supervisor_password(),
            f"unix://{installation.socket}",
        )
        try:
            proxy: Any = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return dict(proxy.supervisor.getProcessInfo(name))
        finally:
            transport.close()

    def pid(self, name: str) -> int:
        """Wait until a process is RUNNING; return its PID."""
        wait_until(lambda: self.process(name)["statename"] == "RUNNING", 60)
        return int(self.process(name)["pid"])

    def bot_pid(self, user_id: int) -> int:
        """Return the PID from the bot's own report."""
        report = self.stack.installation.bot(user_id).report
        wait_until(report.exists, 60)
        found = read_report(report)
        assert found is not None
        return found.pid

    def supervisord_pid(self) -> int:
        pid = find_supervisord(self.stack.installation)
        assert pid is not None
        return pid


@contextmanager
def start_system(
    folder: Path, reroute: Callable[[str], str] = lambda url: url
) -> Iterator[RunningSystem]:
    """Start an installation in `folder`; stop it when the context exits.

    `reroute` maps the sandbox's address to the address that the master and bots are given.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["STATE_DIR"] = str(folder)
    configuration = configure_sandbox("127.0.0.1", port)
    del os.environ["STATE_DIR"]
    assert configuration.stand_in is not None
    url = configuration.stand_in.url
    via = reroute(url)
    changes = {"telegram_api_url": via, "openai_base_url": f"{via}/v1"}
    settings = configuration.settings.model_copy(update=changes)
    system = RunningSystem(Stack(settings, configuration.stand_in), url)
    try:
        system.start()
        yield system
    finally:
        system.stop()
        assert not find_leftovers(folder), "processes outlived their supervisord"


def find_leftovers(folder: Path) -> list[str]:
    """Return the command lines of the processes that still use a state folder."""
    return [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or [])
        and "pytest" not in " ".join(process.info["cmdline"])
    ]


async def onboard(person: Person, username: str, token: str | None = None) -> Message:
    """Go through the onboarding; return the message that says that the bot is running."""
    token = token or await person.make_bot(username)
    await person.ask(MASTER, "/start", "BotFather")
    asked = await person.expect(MASTER, "2 (of|из) 2", after=await person.say(MASTER, token))
    assert f"@{username}" in asked["text"]
    sent = await person.say(MASTER, KEY)
    return await person.expect(
        MASTER, f"@{username} (is running|работает)", after=sent, patience=120
    )
