"""Checks of free disk space, made before the index is touched.

If a file that is mapped into memory cannot grow, the kernel ends the process with SIGBUS, and there
is no exception to catch.
"""

import errno
import shutil
from pathlib import Path

from personal_bot.errors import DiskFullError

MARGIN = 8 * 1024 * 1024  # bytes, at most, to open an index and write a batch of passages
_NOTHING = 256 * 1024  # bytes; with less, even SQLite's smallest change may fail


def is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _NOTHING


def require_disk_space(folder: Path) -> None:
    """Raise DiskFullError if free space for `folder`, which need not exist yet, is below MARGIN."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < MARGIN:
        raise DiskFullError(f"{free} bytes free")


def is_disk_full_error(error: BaseException) -> bool:
    """Tell whether a file operation failed because of a full disk or an exceeded disk quota."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
