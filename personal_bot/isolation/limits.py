"""Resource limits for a process that converts an untrusted file."""

import contextlib
import os
import resource
from pathlib import Path


def limit_resources(
    *, memory_bytes: int, cpu_seconds: int, open_files: int, written_bytes: int
) -> None:
    """Limit memory, CPU time, open files, written bytes; no new processes; lower the priority."""
    _limit(resource.RLIMIT_AS, memory_bytes)
    # SIGXCPU at the soft limit, SIGKILL at the hard one; only SIGKILL if they are equal.
    _limit(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)
    _limit(resource.RLIMIT_NOFILE, open_files)
    _limit(resource.RLIMIT_FSIZE, written_bytes)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(10)
    with contextlib.suppress(OSError):  # optional: our parent may be confined
        Path("/proc/self/oom_score_adj").write_text("1000")


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    highest = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    if highest != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], highest), min(wanted[1], highest))
    resource.setrlimit(kind, wanted)
