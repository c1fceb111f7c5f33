"""Damage files of an installation, and keep its databases locked."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from master.installation.state_dir import Installation

LOCKED_TIME = 8.0  # seconds; longer than a bot's busy timeout of five
GARBAGE = b"\x00\xff\xfe{]\n[program:\n%(x\n" * 20

_PLACES: dict[str, Callable[[Installation, int], Path]] = {
    "garbage: report": lambda state, user: state.bot(user).report,
    "garbage: exit report": lambda state, user: state.bot(user).exit_report,
    "garbage: program": lambda state, user: state.programs / f"bot-{user}.conf",
    "garbage: bots' settings": lambda state, _user: state.bot_settings,
    "gone: fork server's socket": lambda state, _user: state.fork_server,
    "gone: event socket": lambda state, _user: state.event_socket,
}
LOCKS = ("locked: bot's database", "locked: master's database")
KINDS = (*_PLACES, *LOCKS)


async def damage(installation: Installation, user_id: int, kind: str) -> None:
    if kind in LOCKS:
        own = installation.bot(user_id).database
        await asyncio.to_thread(_hold, own if "bot's" in kind else installation.database)
        return
    path = _PLACES[kind](installation, user_id)
    if kind.startswith("gone"):
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(GARBAGE)


def _hold(path: Path) -> None:
    """Hold the write lock of a database for `LOCKED_TIME` seconds."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            time.sleep(LOCKED_TIME)
        finally:
            database.execute("ROLLBACK")
