"""A lock on the bot's folder: two processes of one bot would take each other's updates."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from personal_bot.contract import Condition, ExitCode
from personal_bot.errors import StartError

PATIENCE = 3.0  # seconds for a predecessor that is being stopped to release the lock
_PAUSE = 0.1  # seconds


@contextmanager
def hold_lock(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock while the block runs; the kernel releases it however the process ends.

    Raises StartError(ALREADY_RUNNING) with an exit code after which supervisord restarts the bot,
    because the process that holds the lock may be an orphan about to end.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, path, patience)
        with contextlib.suppress(OSError):  # a full disk; the PID is only for information
            os.truncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_PAUSE)
                continue
            holder = path.read_text(encoding="ascii", errors="replace").strip() or "unknown"
            raise StartError(
                Condition.ALREADY_RUNNING, ExitCode.CRASHED, f"PID {holder} holds {path}"
            ) from None
        else:
            return
