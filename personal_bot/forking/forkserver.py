"""The fork server: imports everything once, then forks a personal bot for each launcher.

A bot started without it imports 2,600 modules: 2 s of CPU and 73 MB of memory. Forked
from here, it shares all of that with the other bots; `after_fork` resets what it must not share.

At boot all launchers ask at once. Their requests wait here, first for the master and then for each
other, so that the machine stays responsive and Telegram sees the bots arrive one by one.

The only thing that a bot can do to the server is to close the pipe that it was given. This reports
once that the bot is ready, and lets the next one start. A bot that does not close it holds its
start slot for STARTING_LIMIT seconds.
"""

import argparse
import gc
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from personal_bot import __main__ as bot
from personal_bot.contract import LAUNCHER_VARIABLE, StateFiles, end_with_supervisord
from personal_bot.forking.after_fork import reset_process
from personal_bot.forking.preloading import preload, read_settings
from personal_bot.forking.protocol import Request, receive_request, send
from personal_bot.process.boot_order import MasterFirst
from personal_bot.process.logs import set_up_logging

logger = logging.getLogger("personal_bot.forking.forkserver")  # it runs as `__main__`

RunBot = Callable[[Callable[[], None]], int]
"""Runs a bot, calls its argument once when the bot is ready, and returns the exit code."""
PrepareBot = Callable[[Sequence[str]], RunBot]
"""Does what can be done before the fork, and is then shared, for a bot with these arguments."""

STARTING_AT_ONCE = 2 * (os.cpu_count() or 1)
REACHABLE_INTERVAL = 60.0  # seconds between checks that the socket exists
STARTING_LIMIT = 10.0  # seconds until a bot that is not ready frees its start slot
_PAUSE = 0.1  # seconds


class ForkServer:
    """Accepts launchers on a unix socket and forks a bot for each, a few at a time.

    Single-threaded on purpose: a fork copies only the thread that calls it.
    """

    def __init__(
        self,
        path: Path,
        prepare: PrepareBot,
        is_held: Callable[[], bool] = lambda: False,
    ) -> None:
        """Listen at `path`. No bot is forked while `is_held` returns True."""
        self._path = path
        self._prepare = prepare
        self._is_held = is_held
        self._selector = selectors.DefaultSelector()
        self._waiting: deque[Request] = deque()
        self._bots: dict[int, socket.socket] = {}
        # Pipe that a bot closes when it is ready → monotonic time at which its start slot is freed
        self._starting: dict[int, float] = {}
        self._stopping = False
        self._listener = self._listen()

    def serve(self) -> None:
        """Serve until SIGTERM. Running bots continue without the server."""
        wake_reader, wake_writer = socket.socketpair()
        for end in (wake_reader, wake_writer):
            end.setblocking(False)
        signal.set_wakeup_fd(wake_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(wake_reader, selectors.EVENT_READ, lambda: wake_reader.recv(4096))
        logger.info("The fork server is listening at %s", self._path)
        while not self._stopping:
            for key, _ in self._selector.select(self._patience()):
                key.data()
            self._reap()
            self._stay_reachable()
            self._fork_waiting()

    def _listen(self) -> socket.socket:
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
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

    def _patience(self) -> float:
        """Return the seconds until a waiting bot may start, or until the next check."""
        if not self._waiting:
            return REACHABLE_INTERVAL
        if not self._starting:
            return _PAUSE  # `is_held` has returned True
        return max(0.0, min(self._starting.values()) - time.monotonic())

    def _stay_reachable(self) -> None:
        """Recreate the socket if it was removed: without it bots start the slow way."""
        if self._path.exists():
            return
        logger.warning("%s was gone; created it again", self._path)
        self._selector.unregister(self._listener)
        self._listener.close()
        self._listener = self._listen()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _accept(self) -> None:
        try:
            control, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError as error:  # too many open files, until a bot ends
            logger.error("Cannot read the request of a launcher: %s", error)  # noqa: TRY400 - not a bug
            time.sleep(_PAUSE)
            return
        control.setblocking(False)
        self._selector.register(control, selectors.EVENT_READ, lambda: self._receive(control))

    def _receive(self, control: socket.socket) -> None:
        self._selector.unregister(control)
        request = receive_request(control)
        if request is not None:
            self._waiting.append(request)

    def _note_started(self, ready: int) -> None:
        """Free the start slot of a bot that closed its pipe, wrote to it, ended or is too slow."""
        self._selector.unregister(ready)
        os.close(ready)
        del self._starting[ready]

    def _reap(self) -> None:
        while self._bots:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            control = self._bots.pop(pid, None)
            if control is not None:
                send(control, "exit", status)
                control.close()

    def _fork_waiting(self) -> None:
        now = time.monotonic()
        for ready in [ready for ready, limit in self._starting.items() if limit <= now]:
            self._note_started(ready)
        while self._waiting and len(self._starting) < STARTING_AT_ONCE and not self._is_held():
            request = self._waiting.popleft()
            if request.is_withdrawn:
                request.close()
                continue
            try:
                self._fork(request)
            except OSError as error:  # the launcher fails, supervisord retries later
                logger.error("Cannot fork a bot: %s", error)  # noqa: TRY400 - not a bug
                send(request.control, "exit", os.EX_OSERR << 8)
                request.close()

    def _fork(self, request: Request) -> None:
        run_bot = self._prepare(request.arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        ready, bots_end = os.pipe2(os.O_CLOEXEC)
        try:
            pid = os.fork()
            if not pid:
                self._become_bot(request, run_bot, bots_end)
        except OSError:
            os.close(ready)
            raise
        finally:
            os.close(bots_end)
        self._selector.register(ready, selectors.EVENT_READ, lambda: self._note_started(ready))
        self._starting[ready] = time.monotonic() + STARTING_LIMIT
        self._bots[pid] = request.control
        send(request.control, "pid", pid)
        request.close_stdio()

    def _become_bot(self, request: Request, run_bot: RunBot, bots_end: int) -> NoReturn:
        code = 1
        try:
            reset_process(request.launcher, request.control.fileno(), request.stdio, bots_end)
            os.environ[LAUNCHER_VARIABLE] = str(request.launcher)
            gc.enable()
            with os.fdopen(bots_end, "wb", buffering=0) as until_ready:
                # If the launcher ended before the kernel was asked for SIGTERM, none is sent.
                if not request.is_withdrawn:
                    code = run_bot(until_ready.close)
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        except BaseException:
            logger.exception("The bot crashed with an exception")
        finally:
            try:
                logging.shutdown()
                sys.stdout.flush()
                sys.stderr.flush()
            finally:  # exit in any case, or the child would continue as a second server
                os._exit(code)


def prepare_bot(settings: Path, arguments: Sequence[str]) -> RunBot:
    read_settings(settings)
    try:
        return bot.prepare(arguments)
    except SystemExit:  # the bot itself reports what is wrong with them
        return partial(bot.main, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m personal_bot.forking.forkserver", description=__doc__
    )
    parser.add_argument("--state-dir", type=Path, required=True)
    state = StateFiles(parser.parse_args().state_dir)
    end_with_supervisord()
    set_up_logging()
    # Listen before preloading, so that early launchers wait instead of starting bots themselves.
    server = ForkServer(
        state.fork_server,
        partial(prepare_bot, state.bot_settings),
        MasterFirst(state.master_report).must_wait,
    )
    preload()
    server.serve()


if __name__ == "__main__":
    main()
