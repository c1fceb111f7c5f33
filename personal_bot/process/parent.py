"""A process and its parent: ending with the parent, and recognizing its other children."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent ends, even if by SIGKILL.

    Raises SystemExit if the parent has already ended.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it ended before the call
        raise SystemExit(1)


def is_sibling(pid: int) -> bool:
    """Tell whether our parent started a process: it starts launchers, but not bots forked here."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return int(status.rpartition(b")")[2].split()[1]) == os.getppid()
