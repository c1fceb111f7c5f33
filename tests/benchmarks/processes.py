"""Read the memory and CPU usage of processes from the kernel."""

from collections.abc import Iterable
from pathlib import Path

MB = 1_000_000
_PROC = Path("/proc")


def read_pss(pid: int, kind: str = "Pss") -> float:
    """Return the proportional set size in MB: a page shared by n processes counts 1/n in each.

    `kind` is "Pss" or one of its parts: "Pss_Anon", "Pss_File" or "Pss_Shmem".
    """
    for line in (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) * 1024 / MB
    raise ValueError(f"process {pid} tells no {kind}")


def sum_pss(pids: Iterable[int]) -> float:
    return sum(read_pss(pid) for pid in pids)


def sum_added(server: int, bots: Iterable[int]) -> float:
    """Return the MB that bots add to the fork server that they were forked from.

    Anonymous pages are shared only between the server and its forks, so the total of all minus the
    server's pages is exact. The server maps the bots' code files too; any further mapped files,
    such as an index, belong to a bot alone.
    """
    bots = list(bots)
    anonymous = sum(read_pss(pid, "Pss_Anon") for pid in (server, *bots)) - _read_anonymous(server)
    code = read_pss(server, "Pss_File")
    files = sum(max(0.0, read_pss(pid, "Pss_File") - code) for pid in bots)
    return anonymous + files + sum(read_pss(pid, "Pss_Shmem") for pid in bots)


def _read_anonymous(pid: int) -> float:
    """Return the MB of anonymous pages that a process maps, shared or private."""
    status = (_PROC / str(pid) / "status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024 / MB


def read_free_memory() -> int:
    """Return the MB available to new processes without swapping."""
    for line in (_PROC / "meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024 // MB
    raise ValueError("the kernel tells no MemAvailable")


def read_cpu(pid: int) -> float:
    """Return the CPU seconds, user and system, that a process's current threads have used."""
    tasks = (_PROC / str(pid) / "task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def sum_cpu(pids: Iterable[int]) -> float:
    return sum(read_cpu(pid) for pid in pids)
