"""Threads that work for long take turns with the event loop."""

import time

_MOMENT = 0.000_2  # seconds


def yield_interpreter() -> None:
    """Let whoever waits for the interpreter have it; for loops that run in a thread.

    A thread that waits asks for it after 5 ms, but counts anew whenever it was free in between, for
    microseconds, too short to be taken: while a hash is made, or a call into Rust (CPython 3.11,
    `take_gil` in ceval_gil.h). The loop of a bot waited for half a second beside a long text.
    """
    time.sleep(_MOMENT)
