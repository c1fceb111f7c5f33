"""Ends a supervised process with supervisord, as the next supervisord starts another."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_supervisord() -> None:
    """Ask the kernel for SIGTERM when supervisord dies, if supervisord started this process.

    Does nothing in a process that was started by hand, whose parent is a shell. Raises SystemExit
    if supervisord died before the kernel was asked.
    """
    if "SUPERVISOR_ENABLED" not in os.environ:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if b"supervisord" not in Path(f"/proc/{os.getppid()}/cmdline").read_bytes():
        raise SystemExit(1)
