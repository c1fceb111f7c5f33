"""What a launcher does: it asks the fork server for a bot and stands for it before supervisord.

A thousand of these run at once, so it lives on built-in modules alone: `_socket` and `_signal`
instead of `socket` and `signal` save 1.3 MB each time. The wire:

- to the fork server: one packet, the bot's arguments joined by NUL, with stdin, stdout and stderr;
- back: `pid N` when the bot was forked, `exit S` with its wait status when it ended;
- end of file after `pid`: the fork server died before the bot did; before it: it forked nothing.

The bot holds the other end of the socket too and gets SIGTERM when this end closes, so it never
outlives its launcher; the launcher dies with supervisord by PR_SET_PDEATHSIG. Where no fork server
forks anything for PATIENCE seconds, the launcher becomes the bot itself: slower, never broken. Of
all launchers only one does so every APART seconds, while the others go on asking: a thousand plain
starts at once would leave no memory for the fork server that is about to come back.
"""

import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import _socket
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is 1 MB
    from typing import NoReturn

PATIENCE = 5.0  # seconds; the fork server may be starting beside us
APART = 5.0  # seconds; a plain start takes 4 of CPU
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between two attempts, growing
SOCKET_NAME = ("run", "forkserver.sock")
TURN_NAME = ("run", "plain-start.lock")
PR_SET_PDEATHSIG = 1  # linux/prctl.h

FORWARDED = (
    _signal.SIGTERM,
    _signal.SIGINT,
    _signal.SIGHUP,
    _signal.SIGQUIT,
    _signal.SIGUSR1,
    _signal.SIGUSR2,
)


def main() -> None:
    arguments = sys.argv[1:]
    state_dir = arguments[arguments.index("--state-dir") + 1]
    user_id = arguments[arguments.index("--user-id") + 1]
    die_with_parent()
    bot = Bot()
    server = os.path.join(state_dir, *SOCKET_NAME)  # noqa: PTH118 - pathlib is 2 MB
    patient_until = time.monotonic() + PATIENCE
    pause = FIRST_PAUSE
    while True:
        ask(server, arguments, bot)
        if bot.status is not None:
            reproduce(bot.status)
        if bot.pid:
            reproduce(last_words(os.path.join(state_dir, "bots", user_id), bot.pid) << 8)  # noqa: PTH118
        turn = os.path.join(state_dir, *TURN_NAME)  # noqa: PTH118
        if time.monotonic() > patient_until and take_turn(turn):
            become_the_bot(arguments)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


class Bot:
    """The forked bot, as far as the fork server has told; passes our signals on to it."""

    def __init__(self) -> None:
        self.pid = 0
        self.status: int | None = None  # a wait status
        self._early: list[int] = []
        for number in FORWARDED:
            _signal.signal(number, self._forward)

    def hear(self, packet: str) -> None:
        word, _, value = packet.partition(" ")
        if word == "exit":
            self.status = int(value)
        elif not self.pid:  # what comes later is the bot's own word, and might name another's
            self.pid = int(value)
            while self._early:
                self._signal(self._early.pop(0))

    def _forward(self, number: int, _frame: object) -> None:
        if self.pid:
            self._signal(number)
        elif number in (_signal.SIGUSR1, _signal.SIGUSR2):
            self._early.append(number)
        else:
            reproduce(number)  # closing the socket withdraws the request, or ends the bot

    def _signal(self, number: int) -> None:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return  # it has just ended, its status is on the way


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when supervisord dies; end now if it is dead already."""
    import _ctypes  # noqa: PLC0415 - ctypes itself is 0.3 MB

    parent = os.getppid()
    prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]  # this process
    _ctypes.call_function(prctl, (PR_SET_PDEATHSIG, int(_signal.SIGKILL), 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)


def ask(path: str, arguments: list[str], bot: Bot) -> None:
    """Hand the bot over to the fork server, if there is one, and hear it to the end."""
    control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    fds = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    try:
        control.connect(path)
        control.sendmsg(
            ["\0".join(arguments).encode()], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fds)]
        )
    except OSError:
        control.close()
        return
    while bot.status is None and (packet := receive(control)):
        bot.hear(packet.decode())
    control.close()


def take_turn(path: str) -> bool:
    """Tell whether to start without the fork server now, which then no other launcher does soon."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return True  # nobody can take turns here
    try:
        os.lockf(descriptor, os.F_TLOCK, 0)
        last = os.fstat(descriptor)
        if last.st_size and 0 <= time.time() - last.st_mtime < APART:
            return False
        os.pwrite(descriptor, b"\n", 0)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def become_the_bot(arguments: list[str]) -> "NoReturn":
    os.execv(sys.executable, [sys.executable, "-m", "personal_bot", *arguments])  # noqa: S606


def receive(control: "_socket.socket") -> bytes:
    try:
        return control.recv(64)
    except ConnectionError:
        return b""


def last_words(home: str, pid: int) -> int:
    """Return the exit code that the bot itself wrote down, for want of a parent who could tell."""
    import json  # noqa: PLC0415

    try:
        with open(os.path.join(home, "exit.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            report = json.load(file)
    except (OSError, ValueError):
        return 1
    return int(report["code"]) if report.get("pid") == pid else 1


def reproduce(status: int) -> "NoReturn":
    """End as the bot ended: with its exit code, or by its signal."""
    number = status & 0x7F
    if number:
        if number not in (_signal.SIGKILL, _signal.SIGSTOP):
            _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(status >> 8)
