"""Where supervisord rings when a process has ended; see `ringing`."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)


class Doorbell:
    """A datagram socket; one that is not bound is silent."""

    def __init__(self, bell: socket.socket) -> None:
        self._bell = bell

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; return whether there was one. Several are one."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_recv(self._bell, 1)
        except TimeoutError:
            return False
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(1):
                pass
        return True


@contextlib.contextmanager
def hang_doorbell(path: Path) -> Iterator[Doorbell]:
    """Listen at `path`, mode 0600, whatever was there before.

    Where that cannot be, it is logged, and nobody rings.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.setblocking(False)
        before = os.umask(0o177)
        try:
            path.unlink(missing_ok=True)
            bell.bind(str(path))
        except OSError as error:
            logger.error("Cannot hear supervisord's events at %s: %s", path, error)  # noqa: TRY400
        finally:
            os.umask(before)
        yield Doorbell(bell)
