"""Splits text into words and stems. The script decides between Russian and English.

Snowball's stemmers and stop words come from Qdrant's BM25 encoder, which gives each stem a number.
"""

import re
from functools import cache, lru_cache

from qdrant_edge import Bm25, Bm25Config

_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
#: Words of questions that carry no meaning for a search.
_EMPTY_WORDS = """
сколько какой какая какое какие каков какова каково каковы каком какую какого каких каким который
когда где кто почему зачем куда откуда чей чья чьё чье чьи скажи скажите расскажи расскажите покажи
покажите пожалуйста найди найдите опиши опишите документ документе документа документы документах
файл файле файла файлы говорится написано сказано есть ли нужно можно это этот эта эти этом этого
этой её ее его их он она оно они о об про чём чем что как а и но же тогда ещё еще
what which who whom whose when where why how many much does do did is are was were can could tell
show find please describe document documents file files say says said written about me it its this
that these those there and but then also
"""
_CACHED_WORDS = 50_000


def fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def is_russian(text: str) -> bool:
    """Tell whether more than half of the letters are Cyrillic."""
    letters = sum(character.isalpha() for character in text)
    return 2 * len(_CYRILLIC.findall(text)) > letters


def find_words(text: str) -> list[str]:
    return _WORD.findall(text)


def find_stems(text: str) -> list[int]:
    """Return the stem numbers of the words of a text, in order and with repetitions."""
    return [stem for word in find_words(fold(text)) for stem in _stem(word)]


def find_salient_words(text: str) -> list[str]:
    """Return the words that carry the meaning of a question, as written and each once."""
    salient = {
        fold(word): word for word in find_words(text) if not is_empty(word) and _stem(fold(word))
    }
    return list(salient.values())


def is_empty(word: str) -> bool:
    return fold(word) in _list_empty_words()


@cache
def _list_empty_words() -> frozenset[str]:
    return frozenset(fold(_EMPTY_WORDS).split())


@lru_cache(maxsize=_CACHED_WORDS)
def _stem(word: str) -> tuple[int, ...]:
    encoder = _make_encoder("russian" if _CYRILLIC.search(word) else "english")
    return tuple(encoder.embed_query(word).indices)


@cache
def _make_encoder(language: str) -> Bm25:
    return Bm25(Bm25Config(language=language))
