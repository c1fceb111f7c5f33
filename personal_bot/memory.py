"""Memory that nobody uses any more goes back to the kernel, which nobody else would see to."""

import ctypes
import gc
import os
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
# madvise(2), since Linux 5.4. Unlike MADV_DONTNEED it loses nothing if a mapping that was read
# from the list has been replaced meanwhile.
_MADV_PAGEOUT = 21


def return_memory() -> None:
    """Collect garbage and hand free pages back. Blocks for up to a tenth of a second."""
    gc.collect()
    if hasattr(_libc, "malloc_trim"):  # glibc alone
        _libc.malloc_trim(0)


def page_out(folder: Path) -> None:
    """Let go of the pages of mapped files in a folder; the next use reads them again. Blocks.

    An older kernel refuses, and they stay until it runs short of memory.
    """
    within = f"{folder.resolve()}{os.sep}"
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        addresses, _, _, _, _, *name = line.split(maxsplit=5)
        if name and name[0].startswith(within):
            begin, end = (int(address, 16) for address in addresses.split("-"))
            length = ctypes.c_size_t(end - begin)
            _libc.madvise(ctypes.c_void_p(begin), length, _MADV_PAGEOUT)
