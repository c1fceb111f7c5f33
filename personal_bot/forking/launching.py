"""The launcher: requests a bot from the fork server and represents it to supervisord.

A thousand launchers run at once, so this module imports built-in modules only: `_socket` instead of
`socket` saves 1.3 MB each. Once its bot runs, the launcher becomes a shell that waits
(`waiting.sh`), which takes 0.2 MB instead of 3 MB for Python. The protocol:

- to the fork server: the bot's arguments, each terminated by NUL, with stdin, stdout and stderr;
- back, one per line: `pid N` when the bot was forked, `exit S` with its wait status when it ended;
- end of file after `pid`: the fork server ended before the bot; before `pid`: nothing was forked.

The bot also holds the other end of the socket and gets SIGTERM when this end closes, so it never
outlives its launcher. The launcher dies with supervisord by PR_SET_PDEATHSIG, which stays in effect
for the shell (prctl(2)). When a bot exits with RENEWED, the launcher requests a new one, and
supervisord notices nothing.

If no fork server forks the bot within PATIENCE seconds, the launcher becomes the bot itself, which
is slower but always works. Only one launcher does so every PLAIN_START_INTERVAL seconds, while the
others keep asking: a thousand plain starts at once would leave no memory for the fork server that
is about to restart.
"""

import _socket
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is 1 MB
    from typing import NoReturn

PATIENCE = 5.0  # seconds; the fork server may still be starting
PLAIN_START_INTERVAL = 5.0  # seconds; a plain start takes 2 s of CPU
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between attempts, growing
SOCKET_NAME = ("run", "forkserver.sock")
LOCK_NAME = ("run", "plain-start.lock")
PR_SET_PDEATHSIG = 1  # linux/prctl.h

SIGKILL = 9
RENEWED = 75  # ExitCode.RENEWED


def main() -> None:
    arguments = sys.argv[1:]
    state_dir = arguments[arguments.index("--state-dir") + 1]
    user_id = arguments[arguments.index("--user-id") + 1]
    if arguments[0] == "--after":  # started by the shell; the bot's exit report has the code
        home = os.path.join(state_dir, "bots", user_id)  # noqa: PTH118 - pathlib is 2 MB
        code = read_exit_code(home, int(arguments[1]))
        if code != RENEWED:
            os._exit(code)
        del arguments[:2]
    die_with_parent()
    server = os.path.join(state_dir, *SOCKET_NAME)  # noqa: PTH118
    patient_until = time.monotonic() + PATIENCE
    pause = FIRST_PAUSE
    while True:
        control = request_bot(server, arguments)
        if control:
            word, _, value = read_line(control).partition(" ")
            if word == "pid":
                become_waiting_shell(control, value, arguments)
            if word == "exit":  # the fork failed
                os._exit(int(value) >> 8)
            control.close()
        turn = os.path.join(state_dir, *LOCK_NAME)  # noqa: PTH118
        if time.monotonic() > patient_until and claim_plain_start(turn):
            become_bot(arguments)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when supervisord dies; exit now if it is already dead."""
    import _ctypes  # noqa: PLC0415 - ctypes itself is 0.3 MB

    parent = os.getppid()
    prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]  # this process
    _ctypes.call_function(prctl, (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)


def request_bot(path: str, arguments: list[str]) -> "_socket.socket | None":
    """Request a bot; return the socket to the fork server, or None if there is no server."""
    control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    fds = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    request = "".join(f"{argument}\0" for argument in arguments).encode()
    try:
        control.connect(path)
        control.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fds)])
    except OSError:
        control.close()
        return None
    return control


def read_line(control: "_socket.socket") -> str:
    """Return the next line without reading past it, or an empty string at end of file."""
    line = b""
    try:
        while (byte := control.recv(1)) != b"\n":
            if not byte:
                return ""
            line += byte
    except ConnectionError:
        return ""
    return line.decode()


def become_waiting_shell(control: "_socket.socket", pid: str, arguments: list[str]) -> "NoReturn":
    """Become the shell that waits for the bot and exits as the bot did. Raises OSError."""
    descriptor = control.fileno()
    os.set_inheritable(descriptor, True)
    folder = os.path.dirname(__file__)  # noqa: PTH120 - pathlib is 2 MB
    again = [sys.executable, "-I", "-S", f"{folder}/launcher.py", "--after", pid, *arguments]
    os.execv("/bin/sh", ["sh", f"{folder}/waiting.sh", pid, str(descriptor), *again])  # noqa: S606


def claim_plain_start(path: str) -> bool:
    """Tell whether this launcher may start its bot now, as the only one in PLAIN_START_INTERVAL."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return True  # without a lock file the launchers cannot take turns
    try:
        os.lockf(descriptor, os.F_TLOCK, 0)
        last = os.fstat(descriptor)
        if last.st_size and 0 <= time.time() - last.st_mtime < PLAIN_START_INTERVAL:
            return False
        os.pwrite(descriptor, b"\n", 0)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def become_bot(arguments: list[str]) -> "NoReturn":
    os.execv(sys.executable, [sys.executable, "-m", "personal_bot", *arguments])  # noqa: S606


def read_exit_code(home: str, pid: int) -> int:
    """Return the exit code from the bot's exit report, 1 without one: no parent can report it."""
    import json  # noqa: PLC0415

    try:
        with open(os.path.join(home, "exit.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            report = json.load(file)
    except (OSError, ValueError):
        return 1
    return int(report["code"]) if report.get("pid") == pid else 1
