"""How a process stands to its parent."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent_pid: int) -> None:
    """Be killed when the parent ends, also by SIGKILL. Raises SystemExit if it has ended."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it ended before the call
        raise SystemExit(1)


def is_sibling(pid: int) -> bool:
    """Tell whether a process was started by our own parent: launchers are, bots forked here not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return int(status.rpartition(b")")[2].split()[1]) == os.getppid()
