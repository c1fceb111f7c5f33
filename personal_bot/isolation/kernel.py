"""Access to Linux system calls for which Python has no module."""

import ctypes
from typing import Final

libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_NO_NEW_PRIVS: Final = 38  # linux/prctl.h


def drop_privileges() -> bool:
    """Set no_new_privs, which the kernel demands before it restricts a process; return success."""
    return bool(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
