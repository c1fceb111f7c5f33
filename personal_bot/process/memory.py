"""Returns unused memory to the kernel, which does not happen by itself."""

import ctypes
import gc
import os
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_MADV_DONTNEED = 4  # madvise(2): loses nothing of a shared file mapping


def return_memory() -> None:
    """Collect garbage and return free pages to the kernel. Blocks for up to 0.1 s."""
    gc.collect()
    if hasattr(_libc, "malloc_trim"):  # glibc only
        _libc.malloc_trim(0)


def release_pages(folder: Path) -> None:
    """Release the pages of shared mappings of a folder's files; the next access maps them again.

    The pages stay in the kernel's cache while there is free memory. No thread may map or unmap
    files of that folder meanwhile: the addresses could then belong to another mapping.
    """
    within = f"{folder}{os.sep}"
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        if within not in line:
            continue
        addresses, access, _, _, _, name = line.split(maxsplit=5)
        if name.startswith(within) and access.endswith("s"):
            begin, end = (int(address, 16) for address in addresses.split("-"))
            _libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)
