"""Memory that nobody uses any more goes back to the kernel, which nobody else would see to."""

import ctypes
import gc
import os
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_MADV_DONTNEED = 4  # madvise(2): of a shared mapping of a file nothing is lost


def return_memory() -> None:
    """Collect garbage and hand free pages back. Blocks for up to a tenth of a second."""
    gc.collect()
    if hasattr(_libc, "malloc_trim"):  # glibc alone
        _libc.malloc_trim(0)


def release_pages(folder: Path) -> None:
    """Let go of pages of files in a folder that are mapped shared; the next use maps them again.

    They stay in the kernel's cache for as long as there is room. Nobody may map or unmap files of
    that folder meanwhile: the addresses would be somebody else's.
    """
    within = f"{folder}{os.sep}"
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if within not in line:
            continue
        addresses, access, _, _, _, name = line.split(maxsplit=5)
        if name.startswith(within) and access.endswith("s"):
            begin, end = (int(address, 16) for address in addresses.split("-"))
            _libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)
