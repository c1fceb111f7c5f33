"""A small disk for an installation that can be filled up."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE_MB = 1_024  # an index takes 40, at times 80: reading a hole allocates it on tmpfs
FULL_TIME = 8.0  # seconds
_CHUNKS = (b"\0" * 1_048_576, b"\0" * 4_096)


class Disk:
    """A folder on a separate file system; the sandbox, which is not under test, stays outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def be_full(self, seconds: float = FULL_TIME) -> None:
        """Keep the disk full for some seconds, refilling space that is freed meanwhile."""
        await asyncio.to_thread(self._fill, seconds)

    def _fill(self, seconds: float) -> None:
        path = self.folder / "filler"
        deadline = time.monotonic() + seconds
        try:
            with path.open("ab", buffering=0) as filler:
                while time.monotonic() < deadline:
                    for chunk in _CHUNKS:
                        with contextlib.suppress(OSError):
                            while filler.write(chunk):
                                pass
                    time.sleep(0.02)
        finally:
            path.unlink()


@contextmanager
def mount_disk(folder: Path) -> Iterator[Disk | None]:
    """Mount a tmpfs below `folder`; yield None if mounting is not permitted."""
    home, outside = folder / "state", folder / "outside"
    home.mkdir()
    outside.mkdir()
    options = f"size={SIZE_MB}m,mode=0700"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(home)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        yield None
        return
    (home / "sandbox").symlink_to(outside)
    try:
        yield Disk(home)
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)
