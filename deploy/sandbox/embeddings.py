"""Embeddings that depend on the words alone: the same stems near, others far, always the same."""

import base64
import hashlib
import math
from array import array
from collections import Counter
from functools import lru_cache

from deploy.sandbox.words import find_stems

#: Each stem moves so many dimensions, so that two stems seldom look alike in few dimensions.
_DIMENSIONS_OF_A_STEM = 4
_CACHED_STEMS = 50_000


def embed(text: str, dimensions: int) -> "array[float]":
    """Make a vector of unit length, float32; near for texts that share stemmed words."""
    vector = array("f", bytes(4 * dimensions))
    weights: dict[int, float] = {}
    for stem, count in Counter(find_stems(text) or [0]).items():
        for place, sign in _find_places(stem):
            index = place % dimensions
            weights[index] = weights.get(index, 0.0) + sign * math.sqrt(count)
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    if not length:  # every move was undone by another
        weights, length = {0: 1.0}, 1.0
    for index, weight in weights.items():
        vector[index] = weight / length
    return vector


def as_base64(vector: "array[float]") -> str:
    """Little-endian float32, as OpenAI packs them."""
    return base64.b64encode(vector.tobytes()).decode()


@lru_cache(maxsize=_CACHED_STEMS)
def _find_places(stem: int) -> tuple[tuple[int, int], ...]:
    digest = hashlib.blake2b(stem.to_bytes(8, "little"), digest_size=20).digest()
    return tuple(
        (int.from_bytes(digest[5 * n : 5 * n + 4], "little"), 1 if digest[5 * n + 4] & 1 else -1)
        for n in range(_DIMENSIONS_OF_A_STEM)
    )
