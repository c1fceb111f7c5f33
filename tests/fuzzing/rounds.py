"""How often a fuzzed test tries: a fixed few times in the suite, for minutes if told to.

`FUZZ_MINUTES` and `FUZZ_SEED` come from `python -m tests.benchmarks.fuzz`.
"""

import os
import random
import sys
import time
from collections.abc import Iterator

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))


def roll_dice(times: int) -> Iterator[random.Random]:
    """Yield dice, each of a seed that it carries as `seed`, `times` or for `FUZZ_MINUTES`."""
    end = time.monotonic() + 60 * MINUTES
    number = 0
    while number < times or time.monotonic() < end:
        yield Dice(SEED * 1_000_000_000 + number)
        number += 1
    if MINUTES:
        sys.stdout.write(f"{number} cases\n")


class Dice(random.Random):
    """Random choices that can be repeated."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.start = seed

    def __repr__(self) -> str:
        return f"Dice({self.start})"
