"""A fork server for test_forkserver.py, whose bots do what their last argument says.

A second argument `unable` makes every fork fail.
"""

import asyncio
import contextlib
import errno
import gc
import json
import logging
import os
import random
import secrets
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from personal_bot.forking.forkserver import ForkServer


def run_bot(arguments: Sequence[str], ready: Callable[[], None]) -> int:
    deed, _, value = arguments[-1].partition("=")
    if deed == "exit":
        print("out of the bot", flush=True)
        print("err of the bot", file=sys.stderr, flush=True)
        return int(value)
    if deed == "kill":
        os.kill(os.getpid(), int(value))
    if deed == "raise":
        raise RuntimeError(value)
    if deed == "describe":
        print(json.dumps(describe()), flush=True)
        return 0
    if deed in HOSTILITIES:
        HOSTILITIES[deed](value)
    home = Path(arguments[arguments.index("--state-dir") + 1], "bots", "7")
    home.mkdir(parents=True, exist_ok=True)
    if deed == "renew" and not (home / "exit.json").exists():
        report_exit(home, 75)
        return 75
    ready()
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))

    def be_ready_late(*_: object) -> None:
        ready()
        print("usr1", flush=True)

    signal.signal(signal.SIGUSR1, be_ready_late)
    print(f"waiting {os.getpid()}", flush=True)
    while not stopped:
        time.sleep(0.05)
    print("stopped", flush=True)
    report_exit(home, 5)
    return 0


def report_exit(home: Path, code: int) -> None:
    (home / "exit.json").write_text(json.dumps({"pid": os.getpid(), "code": code}))


def describe() -> dict[str, dict[str, object]]:
    """Return the state that must differ between bots, and the state that must be the same."""
    paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
    files = [os.readlink(path) for path in paths if os.path.lexists(path)]  # not listdir's
    own = {
        "random": random.random(),
        "uuid": str(uuid.uuid4()),
        "secrets": secrets.token_hex(),
        "TLS": ssl.RAND_bytes(16).hex(),
        "temporary name": tempfile.mktemp(),
        "NumPy": np.random.random(),  # noqa: NPY002 - this global state would be shared by forks
        "process group": os.getpgrp(),
        "event loop": asyncio.run(describe_loop()),
    }
    numbers = (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGUSR1)
    umask = os.umask(0o77)
    common = {
        "files": sorted(name.partition(":")[0] for name in files),
        "default handlers": all(signal.getsignal(each) is signal.SIG_DFL for each in numbers),
        "blocked signals": list(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "timer": signal.getitimer(signal.ITIMER_REAL),
        "wakes": signal.set_wakeup_fd(-1),
        "names": sorted(name for name in os.environ if name.startswith("SUPERVISOR")),
        "threads": threading.active_count(),
        "collects garbage": gc.isenabled(),
        "folder": os.getcwd(),
        "umask": umask,
        "log": [handler.stream.name for handler in logging.getLogger().handlers],
    }
    return {"own": own, "common": common}


async def describe_loop() -> str:
    """Return the kernel's name for the wake-up socket of a new event loop."""
    loop = asyncio.get_running_loop()
    return os.readlink(f"/proc/self/fd/{loop._ssock.fileno()}")


def babble(_value: str) -> None:
    """Write garbage to every open descriptor above 2 until it is closed."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        with contextlib.suppress(OSError):
            if fd > 2:
                os.fstat(fd)  # skip the closed descriptor of listdir
                threading.Thread(target=flood, args=[fd]).start()


def flood(fd: int) -> None:
    with contextlib.suppress(OSError):
        while True:
            os.write(fd, b"pid 1")
            os.write(fd, b"\xff" * 3)


def clog(_value: str) -> None:
    """Stop the launcher and fill its socket, so that a blocking write to it would hang."""
    os.kill(os.getpgrp(), signal.SIGSTOP)
    for control in find_sockets():
        with contextlib.suppress(BlockingIOError):
            while True:
                control.send(b"pid 1", socket.MSG_DONTWAIT)
        control.setblocking(True)


def say(line: str) -> None:
    """Send a line to the launcher once it has become the waiting shell."""
    launcher = Path(f"/proc/{os.environ['LAUNCHER_PID']}/comm")
    while launcher.read_text() != "sh\n":
        time.sleep(0.05)
    for control in find_sockets():
        control.send(f"{line}\n".encode())


HOSTILITIES = {"babble": babble, "clog": clog, "say": say}


def find_sockets() -> Iterator[socket.socket]:
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(name))) as control:
            yield control


def fail() -> int:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


if __name__ == "__main__":
    logging.basicConfig()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup may have set it to SIG_IGN
    signal.setitimer(signal.ITIMER_REAL, 3_600)
    if sys.argv[2:] == ["unable"]:
        os.fork = fail
    ForkServer(Path(sys.argv[1]), lambda arguments: partial(run_bot, arguments)).serve()
