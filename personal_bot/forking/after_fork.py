"""Resets what a forked bot inherits from the fork server.

Reset here:

- descriptors: all are closed except the bot's own stdio, its launcher's socket and its ready pipe.
  This closes the server's socket and epoll, and the server's ends of other bots' connections;
- log streams: the standard handlers write to descriptors 1 and 2, which are now the bot's own;
- signals: the handlers are the defaults, no signal is blocked, and none wakes the server;
- the process group becomes the launcher's, and the variables with the name under which supervisord
  knows the server are removed;
- NumPy's global random state is reseeded.

Nothing has to be done for `random`, which CPython reseeds, nor for `secrets`, `uuid`, `tempfile`
and TLS, which ask the kernel or reseed themselves. Timers, memory locks and pending signals are not
inherited (fork(2)). The server's exit handlers do not run in a bot, which ends with `os._exit`. No
asyncio state is left: the warmup's event loop is closed, and a bot creates its own.

Still shared is what all bots of an installation have in common: the operator's settings, the
working directory and umask that supervisord gives to all programs, the memory layout and the `hash`
seed. So are two generators of libraries that a bot does not use: aiohttp's for WebSocket masks and
more-itertools' for primes.
"""

import fcntl
import os
import signal
import sys

_SUPERVISORS_NAMES = ("SUPERVISOR_PROCESS_NAME", "SUPERVISOR_GROUP_NAME")
_F_SETSIG = 10  # asm-generic/fcntl.h; the fcntl module does not name it


def reset_process(launcher: int, control: int, stdio: list[int], kept: int) -> None:
    """Separate this process from the fork server and move it to the launcher's process group.

    The descriptors `control` and `kept` stay open, and `stdio` become 0, 1 and 2. End of file on
    `control`, when the launcher's end closes, sends SIGTERM to this process. Raises OSError.
    """
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)) and number is not signal.SIGINT:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.setpgid(0, os.getpgid(launcher))
    for target, descriptor in enumerate(stdio):
        os.dup2(descriptor, target)
    _close_all_but({0, 1, 2, control, kept})
    _terminate_at_end_of_file(control)
    for name in _SUPERVISORS_NAMES:
        os.environ.pop(name, None)
    numpy = sys.modules.get("numpy")
    if numpy is not None and "numpy.random" in sys.modules:
        numpy.random.seed()


def _close_all_but(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:  # the descriptor of `listdir` itself
                continue


def _terminate_at_end_of_file(control: int) -> None:
    """Have the kernel send SIGTERM to this process when the launcher's end closes (fcntl(2))."""
    fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(control, _F_SETSIG, signal.SIGTERM)
    fcntl.fcntl(control, fcntl.F_SETFL, fcntl.fcntl(control, fcntl.F_GETFL) | os.O_ASYNC)
