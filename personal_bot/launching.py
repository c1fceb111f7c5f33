"""What supervisord starts and watches: asks the fork server for a bot and stands for it.

A thousand of these run at once, so it lives on built-in modules alone (`python -I -S`): `_socket`
and `_signal` instead of `socket` and `signal` save 1.3 MB each time. The wire:

- to the fork server: one packet, the bot's arguments joined by NUL, with stdin, stdout and stderr;
- back: `pid N` when the bot was forked, `exit S` with its wait status when it ended;
- end of file without `exit`: the fork server had died before the bot did.

The bot holds the other end of the socket too and gets SIGTERM when this end closes, so it never
outlives its launcher; the launcher dies with supervisord by PR_SET_PDEATHSIG. Where no fork server
answers, the launcher becomes the bot itself: slower, never broken.
"""

import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import _socket
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is 1 MB
    from typing import NoReturn

CONNECT_TIMEOUT = 5.0  # seconds; the fork server may be starting beside us
SOCKET_NAME = ("run", "forkserver.sock")
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
    control = connect(os.path.join(state_dir, *SOCKET_NAME))  # noqa: PTH118 - pathlib is 2 MB
    if control is None:
        become_the_bot(arguments)
    reproduce(watch(control, arguments, os.path.join(state_dir, "bots", user_id)))  # noqa: PTH118


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when supervisord dies; end now if it is dead already."""
    import _ctypes  # noqa: PLC0415 - ctypes itself is 0.3 MB

    parent = os.getppid()
    prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]  # this process
    _ctypes.call_function(prctl, (PR_SET_PDEATHSIG, int(_signal.SIGKILL), 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)


def connect(path: str) -> "_socket.socket | None":
    """Return a connection to the fork server, or None if there is none within CONNECT_TIMEOUT."""
    deadline = time.monotonic() + CONNECT_TIMEOUT
    while True:
        control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        try:
            control.connect(path)
        except OSError:
            control.close()
            if time.monotonic() > deadline:
                return None
            time.sleep(0.1)
        else:
            return control


def become_the_bot(arguments: list[str]) -> "NoReturn":
    os.execv(sys.executable, [sys.executable, "-m", "personal_bot", *arguments])  # noqa: S606


def watch(control: "_socket.socket", arguments: list[str], home: str) -> int:
    """Hand the bot over, forward signals to it, and return its wait status."""
    bot_pid = 0
    early: list[int] = []

    def forward(number: int, _frame: object) -> None:
        if bot_pid:
            signal_bot(bot_pid, number)
        elif number in (_signal.SIGUSR1, _signal.SIGUSR2):
            early.append(number)
        else:
            reproduce(number)  # closing the socket withdraws the request, or ends the bot

    for number in FORWARDED:
        _signal.signal(number, forward)
    fds = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    control.sendmsg(
        ["\0".join(arguments).encode()], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fds)]
    )
    while packet := receive(control):
        word, _, value = packet.decode().partition(" ")
        if word == "exit":
            return int(value)
        bot_pid = int(value)
        for number in early:
            signal_bot(bot_pid, number)
        early.clear()
    if not bot_pid:
        become_the_bot(arguments)
    return last_words(home, bot_pid) << 8


def signal_bot(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it has just ended, its status is on the way


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


if __name__ == "__main__":
    main()
