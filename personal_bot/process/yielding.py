"""Lets threads with long computations yield the interpreter to the event loop."""

import time

_MOMENT = 0.000_2  # seconds


def yield_interpreter() -> None:
    """Let a waiting thread have the interpreter; for loops that run in a thread.

    A waiting thread requests the interpreter lock after 5 ms, but restarts this timeout whenever
    the lock was released in between, even for microseconds in which it cannot be taken: during
    hashing or a call into Rust (CPython 3.11, `take_gil` in ceval_gil.h). Without this call, a
    bot's event loop waited for half a second while a long text was processed.
    """
    time.sleep(_MOMENT)
