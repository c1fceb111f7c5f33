"""Run all checks and tests: the fast checks first, then mypy beside the tests."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (sys.executable, "-P", "-m")
CHECKS = {
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "imports": (str(Path(sys.executable).with_name("lint-imports")),),
    "catalogues": (*PYTHON, "deploy.catalogues", "check"),
    "types": (*PYTHON, "mypy"),
}
SLOW = "types"


class FailedChecks:
    """A pytest plugin that lists the failed checks again at the end of the output.

    `wait` returns whether the slow check has passed.
    """

    def __init__(self, names: list[str], wait: Callable[[], bool]) -> None:
        self.names = names
        self._wait = wait

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._wait():
            self.names.append(SLOW)
        for name in self.names:
            terminalreporter.write_line(f"FAILED {name}: {' '.join(CHECKS[name])}", red=True)


def run_check(name: str) -> bool:
    print(f"== {name}", flush=True)
    started = time.monotonic()
    passed = subprocess.run(CHECKS[name], stdin=subprocess.DEVNULL, check=False).returncode == 0
    print(f"{'ok' if passed else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
    return passed


def main() -> int:
    os.chdir(ROOT)
    failed = [name for name in CHECKS if name != SLOW and not run_check(name)]
    with (
        tempfile.TemporaryFile("w+") as output,
        subprocess.Popen(
            CHECKS[SLOW], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as slow,
    ):

        def wait() -> bool:
            passed = slow.wait() == 0
            output.seek(0)
            print(f"\n== {SLOW}\n{output.read()}", end="", flush=True)
            return passed

        print("== tests", flush=True)
        # One more than cores, because the tests wait for processes a third of the time.
        workers = min(4, len(os.sched_getaffinity(0)) + 1)
        # In the order of `testpaths`, the slowest first, so that no worker is idle at the end.
        spread = (f"--numprocesses={workers}", "--dist=loadfile", "--no-loadscope-reorder")
        plugin = FailedChecks(failed, wait)
        status = pytest.main([*spread, *sys.argv[1:]], plugins=[plugin])
    return int(status) or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
