"""A confined process is denied files, sockets, processes, signals and excess resources."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from personal_bot.isolation.landlock import restrict_files
from personal_bot.isolation.seccomp import deny_calls

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PREAMBLE = """
import os, socket, sys
from pathlib import Path
from personal_bot.isolation.landlock import *
from personal_bot.isolation.limits import *
from personal_bot.isolation.seccomp import *
from personal_bot.process.parent import *
def attempt(name, action):
    try:
        action()
    except (OSError, MemoryError) as error:
        print(name, type(error).__name__)
    else:
        print(name, "done")
"""


def run(script: str, *arguments: str, timeout: float = 30) -> str:
    completed = subprocess.run(
        [sys.executable, "-c", PREAMBLE + script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def has(lock: str) -> bool:
    call = "restrict_files([])" if lock == "landlock" else "deny_calls()"
    return run(f"print(bool({call}))").strip() == "True"


def test_only_the_given_folders_can_be_read_and_none_written(tmp_path: Path) -> None:
    if not has("landlock"):
        pytest.skip("this kernel has no Landlock")
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    output = run(
        """
folder = Path(sys.argv[1])
assert restrict_files([folder / "open", folder / "missing"]) >= 1
attempt("read", (folder / "open/file").read_text)
attempt("list", lambda: list((folder / "open").iterdir()))
attempt("read other", (folder / "shut/file").read_text)
attempt("list other", lambda: list((folder / "shut").iterdir()))
attempt("write", lambda: (folder / "open/file").write_text("y"))
attempt("create", lambda: (folder / "open/new").touch())
attempt("remove", (folder / "open/file").unlink)
attempt("passwords", Path("/etc/passwd").read_text)
attempt("environment", Path(f"/proc/{os.getppid()}/environ").read_bytes)
""",
        str(tmp_path),
    )
    assert output.splitlines() == [
        "read done",
        "list done",
        "read other PermissionError",
        "list other PermissionError",
        "write PermissionError",
        "create PermissionError",
        "remove PermissionError",
        "passwords PermissionError",
        "environment PermissionError",
    ]


def test_no_sockets_processes_or_signals_are_left() -> None:
    if not has("seccomp"):
        pytest.skip("this kernel has no seccomp filter for this machine")
    output = run(
        """
assert deny_calls()
attempt("internet", lambda: socket.socket(socket.AF_INET))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("pair", socket.socketpair)
attempt("fork", os.fork)
attempt("spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("kill", lambda: os.kill(os.getppid(), 0))
"""
    )
    assert output.splitlines() == [
        f"{name} PermissionError"
        for name in ("internet", "unix", "pair", "fork", "spawn", "exec", "kill")
    ]


def test_resources_are_bounded(tmp_path: Path) -> None:
    output = run(
        """
limit_resources(
    memory_bytes=200 * 1024 * 1024, cpu_seconds=120, open_files=20, written_bytes=0
)
attempt("memory", lambda: bytearray(300 * 1024 * 1024))
attempt("some memory", lambda: bytearray(20 * 1024 * 1024))
attempt("files", lambda: [open("/dev/null") for _ in range(30)])
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
attempt("write", lambda: Path(sys.argv[1], "new").write_text("x"))
""",
        str(tmp_path),
    )
    assert output.splitlines() == [
        "memory MemoryError",
        "some memory done",
        "files OSError",
        "write OSError",
    ]


def test_a_process_whose_parent_is_gone_ends_at_once() -> None:
    script = PREAMBLE + "end_with_parent(1 if os.getppid() != 1 else 2)\nprint('still here')"
    completed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=30, check=False
    )
    assert (completed.returncode, completed.stdout) == (1, b"")


@pytest.mark.parametrize("lock", [lambda: restrict_files([]), deny_calls])
def test_a_kernel_without_a_lock_is_admitted(monkeypatch: pytest.MonkeyPatch, lock: object) -> None:
    """A lock reports failure if the kernel lacks it; a fake kernel keeps this process unlocked."""

    class Kernel:
        def syscall(self, *arguments: object) -> int:
            return -1

        prctl = syscall

    for module in ("kernel", "landlock", "seccomp"):
        monkeypatch.setattr(f"personal_bot.isolation.{module}.libc", Kernel())
    assert not lock()  # type: ignore[operator]


def test_a_machine_without_a_table_of_calls_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert deny_calls() is False
    assert os.getpid()
