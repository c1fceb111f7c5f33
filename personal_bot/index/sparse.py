"""BM25 vectors; words are stemmed by script: Cyrillic as Russian, everything else as English.

A text may contain words of both languages, so one stemmer for a whole text would leave part of it
unstemmed: with an English stemmer, recall at 1 of Russian questions is 12 points lower. Token ids
are those of Qdrant's own BM25 encoder, for the embedded index and for a server. The index itself
weights words by rarity (IDF).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from qdrant_edge import Bm25, Bm25Config, TokenizerType

from personal_bot.index.tokens import list_forms

SATURATION = 1.2  # BM25's k1: with a smaller value, repetitions of a word count less
LENGTH_PENALTY = 0.75  # BM25's b
# Of a further form of a number or code in a question, where a word weighs 1. By words alone, the
# right page of a report is among 8 passages for 54 % of questions: 43 % without forms, 50 % at 0.5.
# The results for articles (XQuAD) are those without forms; at 1, they are slightly worse.
FORM_WEIGHT = 0.75
AVERAGE_LENGTH = 100  # tokens, without stop words, in a passage of about 120 words

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
# Ideographs and kana. Qdrant's tokenizer would load dictionaries for them, which take 65 MB and
# block all threads for 0.5 s.
_IDEOGRAPHS = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U000323af]+")
# Other scripts without spaces between words; for these, the same tokenizer needs little memory.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_RAISED = re.compile(r"(?<=\d)(?=[⁰¹²³⁴-⁹])")


class SparseVector(NamedTuple):
    """Token ids in ascending order, and the weight of each."""

    indices: list[int]
    values: list[float]


def encode_document(text: str) -> SparseVector:
    """Return the vector of a passage: words weighted by their frequency in it.

    Further forms of numbers and codes do not count for the length of the passage.
    """
    folded = fold(text)
    counts = Counter(_words(folded))
    length = 1 - LENGTH_PENALTY + LENGTH_PENALTY * counts.total() / AVERAGE_LENGTH
    counts.update(set(_forms(folded)) - counts.keys())
    indices = sorted(counts)
    return SparseVector(
        indices,
        [
            counts[token] * (SATURATION + 1) / (counts[token] + SATURATION * length)
            for token in indices
        ],
    )


def encode_query(text: str) -> SparseVector:
    """Return the vector of a question: equal weights; empty if it has only stop words."""
    folded = fold(text)
    weights = dict.fromkeys(_forms(folded), FORM_WEIGHT) | dict.fromkeys(_words(folded), 1.0)
    indices = sorted(weights)
    return SparseVector(indices, [weights[token] for token in indices])


def list_tokens(text: str) -> frozenset[int]:
    """Return the stem ids of a text, without stop words; inflections of a word share one id."""
    folded = fold(text)
    return frozenset(_words(folded)).union(_forms(folded))


def list_stems(words: Iterable[str]) -> frozenset[int]:
    """Return the stem ids of words of letters; 500 take 0.5 ms, and the cache does not keep them.

    The words are in lower case, and Cyrillic or of an alphabet that has spaces between words.
    """
    by_script: dict[bool, list[str]] = {True: [], False: []}
    for word in words:
        by_script[bool(_CYRILLIC.search(word))].append(word)
    return frozenset(_russian().embed_query(" ".join(by_script[True])).indices).union(
        _english().embed_query(" ".join(by_script[False])).indices
    )


def clear_stem_cache() -> None:
    """Free the memory of cached stems."""
    _stem.cache_clear()


def fold(text: str) -> str:
    """Return a text in lower case and in NFKC, ё as е, `#` for a number sign."""
    # A soft hyphen or a decomposed letter would split a word; NFKC makes `№12` one word, and joins
    # the mark of a note to the number before it.
    text = _RAISED.sub(" ", text.replace("№", "#"))
    folded = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return folded.lower().replace("ё", "е")


def _words(folded: str) -> Iterator[int]:
    for word in _WORD.findall(folded):
        for part in _pair_ideographs(word):
            yield from _stem(part)


def _forms(folded: str) -> Iterator[int]:
    for form in list_forms(folded):
        yield from _words(form)


def _pair_ideographs(word: str) -> Iterator[str]:
    """Yield ideographs as overlapping pairs, as Lucene's CJKAnalyzer does, and the rest whole."""
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
