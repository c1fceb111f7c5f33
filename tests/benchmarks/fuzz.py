"""Fuzz the converters and the update handling of both bots for a given time.

    python -m tests.benchmarks.fuzz [--minutes 10] [--seed N]

Runs the same tests as the suite, where they take seconds. Each gets an equal share of the minutes.
A failure is shown with its dice, from which `tests.fuzzing.rounds.Dice` recreates the case.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = (
    "tests/unit/personal_bot/documents/converters/test_fuzzed_files.py",
    "tests/unit/personal_bot/handlers/test_fuzzed_updates.py",
    "tests/unit/master/handlers/test_fuzzed_updates.py",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    share = options.minutes / len(TESTS)
    print(f"Seed {options.seed}, {share:.1f} minutes each", flush=True)
    chosen = {"FUZZ_MINUTES": str(share), "FUZZ_SEED": str(options.seed)}
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-rP", "--timeout=0", "--tb=short"]
    ended = [
        subprocess.run([*command, test], cwd=ROOT, env=os.environ | chosen, check=False).returncode
        for test in TESTS
    ]
    sys.exit(max(ended))


if __name__ == "__main__":
    main()
