"""The number of rounds of a fuzz test: a few in the suite, or as many as fit into some minutes.

`python -m tests.benchmarks.fuzz` sets `FUZZ_MINUTES` and `FUZZ_SEED`.
"""

import os
import random
import sys
import time
from collections.abc import Iterator

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))


def roll_dice(times: int) -> Iterator[random.Random]:
    """Yield dice with different seeds, at least `times` and for at least `FUZZ_MINUTES`."""
    end = time.monotonic() + 60 * MINUTES
    number = 0
    while number < times or time.monotonic() < end:
        yield Dice(SEED * 1_000_000_000 + number)
        number += 1
    if MINUTES:
        sys.stdout.write(f"{number} cases\n")


class Dice(random.Random):
    """A random generator whose `repr` shows the seed that recreates it."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.start = seed

    def __repr__(self) -> str:
        return f"Dice({self.start})"
