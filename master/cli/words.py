"""Numbers, times, sizes and tables as `tgrag` prints them, and what to do if nothing is running."""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime

from master.installation.state_dir import ROOT, Installation, default_state_dir
from personal_bot.contract import LibrarySize

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))  # seconds


def count(n: int, noun: str) -> str:
    """Return `1 bot` or `2 bots`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def moment(at: float) -> str:
    """Return a Unix time as local time, with its offset from UTC."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M %z}"


def duration(seconds: float) -> str:
    """Return a duration in its two largest units, as in `2 h 5 min`."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for size, unit in _UNITS:
        n, left = divmod(left, size)
        if n or (unit == "s" and not parts):
            parts.append(f"{n} {unit}")
    return " ".join(parts[:2])


def size(n: int) -> str:
    """Return a number of bytes in KB, MB or GB of 1,000 bytes and more."""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if n >= bytes_:
            return f"{n / bytes_:.1f} {unit}"
    return count(n, "byte")


def documents(found: LibrarySize | None, *, is_current: bool) -> str:
    """Return how many documents a bot holds, with the time unless the number is current."""
    if found is None:
        return "-"
    return str(found.documents) if is_current else f"{found.documents} as of {moment(found.at)}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, with its columns aligned."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, *rows)
    ]


def say_not_running(installation: Installation, meanwhile: str = "") -> None:
    """Say on stderr that nothing is running, what that means for the command, and what to do."""
    script = ROOT / "deploy" / "up"
    command = [str(script)] if script.exists() else ["tgrag-up"]
    if (installation.root / "sandbox").is_dir():
        command.append("--sandbox")
    if installation.root != default_state_dir().resolve():
        command += ["--state-dir", str(installation.root)]
    said = f"tgrag: nothing is running. {meanwhile} Start everything with {shlex.join(command)}"
    print(" ".join(said.split()), file=sys.stderr)
