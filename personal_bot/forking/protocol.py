"""Requests from launchers to the fork server. Anything else that arrives at its socket is refused.

No call here blocks, even if a bot, which holds the same socket, has switched it to blocking mode.
"""

import array
import logging
import os
import socket
import struct
from dataclasses import dataclass

from personal_bot.process.parent import is_sibling

logger = logging.getLogger(__name__)

_LONGEST = 65_536  # bytes; the longest request
_STDIO = 3  # descriptors sent with a request
_PEER = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED


@dataclass
class Request:
    """A request for a bot. `launcher` is the launcher's PID, `stdio` its stdin, stdout, stderr."""

    control: socket.socket
    arguments: list[str]
    stdio: list[int]
    launcher: int

    @property
    def is_withdrawn(self) -> bool:
        """Whether the launcher has ended: only end of file can arrive after the request."""
        try:
            return not self.control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self.control.close()
        self.close_stdio()

    def close_stdio(self) -> None:
        for descriptor in self.stdio:
            os.close(descriptor)


def receive_request(control: socket.socket) -> Request | None:
    """Receive a launcher's only message; if it is invalid, close what came with it, return None."""
    pid, uid, _ = _PEER.unpack(
        control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    )
    stdio = array.array("i")
    room = socket.CMSG_SPACE(_STDIO * stdio.itemsize)
    try:
        packet, ancillary, flags, _ = control.recvmsg(_LONGEST, room, socket.MSG_DONTWAIT)
    except OSError:
        packet, ancillary, flags = b"", [], 0
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            stdio.frombytes(data[: len(data) - len(data) % stdio.itemsize])
    request = Request(control, _split(packet), list(stdio), pid)
    is_whole = not flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC) and len(stdio) == _STDIO
    if is_whole and request.arguments and uid == os.getuid() and is_sibling(pid):
        return request
    logger.warning("Refused a request of process %d, user %d", pid, uid)
    request.close()
    return None


def send(control: socket.socket, word: str, value: int) -> None:
    """Send a line to a launcher; only log it if the launcher has ended or does not read."""
    try:
        control.send(f"{word} {value}\n".encode(), socket.MSG_DONTWAIT)
    except OSError:
        logger.info("Cannot answer a launcher: %s %d", word, value)


def _split(packet: bytes) -> list[str]:
    *arguments, rest = packet.split(b"\0")
    try:
        return [] if rest else [argument.decode() for argument in arguments]
    except UnicodeDecodeError:
        return []
