"""What a forked bot would inherit from the fork server, given up before it begins.

Given up here:

- descriptors: all but its own stdio, its launcher's socket and the pipe that says that it is ready.
  With them go the server's socket, its epoll and every other bot's end;
- the log stream: the standard handlers write to the descriptors 1 and 2, which are its own now;
- signals: handlers are the default ones, none is blocked, none wakes the server;
- the process group, which is its launcher's; the name under which supervisord knows the server;
- NumPy's global random state.

Nothing has to be done for `random`, reseeded by CPython, nor for `secrets`, `uuid`, `tempfile` and
TLS, which ask the kernel or reseed; timers, memory locks and pending signals are not inherited
(fork(2)); exit handlers of the server do not run in a bot, which ends by `os._exit`. Of asyncio
nothing lives on: the rehearsal's loop is closed, a bot makes its own.

What stays shared is what one program has once: settings of the operator, the working directory and
umask that supervisord gives to all programs alike, the layout of memory and the seed of `hash`; and
two generators of libraries that a bot makes no use of, aiohttp's for masks of WebSockets and
more-itertools' for primes.
"""

import fcntl
import os
import signal
import sys

_SUPERVISORS_NAMES = ("SUPERVISOR_PROCESS_NAME", "SUPERVISOR_GROUP_NAME")
_F_SETSIG = 10  # asm-generic/fcntl.h; the fcntl module does not name it


def reset_process(launcher: int, control: int, stdio: list[int], kept: int) -> None:
    """Make this process its own, in the process group of its launcher.

    Of the descriptors `control`, which ends the process when the launcher's end closes, and `kept`
    stay open; `stdio` become 0, 1 and 2. Raises OSError.
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
            except OSError:  # the listing's own descriptor
                continue


def _terminate_at_end_of_file(control: int) -> None:
    """Have the kernel send SIGTERM to this process when the launcher's end closes (fcntl(2))."""
    fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(control, _F_SETSIG, signal.SIGTERM)
    fcntl.fcntl(control, fcntl.F_SETFL, fcntl.fcntl(control, fcntl.F_GETFL) | os.O_ASYNC)
