"""Tails of log files, read directly: supervisord's tail methods block, and fail on cut UTF-8."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from personal_bot.contract import mask_secrets

TAIL_BYTES = 64 * 1024
_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|[^\S\n\t ]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
)
_END = r"^\S+ \S+ \w+ exited: {name} \((?:exit status (\d+)|terminated by (SIG\w+))"


@dataclass(frozen=True)
class ProcessExit:
    """How a process ended: its exit `code`, or the `signal` that killed it."""

    code: int | None
    signal: str | None


def read_tail(path: Path, lines: int = 20) -> str:
    """Return the last lines of a log, with secrets masked and control characters removed.

    Empty if the file does not exist. Raises OSError if it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL_BYTES))
            text = stream.read(TAIL_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    if size > TAIL_BYTES:
        # The first line is truncated, and a truncated secret would not be masked.
        text = text.partition("\n")[2]
    last = text.rstrip().split("\n")[-lines:]
    return mask_secrets(_CONTROL.sub("", "\n".join(last)))


def read_last_exit(supervisor_log: Path, name: str) -> ProcessExit | None:
    """Return how a program last exited by itself, None if the log does not say.

    The log says more than supervisord's API, which reports status 0 for a FATAL program and -1 for
    every signal. Raises OSError.
    """
    pattern = re.compile(_END.format(name=re.escape(name)), re.MULTILINE)
    ends = pattern.findall(read_tail(supervisor_log, lines=TAIL_BYTES))
    if not ends:
        return None
    code, signal = ends[-1]
    return ProcessExit(int(code) if code else None, signal or None)
