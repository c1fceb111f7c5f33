"""Free disk space in the state folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

_LOW_SHARE, _LOW_BYTES = 0.05, 500_000_000  # low is below the smaller of the two


@dataclass(frozen=True)
class DiskSpace:
    """Free and total disk space in bytes."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < self._low

    @property
    def is_ample(self) -> bool:
        """Whether twice the low threshold is free, so that the next shortage is reported again."""
        return self.free >= 2 * self._low

    @property
    def _low(self) -> float:
        return min(_LOW_SHARE * self.total, _LOW_BYTES)


def measure_disk_space(folder: Path) -> DiskSpace:
    """Measure the disk that holds `folder`. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return DiskSpace(usage.free, usage.total)
