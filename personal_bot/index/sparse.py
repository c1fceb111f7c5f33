"""BM25 vectors; words are stemmed by script: Cyrillic as Russian, everything else as English.

Words of both languages meet in one text, so a stemmer for a whole text would leave half of it bare:
an English stemmer costs Russian questions 12 points of recall at 1. Token ids are those of Qdrant's
own BM25 encoder, for the embedded index and for a server alike. The index weighs rare words (IDF).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from qdrant_edge import Bm25, Bm25Config, TokenizerType

SATURATION = 1.2  # BM25's k: how soon a repeated word stops counting
LENGTH_PENALTY = 0.75  # BM25's b
AVERAGE_LENGTH = 100  # tokens that count, in a passage of about 120 words

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
# Ideographs and kana. Qdrant's tokenizer would look their words up in dictionaries, which take
# 65 MB and half a second in which no other thread runs.
_IDEOGRAPHS = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U000323af]+")
# Other scripts written without spaces between words; the same tokenizer needs little for them.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


class SparseVector(NamedTuple):
    """Token ids, ascending, and the weight of each."""

    indices: list[int]
    values: list[float]


def encode_document(text: str) -> SparseVector:
    """Weigh every word of a passage by its frequency there."""
    counts = Counter(_tokens(text))
    length = 1 - LENGTH_PENALTY + LENGTH_PENALTY * counts.total() / AVERAGE_LENGTH
    indices = sorted(counts)
    return SparseVector(
        indices,
        [
            counts[token] * (SATURATION + 1) / (counts[token] + SATURATION * length)
            for token in indices
        ],
    )


def encode_query(text: str) -> SparseVector:
    """Weigh every word of a question alike. Empty when no word carries meaning."""
    indices = sorted(set(_tokens(text)))
    return SparseVector(indices, [1.0] * len(indices))


def list_tokens(text: str) -> frozenset[int]:
    """Return ids of the stems in a text, without stop words: two inflections share one."""
    return frozenset(_tokens(text))


def clear_stem_cache() -> None:
    """Give back the memory of the stems that were remembered."""
    _stem.cache_clear()


def _tokens(text: str) -> Iterator[int]:
    # A soft hyphen and a decomposed letter part words that a reader sees whole.
    folded = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    folded = folded.lower().replace("ё", "е")
    for word in _WORD.findall(folded):
        for part in _pair_ideographs(word):
            yield from _stem(part)


def _pair_ideographs(word: str) -> Iterator[str]:
    """Cut ideographs into overlapping pairs, as Lucene's CJKAnalyzer does, and off the rest."""
    rest = 0
    for run in _IDEOGRAPHS.finditer(word):
        yield word[rest : run.start()]
        yield from map("".join, pairwise(run[0])) if len(run[0]) > 1 else run[0]
        rest = run.end()
    yield word[rest:]


@lru_cache(maxsize=8_192)
def _stem(word: str) -> tuple[int, ...]:
    if _UNSPACED.search(word):
        encoder = _unspaced()
    elif _CYRILLIC.search(word):
        encoder = _russian()
    else:
        encoder = _english()
    return tuple(encoder.embed_query(word).indices)


@cache
def _russian() -> Bm25:
    return Bm25(Bm25Config(language="russian"))


@cache
def _english() -> Bm25:
    return Bm25(Bm25Config(language="english"))


@cache
def _unspaced() -> Bm25:
    return Bm25(Bm25Config(language="english", tokenizer=TokenizerType.Multilingual))
