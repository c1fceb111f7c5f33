"""Ranks the encodings of text that is not Unicode, by the evidence in the text.

chardet compares pairs of bytes with those of many languages. It is right for 97 % of texts of 25
characters, but not for capitals, frames of DOS tables and encodings that differ in few letters;
hence it is shown text in small letters without frames, and a reading loses by what no language
writes, such as a sign within a word or a capital after a small letter.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from math import exp
from typing import Final, NamedTuple

# In order of preference if scores are equal.
_SINGLE: Final = (
    *("cp1251", "cp1252", "cp866", "koi8-r", "koi8-u", "iso8859-5", "mac-cyrillic", "cp1125"),
    *("cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "iso8859-2"),
    *("iso8859-7", "iso8859-6", "cp852", "cp850", "mac-roman", "cp737", "cp857", "cp862"),
)
MULTIBYTE: Final = ("gb18030", "cp932", "cp949", "big5hkscs", "euc_jis_2004")
ENCODINGS: Final = (*_SINGLE, *MULTIBYTE)

_SAMPLE_BYTES: Final = 8_000
_CERTAIN_BYTES: Final = 12  # above 0x7F; a guess from fewer is in doubt
_CERTAIN_SCORE: Final = 0.1
_CERTAIN_RATIO: Final = 1.2  # to the score of the next reading
_LEAST_SCORE: Final = 0.02  # of a language
_MOST_ODDITIES: Final = 0.35  # per non-ASCII character of a language
_ODD_CHARS: Final = 300  # of a line that are looked at
_PRIORS: Final = {"mac-cyrillic": 0.97}  # differs from cp1251 in two small letters
_PENALTY: Final = 3.0
_JOINING: Final = frozenset("—–‘’·\u00a0\u200c\u200d\u200e\u200f")  # may stand within words
_QUOTING: Final = frozenset("«»„“”…")
_PRECEDING: Final = frozenset("№°•§¿¡±×©®™€")  # never follow a letter
_COMMON: Final = frozenset({"cp1252", "cp1251"})  # where the only non-ASCII characters are signs
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_CAPITALS: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}(?![^\W\d_])")
_FRAMES: Final = re.compile(r"[─-▟]?([─-▟])\1{2,}[─-▟]?|(?<!\S)[─-▟](?!\S)")
_SIGNS: Final = _JOINING | _QUOTING | _PRECEDING
_SUSPECT: Final = re.compile(r"[\x80-\x9f\ufffd]|[^\x00-\x7f\w]{2}")
_FRAME: Final = re.compile(r"[─-▟]+")
# Of the classes of characters that `_classify` tells apart.
_ODD: Final = re.compile(
    r"[lacg](?=[ACG])|[acg](?=U)|(?<=[lUaAcCgGh0])s|s(?=[lUaAcCgGhs])|[lUaA](?=[cCgGh])"
    r"|[cC](?=[lUaAgGh])|[gG](?=[lUaAcCh])|h(?=[lUaAcCgG])|x"
    r"|(?<=[lUaAcCgGh])q(?=[lUaAcCgGh])|(?<=[lUaAcCgGh])n"
)
_SCRIPTS: Final = {"LATIN": "a", "CYRILLIC": "c", "GREEK": "g"}


class Reading(NamedTuple):
    """A text in one encoding; `oddities` counts what no language writes."""

    encoding: str
    text: str
    score: float
    oddities: int


class Ranking(NamedTuple):
    """Readings of one sample, best first, each with another text."""

    readings: list[Reading]
    high_bytes: int

    @property
    def is_certain(self) -> bool:
        first, *others = self.readings
        if _has_only_signs(first):
            return True
        return (
            self.high_bytes >= _CERTAIN_BYTES
            and first.score >= _CERTAIN_SCORE
            and not any(_rivals(first, other) for other in others)
        )

    @property
    def is_plausible(self) -> bool:
        """Whether the best reading can be a language; always true of a few bytes."""
        first = self.readings[0]
        return self.high_bytes < _CERTAIN_BYTES or (
            first.score >= _LEAST_SCORE and first.oddities <= _MOST_ODDITIES * self.high_bytes
        )


def rank_encodings(content: bytes, among: Collection[str] = ENCODINGS) -> Ranking:
    """Rank the readings of lines that are not UTF-8; only the first 8,000 bytes or so count."""
    sample = content[:_SAMPLE_BYTES]
    scores = _score(sample, among)
    readings: dict[str, Reading] = {}
    for encoding in (encoding for encoding in ENCODINGS if encoding in among):
        # A character may be cut at the end of the sample.
        text = sample.decode(encoding, errors="replace").removesuffix("\ufffd")
        reading = _read(encoding, text, scores.get(encoding, 0.0))
        same = readings.setdefault(text, reading)
        readings[text] = same._replace(score=max(same.score, reading.score))
    ranked = sorted(readings.values(), key=lambda reading: reading.score, reverse=True)
    ranked.sort(key=lambda reading: not _has_only_signs(reading))
    return Ranking(ranked, len(_HIGH.findall(sample)))


def is_odd(text: str) -> bool:
    """Tell whether a decoded line is no language."""
    text = text[:_ODD_CHARS]
    if not _SUSPECT.search(text):
        return False
    oddities, high = _count_oddities(_FRAME.sub(" ", text))
    return high >= _CERTAIN_BYTES and oddities > _MOST_ODDITIES * high


def _read(encoding: str, text: str, score: float) -> Reading:
    folded = text if encoding in MULTIBYTE else _fold(text)
    small = folded.encode(encoding, "ignore") if folded != text else b""
    if not small.isascii():
        score = max(score, _score(small, (encoding,)).get(encoding, 0.0))
    oddities, high = _count_oddities(folded)
    score *= _PRIORS.get(encoding, 1.0)
    share = oddities / max(1, high)
    return Reading(encoding, text, score * exp(-_PENALTY * share), oddities)


def _count_oddities(text: str) -> tuple[int, int]:
    """Return the numbers of oddities and of non-ASCII characters other than common signs."""
    classes = "".join(map(_classify, text))
    return len(_ODD.findall(classes)), sum(map(classes.count, "aAcCgGhsx"))


def _score(sample: bytes, among: Collection[str]) -> dict[str, float]:
    from chardet import detect_all  # noqa: PLC0415 - 40 MiB, needed for few texts

    found = detect_all(
        sample,
        ignore_threshold=True,
        include_encodings=among,
        compat_names=False,
        no_match_encoding=next(iter(among)),
    )
    return {guess["encoding"]: guess["confidence"] for guess in found if guess["encoding"]}


def _fold(text: str) -> str:
    """Return a text without frames of tables and with words of capitals in small letters."""
    text = _FRAMES.sub(" ", text)
    return _CAPITALS.sub(lambda word: word[0].lower() if word[0].isupper() else word[0], text)


def _rivals(first: Reading, other: Reading) -> bool:
    """Tell whether another reading is nearly as good, and has not clearly more oddities."""
    is_odd = other.oddities > 3 * first.oddities
    return not is_odd and first.score < _CERTAIN_RATIO * other.score


def _has_only_signs(reading: Reading) -> bool:
    """Tell whether the only non-ASCII characters are quotes, dashes and the like."""
    return (
        reading.encoding in _COMMON
        and not reading.oddities
        and all(char.isascii() or char in _SIGNS for char in reading.text)
    )


@lru_cache(8_192)
def _classify(char: str) -> str:
    """Return a letter for the kind of a character: its script, capital or small, or a sign."""
    if char.isascii():
        letter = "U" if char.isupper() else "l"
        return letter if char.isalpha() else "0" if char.isdigit() else " "
    if char in _SIGNS:
        return " " if char in _JOINING else "q" if char in _QUOTING else "n"
    category = unicodedata.category(char)
    if category[0] in "LM" and char not in "ªº":
        script = _SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "h")
        return script.upper() if script != "h" and char.isupper() else script
    return "x" if category in {"Cc", "Co", "Cn"} or char == "\ufffd" else "s"
