"""Record the state folder of an installation in use, for the upgrade tests.

`python -m tests.upgrades.record VERSION` runs this checkout, simulates four users, kills everything
in the middle of their work and packs the state folder into `tests/upgrades/VERSION.tar.xz`. Run it
once for each released version, with the code of that version.
"""

import argparse
import asyncio
import os
import signal
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import httpx

from tests.acceptance.person import Person
from tests.acceptance.running_system import (
    MASTER,
    RunningSystem,
    find_leftovers,
    onboard,
    start_system,
)
from tests.waiting import wait_until

FOLDER = Path(__file__).resolve().parent
ANNA, BORIS, CLARA, DAN = 501, 502, 503, 504
TOWER = ("tower.txt", b"The tower is 324 metres tall. It was designed by Gustave.")
GUIDE = ("guide.md", b"# Zoo\n\nThe zoo keeps eleven penguins.\n\n# Museum\n\nIt opens at nine.\n")
LATE = ("late.txt", b"The parcel waits in hall seven.")
LEASE = ("аренда.txt", "Аренда пекарни стоит 950 крон в месяц.".encode())
LEFT_OUT = ("run", "log")  # sockets and logs, which are not needed


async def live(system: RunningSystem) -> None:
    """Simulate users who leave all kinds of state, finished and unfinished."""
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        anna, clara, dan = (Person(client, user_id) for user_id in (ANNA, CLARA, DAN))
        boris = Person(client, BORIS, "ru")
        await onboard(anna, "anna_bot")
        await teach(anna, "anna_bot", TOWER, GUIDE)
        await anna.ask("anna_bot", "How tall is the tower?", r"(?s)324.*Sources")
        await anna.ask("anna_bot", "Who designed it?", r"(?s)Gustave.*Sources")

        await onboard(boris, "boris_bot")
        await teach(boris, "boris_bot", LEASE)
        await boris.ask("boris_bot", "Сколько стоит аренда пекарни?", "(?s)950.*Источники")
        await boris.say(MASTER, "/stop")
        wait_until(lambda: system.process(f"bot-{BORIS}")["statename"] == "STOPPED", 60)

        await onboard(clara, "clara_bot")
        await teach(clara, "clara_bot", TOWER)

        token = await dan.make_bot("dan_bot")
        await dan.ask(MASTER, "/start", "BotFather")
        await dan.ask(MASTER, token, "Step 2 of 2")

        for method in ("embeddings", "chat/completions"):
            fault = {"method": method, "status": 503, "times": 1_000}
            (await client.post("/faults", json=fault)).raise_for_status()
        await anna.ask("anna_bot", "How many penguins does the zoo keep?", "⏸")
        await anna.upload("anna_bot", LATE)
        await anna.expect("anna_bot", "⏸ late.txt")

        os.kill(system.bot_pid(CLARA), signal.SIGSTOP)  # makes her deletion take long
        asked = await clara.ask(MASTER, "/delete", "1 document")
        await clara.press(MASTER, asked, "Yes, delete")
        wait_until(lambda: is_being_deleted(system.state / "master.db", CLARA), 60)


async def teach(person: Person, bot: str, *files: tuple[str, bytes]) -> None:
    await person.say(bot, "/start")
    sent = await person.upload(bot, *files)
    await person.expect(bot, "Ask me about|Спрашивайте|Готово", after=sent)


def is_being_deleted(database: Path, user_id: int) -> bool:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT deleting FROM bot WHERE user_id = ?", (user_id,))
        return rows.fetchone() == (1,)


def pack(state: Path, target: Path) -> None:
    """Pack a state folder as sparse files: an index's files consist almost entirely of holes."""
    command = ["tar", "--create", "--xz", "--sparse", "--owner=0", "--group=0", "--numeric-owner"]
    left_out = [f"--exclude=./{name}" for name in LEFT_OUT]
    subprocess.run([*command, *left_out, "--file", target, "--directory", state, "."], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.upgrades.record", description=__doc__)
    parser.add_argument("version")
    target = FOLDER / f"{parser.parse_args().version}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="tgrag-") as folder:
        state = Path(folder)
        with start_system(state) as system:
            asyncio.run(live(system))
            frozen = system.bot_pid(CLARA)
            os.kill(system.supervisord_pid(), signal.SIGKILL)  # all other processes end with it
            os.kill(frozen, signal.SIGKILL)
            wait_until(lambda: not find_leftovers(state), 60)
        pack(state, target)
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
