"""Progress messages on stderr, for a terminal or a log."""

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import Self


class Progress:
    """Shows a step and its duration: a live line on a terminal, otherwise lines at start and end.

    Uses only the standard library, because it runs before anything is installed.
    """

    def __init__(self, step: str) -> None:
        self.detail = ""
        self._step = step
        self._terminal = sys.stderr.isatty()
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        if self._terminal:
            self._ticker.start()
        else:
            _say(f"{self._step}…\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal:
            self._done.set()
            self._ticker.join()
            _say("\r\x1b[K")
        if kind is None:
            _say(f"{self._step}: {time.monotonic() - self._started:.0f} s\n")

    def _tick(self) -> None:
        while True:
            seconds = int(time.monotonic() - self._started)
            line = f"{self._step}… {seconds} s{self.detail and f' · {self.detail}'}"
            _say(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
            if self._done.wait(0.5):
                return


def _say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)
