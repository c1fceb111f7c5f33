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
    """A datagram socket at `path`; one that cannot be there is silent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hang()

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; return whether there was one. Several are one."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_recv(self._bell, 1)
        except TimeoutError:
            if not self._path.exists():  # somebody tidied up
                self.take_down()
                self._hang()
            return False
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(1):
                pass
        return True

    def take_down(self) -> None:
        self._bell.close()

    def _hang(self) -> None:
        self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._bell.setblocking(False)
        before = os.umask(0o177)
        try:
            self._path.unlink(missing_ok=True)
            self._bell.bind(str(self._path))
        except OSError as error:
            logger.error("Cannot hear supervisord's events at %s: %s", self._path, error)  # noqa: TRY400
        finally:
            os.umask(before)


@contextlib.contextmanager
def hang_doorbell(path: Path) -> Iterator[Doorbell]:
    """Listen at `path`, mode 0600, whatever was there before.

    Where that cannot be, it is logged, and nobody rings.
    """
    doorbell = Doorbell(path)
    try:
        yield doorbell
    finally:
        doorbell.take_down()
