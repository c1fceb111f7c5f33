"""Resource limits of a process that converts a stranger's file."""

import contextlib
import os
import resource
from pathlib import Path


def limit_resources(
    *, memory_bytes: int, cpu_seconds: int, open_files: int, written_bytes: int
) -> None:
    """Bound memory, CPU time, open files, written bytes; give way to everyone else."""
    _limit(resource.RLIMIT_AS, memory_bytes)
    # The kernel signals at the first and kills at the second; at once, if they are the same.
    _limit(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)
    _limit(resource.RLIMIT_NOFILE, open_files)
    _limit(resource.RLIMIT_FSIZE, written_bytes)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(10)
    with contextlib.suppress(OSError):  # a wish, not a bound: whoever starts us may be locked in
        Path("/proc/self/oom_score_adj").write_text("1000")


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    highest = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    if highest != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], highest), min(wanted[1], highest))
    resource.setrlimit(kind, wanted)
