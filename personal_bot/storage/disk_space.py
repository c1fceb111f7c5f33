"""Room on the disk, asked for before the index is touched.

Where a file that is mapped into memory cannot grow, the kernel ends the process by SIGBUS, and
there is no exception to catch.
"""

import errno
import shutil
from pathlib import Path

from personal_bot.errors import DiskFullError

MARGIN = 8 * 1024 * 1024  # bytes that opening an index and a batch of passages take at most
_NOTHING = 256 * 1024  # bytes; with less even SQLite's smallest change may fail


def is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _NOTHING


def require_disk_space(folder: Path) -> None:
    """Raise DiskFullError unless there is room to grow in `folder`, which need not be there yet."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < MARGIN:
        raise DiskFullError(f"{free} bytes are free")


def is_disk_full_error(error: BaseException) -> bool:
    """Tell whether an operation of files failed for want of room."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
