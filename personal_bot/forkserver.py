"""One process that has imported everything, and forks a personal bot for every launcher that asks.

A bot that starts the plain way imports 2,600 modules: 6 s of CPU and 240 MB of its own. Forked
from here it shares all of that with its siblings. What a fork must not share is given up in
`_become_bot`: sockets, log stream, signal handlers, process group. Random state needs nothing:
`random` reseeds itself after a fork, `secrets`, `uuid` and TLS read the kernel's; only NumPy's
is reseeded here.
"""

import argparse
import array
import fcntl
import gc
import logging
import os
import selectors
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from personal_bot import __main__ as bot
from personal_bot.contract import LAUNCHER_VARIABLE, StateFiles, end_with_supervisord
from personal_bot.logs import set_up_logging
from personal_bot.preloading import preload, read_settings

logger = logging.getLogger(__name__)

RunBot = Callable[[Sequence[str], Callable[[], None]], int]
"""Runs a bot with its arguments, calls back once when it is ready, returns its exit code."""

STARTING_AT_ONCE = 2 * (os.cpu_count() or 1)
STARTING_LIMIT = 10.0  # seconds after which a bot no longer holds up the next one
_PEER = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED


@dataclass
class Request:
    """A launcher that waits for its bot."""

    control: socket.socket
    arguments: list[str]
    stdio: list[int]
    launcher: int = field(default=0)

    def close(self) -> None:
        self.control.close()
        for fd in self.stdio:
            os.close(fd)


class ForkServer:
    """Accepts launchers on a unix socket and forks a bot for each, a few at a time.

    Single-threaded on purpose: a fork copies only the thread that calls it.
    """

    def __init__(
        self, path: Path, run_bot: RunBot, prepare: Callable[[], None] = lambda: None
    ) -> None:
        """Listen at `path`. `prepare` is called before every fork."""
        self._path = path
        self._prepare = prepare
        self._run_bot = run_bot
        self._selector = selectors.DefaultSelector()
        self._waiting: deque[Request] = deque()
        self._bots: dict[int, socket.socket] = {}
        self._starting: dict[int, float] = {}  # pid → monotonic time at which it counts as started
        self._stopping = False
        self._listener = self._listen()
        self._ready_reader, self._ready_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self) -> None:
        """Serve until SIGTERM. Bots that run then go on without their parent."""
        wake_reader, wake_writer = socket.socketpair()
        for end in (wake_reader, wake_writer):
            end.setblocking(False)
        signal.set_wakeup_fd(wake_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._ready_reader, selectors.EVENT_READ, self._note_ready)
        self._selector.register(wake_reader, selectors.EVENT_READ, lambda: wake_reader.recv(4096))
        logger.info("Fork server listens at %s", self._path)
        while not self._stopping:
            for key, _ in self._selector.select(self._patience()):
                key.data()
            self._reap()
            self._fork_waiting()

    def _listen(self) -> socket.socket:
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mask = os.umask(0o177)
        try:
            listener.bind(os.fspath(self._path))
        finally:
            os.umask(mask)
        listener.listen(4096)
        listener.setblocking(False)
        return listener

    def _stop(self) -> None:
        self._stopping = True

    def _patience(self) -> float | None:
        """Seconds until a bot that does not become ready stops holding up the next."""
        if not self._waiting or not self._starting:
            return None
        return max(0.0, min(self._starting.values()) - time.monotonic())

    def _accept(self) -> None:
        try:
            control, _ = self._listener.accept()
        except BlockingIOError:
            return
        control.setblocking(False)
        self._selector.register(control, selectors.EVENT_READ, lambda: self._receive(control))

    def _receive(self, control: socket.socket) -> None:
        """Take a request, or notice that a launcher which still waited has gone."""
        self._selector.unregister(control)
        pid, uid, _ = _PEER.unpack(
            control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        )
        stdio = array.array("i")
        try:
            packet, ancillary, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(3 * stdio.itemsize))
        except OSError:
            packet, ancillary = b"", []
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                stdio.frombytes(data[: len(data) - len(data) % stdio.itemsize])
        request = Request(control, packet.decode().split("\0"), list(stdio), launcher=pid)
        if uid != os.getuid() or not _is_sibling(pid) or len(stdio) != 3 or not packet:
            logger.warning("Refused a request of process %d, user %d", pid, uid)
            request.close()
            return
        self._waiting.append(request)

    def _note_ready(self) -> None:
        pids = array.array("i")
        pids.frombytes(os.read(self._ready_reader, 1024 * pids.itemsize))
        for pid in pids:
            self._starting.pop(pid, None)

    def _reap(self) -> None:
        while self._bots:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._starting.pop(pid, None)
            control = self._bots.pop(pid, None)
            if control is not None:
                _send(control, f"exit {status}")
                control.close()

    def _fork_waiting(self) -> None:
        now = time.monotonic()
        for pid in [pid for pid, limit in self._starting.items() if limit <= now]:
            del self._starting[pid]
        while self._waiting and len(self._starting) < STARTING_AT_ONCE:
            request = self._waiting.popleft()
            if not _is_alive(request.control):
                request.close()
                continue
            self._fork(request)

    def _fork(self, request: Request) -> None:
        self._prepare()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if not pid:
            self._become_bot(request)
        self._bots[pid] = request.control
        self._starting[pid] = time.monotonic() + STARTING_LIMIT
        _send(request.control, f"pid {pid}")
        for fd in request.stdio:
            os.close(fd)

    def _become_bot(self, request: Request) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, os.getpgid(request.launcher))
            for target, fd in enumerate(request.stdio):
                os.dup2(fd, target)
            control = request.control.fileno()
            _close_all_but({0, 1, 2, control, self._ready_writer})
            _terminate_at_end_of_file(control)
            _reseed_numpy()
            os.environ[LAUNCHER_VARIABLE] = str(request.launcher)
            gc.enable()
            code = self._run_bot(request.arguments, self._tell_ready)
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        except BaseException:
            logger.exception("The bot ended by an exception")
        finally:
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _tell_ready(self) -> None:
        os.write(self._ready_writer, array.array("i", [os.getpid()]).tobytes())


def _is_sibling(pid: int) -> bool:
    """Tell whether a process was started by our own parent: launchers are, bots forked here not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return int(status.rpartition(b")")[2].split()[1]) == os.getppid()


def _send(control: socket.socket, packet: str) -> None:
    try:
        control.send(packet.encode())
    except OSError:
        logger.info("A launcher went away before it heard: %s", packet)


def _is_alive(control: socket.socket) -> bool:
    """Tell whether the launcher still holds its end: nothing but end of file ever arrives there."""
    try:
        return bool(control.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _close_all_but(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:  # the listing's own descriptor
                continue


def _terminate_at_end_of_file(control: int) -> None:
    """Have the kernel send SIGTERM to this process when the launcher's end closes (fcntl(2))."""
    fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(control, 10, signal.SIGTERM)  # F_SETSIG, which the fcntl module does not name
    fcntl.fcntl(control, fcntl.F_SETFL, fcntl.fcntl(control, fcntl.F_GETFL) | os.O_ASYNC)


def _reseed_numpy() -> None:
    numpy = sys.modules.get("numpy")
    if numpy is not None and "numpy.random" in sys.modules:
        numpy.random.seed()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m personal_bot.forkserver", description=__doc__)
    parser.add_argument("--state-dir", type=Path, required=True)
    state = StateFiles(parser.parse_args().state_dir)
    end_with_supervisord()
    set_up_logging()
    # It listens before it preloads: launchers that come early wait, and start nothing themselves.
    server = ForkServer(state.fork_server, bot.main, lambda: read_settings(state.bot_settings))
    bot.create_parser()
    preload()
    server.serve()


if __name__ == "__main__":
    main()
