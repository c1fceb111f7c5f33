"""Deterministic embeddings: texts that share word stems are close to each other."""

import base64
import hashlib
import math
from array import array
from collections import Counter
from functools import lru_cache

from deploy.sandbox.words import find_stems

#: Several dimensions per stem, so that two stems rarely collide if there are few dimensions.
_DIMENSIONS_OF_A_STEM = 4
_CACHED_STEMS = 50_000


def embed(text: str, dimensions: int) -> "array[float]":
    """Return a float32 vector of unit length, close to those of texts that share stems."""
    vector = array("f", bytes(4 * dimensions))
    weights: dict[int, float] = {}
    for stem, count in Counter(find_stems(text) or [0]).items():
        for place, sign in _find_places(stem):
            index = place % dimensions
            weights[index] = weights.get(index, 0.0) + sign * math.sqrt(count)
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    if not length:  # the weights cancel each other out
        weights, length = {0: 1.0}, 1.0
    for index, weight in weights.items():
        vector[index] = weight / length
    return vector


def as_base64(vector: "array[float]") -> str:
    """Encode a vector as OpenAI does: little-endian float32 in Base64."""
    return base64.b64encode(vector.tobytes()).decode()


@lru_cache(maxsize=_CACHED_STEMS)
def _find_places(stem: int) -> tuple[tuple[int, int], ...]:
    digest = hashlib.blake2b(stem.to_bytes(8, "little"), digest_size=20).digest()
    return tuple(
        (int.from_bytes(digest[5 * n : 5 * n + 4], "little"), 1 if digest[5 * n + 4] & 1 else -1)
        for n in range(_DIMENSIONS_OF_A_STEM)
    )
