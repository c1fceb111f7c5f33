"""The socket by which supervisord notifies the master; see `events.py`."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)


class EventSocket:
    """A datagram socket at `path`. If it cannot be bound, no event arrives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bind()

    async def wait(self, seconds: float) -> bool:
        """Wait for an event, at most `seconds`; return whether there was one.

        Events that are queued together count as one.
        """
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_recv(self._socket, 1)
        except TimeoutError:
            if not self._path.exists():  # the file was deleted
                self.close()
                self._bind()
            return False
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(1):
                pass
        return True

    def close(self) -> None:
        self._socket.close()

    def _bind(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        before = os.umask(0o177)
        try:
            self._path.unlink(missing_ok=True)
            self._socket.bind(str(self._path))
        except OSError as error:
            logger.error("Cannot receive supervisord's events at %s: %s", self._path, error)  # noqa: TRY400
        finally:
            os.umask(before)


@contextlib.contextmanager
def open_event_socket(path: Path) -> Iterator[EventSocket]:
    """Open the socket at `path`, mode 0600; replace one left by a killed master.

    If the socket cannot be bound, the error is logged, and the master relies on its checks every
    minute.
    """
    event_socket = EventSocket(path)
    try:
        yield event_socket
    finally:
        event_socket.close()
