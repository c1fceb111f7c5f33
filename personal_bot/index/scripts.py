"""The scripts of a library, and what the embedding of a question says about them.

Embeddings of multilingual models also hold the language of a text: passages in the language of the
question are nearer to it than an answer in another one. In a library in two scripts, the difference
between the mean embeddings of both is that part; without it, a question finds both alike.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from operator import add, mul

from personal_bot.index.document_stores import HybridStore

SAMPLED = 256  # passages whose script is looked at
COMPARED = 32  # passages of each script that are compared; five are nearly as good
_FEWEST = 2  # passages of a script that a library must have to be in this script
_READ = 16  # embeddings at once: 1 MB with 1,536 dimensions
_VERSIONS = 10_000  # more documents than an owner can have
_LOOKED_AT = 200  # characters of a text


class Script(StrEnum):
    CYRILLIC = "Cyrillic"
    OTHER = "other"


def find_script(text: str) -> Script | None:
    """Return the script of most letters at the beginning of a text; None if it has no letters.

    0.01 ms.
    """
    start = text[:_LOOKED_AT]
    letters = sum(map(str.isalpha, start))
    high_bytes = start.encode("utf-16-le", "surrogatepass")[1::2]
    cyrillic = high_bytes.count(4)  # U+0400 to U+04FF
    if not letters:
        return None
    return Script.CYRILLIC if 2 * cyrillic > letters else Script.OTHER


class LibraryScripts:
    """The scripts of what a store holds; looked up again once something was written or deleted."""

    def __init__(self, store: HybridStore) -> None:
        self._store = store
        self._changes: int | None = None  # of the store, when the rest was looked up
        self._difference: list[float] | None = None
        self._looking = asyncio.Lock()

    async def find_difference(self) -> Sequence[float] | None:
        """Return what tells embeddings of both scripts apart, as a unit vector.

        None if all passages are in one script. Raises StoreError.
        """
        async with self._looking:
            changes = self._store.changes
            if self._changes != changes:
                self._difference = await self._compare()
                self._changes = changes
        return self._difference

    async def _compare(self) -> list[float] | None:
        places: dict[Script, list[tuple[str, int]]] = {script: [] for script in Script}
        sample = _spread(await self._store.count_versions(_VERSIONS), SAMPLED)
        for passage in await self._store.load(sample):
            script = find_script(passage.content or "")
            if script is not None:
                places[script].append((passage.meta["version"], passage.meta["index"]))
        if min(map(len, places.values())) < _FEWEST:
            return None
        first, second = [await self._average(some[:COMPARED]) for some in places.values()]
        difference = [one - other for one, other in zip(first, second, strict=True)]
        length = math.hypot(*difference)
        return [number / length for number in difference] if length else None

    async def _average(self, places: Sequence[tuple[str, int]]) -> list[float]:
        """Return the mean embedding of passages, of which there are some."""
        total: list[float] = []
        for start in range(0, len(places), _READ):
            for passage in await self._store.load(places[start : start + _READ], embeddings=True):
                embedding = passage.embedding or []
                total = [*map(add, total, embedding)] if total else embedding
        return [number / len(places) for number in total]


def remove(part: Sequence[float], embedding: Sequence[float]) -> list[float]:
    """Return an embedding without its part in the direction of a unit vector."""
    along = sum(map(mul, embedding, part))
    return [number - along * one for number, one in zip(embedding, part, strict=True)]


def _spread(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    """Choose up to `size` passages, as evenly as possible among the document versions."""
    versions = sorted(version for version, count in counts.items() if count)  # 0 if just deleted
    versions = versions[:: -(-len(versions) // size)] if versions else []
    each = max(1, size // max(1, len(versions)))
    return [
        (version, index)
        for version in versions
        for index in range(0, counts[version], -(-counts[version] // each))
    ]
