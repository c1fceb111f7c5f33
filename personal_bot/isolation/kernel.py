"""The calls of the Linux kernel that Python has no module for."""

import ctypes
from typing import Final

libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_NO_NEW_PRIVS: Final = 38  # linux/prctl.h


def drop_privileges() -> bool:
    """Gain no privileges from now on, which the kernel demands before it restricts a process."""
    return bool(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
