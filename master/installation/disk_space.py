"""How much room is left on the disk that holds everything."""

import shutil
from dataclasses import dataclass
from pathlib import Path

_LOW_SHARE, _LOW_BYTES = 0.05, 500_000_000  # the smaller of them is too little


@dataclass(frozen=True)
class DiskSpace:
    """Bytes."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < self._low

    @property
    def is_ample(self) -> bool:
        """Whether there is so much again that the next time is a new one."""
        return self.free >= 2 * self._low

    @property
    def _low(self) -> float:
        return min(_LOW_SHARE * self.total, _LOW_BYTES)


def measure_disk_space(folder: Path) -> DiskSpace:
    """Raise OSError."""
    usage = shutil.disk_usage(folder)
    return DiskSpace(usage.free, usage.total)
