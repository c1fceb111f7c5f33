"""A fork server whose bots do what their last argument says; run by test_forkserver.py."""

import logging
import os
import random
import secrets
import signal
import ssl
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from personal_bot.forkserver import ForkServer


def run_bot(arguments: Sequence[str], ready: Callable[[], None]) -> int:
    ready()
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
        paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
        fds = [os.readlink(path) for path in paths if os.path.lexists(path)]  # but the listing's
        print(
            random.random(),
            uuid.uuid4(),
            secrets.token_hex(),
            ssl.RAND_bytes(16).hex(),
            np.random.random(),  # noqa: NPY002 - the state that a fork would share
            os.getpgrp(),
            signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
            signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL,
            *fds,
            sep="\n",
            flush=True,
        )
        return 0
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    signal.signal(signal.SIGUSR1, lambda *_: print("usr1", flush=True))
    print(f"waiting {os.getpid()}", flush=True)
    while not stopped:
        time.sleep(0.05)
    print("stopped", flush=True)
    home = Path(arguments[arguments.index("--state-dir") + 1], "bots", "7")
    home.mkdir(parents=True, exist_ok=True)
    (home / "exit.json").write_text(f'{{"pid": {os.getpid()}, "code": 5}}')
    return 0


if __name__ == "__main__":
    logging.basicConfig()
    ForkServer(Path(sys.argv[1]), run_bot).serve()
