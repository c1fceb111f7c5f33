"""Wordings of a question: what a search looks for, with its words as documents may spell them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from personal_bot.index import sparse, spelling
from personal_bot.index.document_stores import HybridStore
from personal_bot.index.scripts import Script, find_script

# Weights of other spellings of a word that no passage has, where a word weighs 1. On the questions
# of `Fusion`, with one slip each, words alone find the right paragraph among eight for .988
# (English) and .993 (Russian); without, .968 and .963. Russian ones in Latin letters: .983, .168.
# Questions without slips are answered as well as before, or better because of rare forms of words.
SLIP_WEIGHT = 0.5
CYRILLIC_WEIGHT = 1.0

_SHARE = 0.5  # of the words of a question that must be Russian for the whole to be embedded as such
_STOP_WORD = 3  # letters of a stop word by which a question is known to be English

_LATIN_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Wording:
    """A question in one wording or language; `words` are the weights of stem ids.

    `text` is embedded: in Cyrillic letters if it is Russian in Latin ones. `embedding` may be None.
    """

    text: str
    script: Script | None
    words: Mapping[int, float]
    embedding: Sequence[float] | None = None


async def read_wording(text: str, store: HybridStore) -> Wording:
    """Return a wording with other spellings of its unknown words. Raises StoreError."""
    folded = sparse.fold(text)
    stems = {word: sparse.list_tokens(word) for word in spelling.list_words(folded)}
    words = [word for word, found in stems.items() if found]
    known = await store.have_words([stems[word] for word in words])
    unknown = [word for word, is_known in zip(words, known, strict=True) if not is_known]
    slips = [stem for word in unknown for stem in sparse.list_stems(spelling.list_slips(word))]
    spelled = [sparse.list_stems(spelling.list_cyrillic(word)) for word in unknown]
    cyrillic = {
        word: found
        for word, found, is_known in zip(
            unknown, spelled, await store.have_words(spelled), strict=True
        )
        if is_known
    }
    weights = (
        dict.fromkeys(slips, SLIP_WEIGHT)
        | dict.fromkeys((stem for found in cyrillic.values() for stem in found), CYRILLIC_WEIGHT)
        | dict(zip(*sparse.encode_query(text), strict=True))
    )
    is_english = any(len(word) >= _STOP_WORD for word, found in stems.items() if not found)
    if cyrillic and not is_english:
        russian = [word for word in unknown if word in cyrillic or _is_stop_word(word)]
        if len(russian) >= _SHARE * len(words):
            text = _LATIN_WORD.sub(lambda match: spelling.to_cyrillic(match[0]), folded)
    return Wording(text, find_script(text), weights)


def _is_stop_word(word: str) -> bool:
    """Tell whether a word in Latin letters is a Russian one that is not searched for."""
    return word.isascii() and not sparse.list_tokens(spelling.to_cyrillic(word))
