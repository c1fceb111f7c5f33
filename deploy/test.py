"""Run all checks and tests, the fastest first."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (sys.executable, "-P", "-m")
CHECKS = {
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "types": (*PYTHON, "mypy"),
    "imports": (str(Path(sys.executable).with_name("lint-imports")),),
    "catalogues": (*PYTHON, "deploy.catalogues", "check"),
}


class FailedChecks:
    """A pytest plugin that lists the failed checks again at the end of the output."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
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
    failed = [name for name in CHECKS if not run_check(name)]
    print("== tests", flush=True)
    # One more than cores, because the tests wait for processes a third of the time.
    workers = min(4, len(os.sched_getaffinity(0)) + 1)
    # In the order of their names, the slowest come first: acceptance, integration, unit.
    spread = (f"--numprocesses={workers}", "--dist=loadfile", "--no-loadscope-reorder")
    arguments = [*spread, *sys.argv[1:]]
    status = pytest.main(arguments, plugins=[FailedChecks(failed)])
    return int(status) or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
