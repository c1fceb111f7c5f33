"""Measure the memory of the conversion workers that this process starts."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

INTERVAL = 0.003  # seconds between checks

_PROC = Path("/proc")


class PeakMemory(threading.Thread):
    """Records the peak memory of all workers that run inside the context, in bytes.

    `reserved` is the largest address space, which is what the limit applies to; `resident` is the
    largest resident size.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.reserved = 0
        self.resident = 0
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        children = _PROC / "self/task" / str(os.getpid()) / "children"
        while not self._ended.wait(INTERVAL):
            for pid in children.read_text().split():
                with suppress(OSError):  # the process has ended
                    self._look(_PROC / pid)

    def _look(self, process: Path) -> None:
        if b"personal_bot.documents.worker" not in (process / "cmdline").read_bytes():
            return
        lines = (process / "status").read_text().splitlines()
        found = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
        self.reserved = max(self.reserved, 1024 * int(found.get("VmPeak", 0)))
        self.resident = max(self.resident, 1024 * int(found.get("VmHWM", 0)))
