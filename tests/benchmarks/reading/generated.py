"""A document made for the benchmark, with the facts that it states."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tests.benchmarks.reading.facts import Fact

FILLER = (
    "The branch keeps its records in the reading room, where visitors may look at them on working "
    "days. Copies are made on request and handed out at the desk. Whoever wants to take a volume "
    "home signs for it in the register and brings it back before the end of the month."
)
"""Text between facts, 53 words long, so that not everything stands in the same passage."""


@dataclass(frozen=True)
class Generated:
    """`name` tells what is in it, and its suffix the format."""

    name: str
    content: bytes
    facts: Sequence[Fact]

    @property
    def format(self) -> str:
        return PurePath(self.name).suffix[1:].replace("jsonl", "json").upper()


def count_branches(number: int) -> tuple[str, list[int]]:
    """Return the name of a branch and its revenue in four years."""
    return f"Omsk-{number}", [number * 17 + year * 131 for year in range(1, 5)]


YEARS = ("2021", "2022", "2023", "2024")
