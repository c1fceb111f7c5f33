"""Detects the encoding of a text: UTF-8 and UTF-16 for certain, code pages by scores.

charset-normalizer confuses Cyrillic code pages in short Russian texts, so they are scored here by
how well letters, letter pairs and capitals match Russian. charset-normalizer is used only if the
text is plausible neither in a Cyrillic nor in the Western code page.
"""

import codecs
import math
import re
from typing import Final

from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, because it starts with the BOM of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Counts per 10,000 letters of Russian (National Corpus). The last five letters are Ukrainian or
# Belarusian.
_LETTERS: Final = {
    "о": 1097,
    "е": 845,
    "а": 801,
    "и": 735,
    "н": 670,
    "т": 626,
    "с": 547,
    "р": 473,
    "в": 454,
    "л": 440,
    "к": 349,
    "м": 321,
    "д": 298,
    "п": 281,
    "у": 262,
    "я": 201,
    "ы": 190,
    "ь": 174,
    "г": 170,
    "з": 165,
    "б": 159,
    "ч": 144,
    "й": 121,
    "х": 97,
    "ж": 94,
    "ш": 73,
    "ю": 64,
    "ц": 48,
    "щ": 36,
    "э": 32,
    "ф": 26,
    "ъ": 4,
    "ё": 80,
    "і": 4,
    "ї": 3,
    "є": 2,
    "ґ": 1,
    "ў": 1,
}
_WEIGHTS: Final = {letter: math.log(count / 10_000) for letter, count in _LETTERS.items()}
_COMMON_PAIRS: Final = (
    "ст но то на ен ов ни ра во ко по ро го не пр ли ос ре ал та ат ть ер от ве ор ло ан ет ва "
    "ол де ел ка ри ин ом ес ла ой ся ле ки тр те ти ым ый ая ие ия ог ем об ль за ск до ви ны "
    "ис ма да ми ит вы бы мо со ше ча че чт шь щи жи ев ей их ам ах ых ую юю ое сл сп см пе па "
    "пи пу бо бе ба бу гр гл ду ди др им из ил ид ич ив ук ур ус ут ум уб уд уч ют ях фи ио фо "
    "съ бъ ъе ъя ём ёт ён ёр ёл ещ ющ ящ кз эк эт мп юр дв зд сн тн нн нт нд вл кр ку хо ху ци "
    "ца"
)
_PAIRS: Final = frozenset(_COMMON_PAIRS.split())
_PAIR: Final = 2.0  # logarithmic, like all weights here
_RARE_PAIR: Final = -1.0
_CAPITAL: Final = -1.0  # first letter of a word
_ODD_CAPITAL: Final = -7.0  # after a small letter, as in a text decoded with the wrong code page
_NEVER_FIRST: Final = frozenset("ьъый")  # in a word; ы and й very rarely are
_VOWELS: Final = "аеёиоуыэюя"
_NEVER_AFTER: Final = {
    "ь": _VOWELS + "йьъ",
    "ъ": _VOWELS + "йьъ",
    "ы": _VOWELS + "йьъгкхжшчщ",
    "й": "бвгджзклмнпрстфхцчшщьъй",
}
_IMPOSSIBLE: Final = -6.0
_MIXED: Final = -8.0  # Cyrillic next to Latin in one word
_BOX: Final = -7.0
_SYMBOL: Final = -9.0
_UNDEFINED: Final = -14.0
_PUNCTUATION: Final = {
    **dict.fromkeys("«»—–„“”‘’…№§\u00a0", -4.0),
    **dict.fromkeys("°•·©®™€±×", -6.0),
}
_WESTERN_INSIDE: Final = -3.0  # a letter with a diacritic next to a plain Latin one
_WESTERN_ALONE: Final = -6.0
_WESTERN_CLUSTER: Final = -7.0

# In order of preference if scores are equal, with a penalty for rare encodings.
_CYRILLIC: Final = (
    ("cp1251", 0.0),
    ("cp866", -0.5),
    ("koi8-r", -2.0),
    ("iso8859-5", -4.0),
)
_WESTERN: Final = "cp1252"
_IMPLAUSIBLE: Final = -7.0  # average per character; below, the text is neither Cyrillic nor Western
_SAMPLE_BYTES: Final = 20_000
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_HIGH_LINE: Final = re.compile(rb"[^\r\n]{0,200}[\x80-\xff][^\r\n]{0,200}")
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS: Final = 0.02  # maximum share of control characters in a text


def decode(content: bytes, declared: str | None = None) -> str:
    """Decode the content of a file; `declared` is the encoding that the file itself names, if any.

    Raises RefusalError if the content is not text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    unmarked = _detect_utf16(content)
    if unmarked:
        return content.decode(unmarked, errors="replace")
    _check_is_text(content)
    content = content.replace(b"\0", b"")
    for trusted in ("utf-8", *([declared] if declared else [])):
        try:
            return content.decode(trusted)
        except (LookupError, ValueError):  # unknown encoding, or content not valid in it
            continue
    if _is_damaged_utf8(content):
        return content.decode(errors="replace")
    return content.decode(detect_code_page(content), errors="replace")


def detect_code_page(content: bytes) -> str:
    """Return the most likely single-byte encoding of a text."""
    sample = b"\n".join(_HIGH_LINE.findall(content[: 50 * _SAMPLE_BYTES]))[:_SAMPLE_BYTES]
    scores = {
        encoding: prior + _score_cyrillic(sample.decode(encoding, errors="replace"))
        for encoding, prior in _CYRILLIC
    }
    scores[_WESTERN] = _score_western(sample.decode(_WESTERN, errors="replace"))
    best = max(scores, key=scores.__getitem__)
    if scores[best] / max(len(_HIGH.findall(sample)), 1) > _IMPLAUSIBLE:
        return best
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed

    match = from_bytes(sample).best()
    return match.encoding if match else best


def _score_cyrillic(text: str) -> float:
    score = 0.0
    previous = before = " "
    for char in text:
        if char > "\x7f":
            score += _weigh_cyrillic(char, previous, before)
        elif char.isalpha() and previous > "\x7f" and previous.isalpha():
            score += _MIXED
        before, previous = previous, char
    return score


def _weigh_cyrillic(char: str, previous: str, before: str) -> float:
    small = char.lower()
    weight = _WEIGHTS.get(small)
    if weight is None:
        if char == "\ufffd" or "\x80" <= char < "\xa0":
            return _UNDEFINED
        if "\u2500" <= char <= "\u259f":  # box drawing of DOS tables, usually in runs
            if previous.isalpha():
                return _SYMBOL
            return 0.0 if char == previous else _BOX
        return _PUNCTUATION.get(char, _SYMBOL)
    if previous.isalpha():
        return weight + _weigh_neighbours(char, previous, before)
    if small in _NEVER_FIRST:
        weight += _IMPOSSIBLE
    return weight + (_CAPITAL if char != small else 0.0)


def _weigh_neighbours(char: str, previous: str, before: str) -> float:
    if previous <= "\x7f":
        return _MIXED
    pair = (previous + char).lower()
    weight = _PAIR if pair in _PAIRS else _RARE_PAIR
    if char.isupper() and previous.islower():
        weight += _ODD_CAPITAL
    elif char.islower() and previous.isupper() and before.isalpha():
        weight += _ODD_CAPITAL / 2
    if pair[1:] in _NEVER_AFTER and pair[:1] in _NEVER_AFTER[pair[1:]]:
        weight += _IMPOSSIBLE
    return weight


def _score_western(text: str) -> float:
    score = 0.0
    for previous, char, following in zip(" " + text, text, text[1:] + " ", strict=False):
        if char <= "\x7f":
            continue
        if char == "\ufffd" or "\x80" <= char < "\xa0":
            score += _UNDEFINED
        elif not char.isalpha():
            score += _PUNCTUATION.get(char, _SYMBOL)
        elif (previous > "\x7f" and previous.isalpha()) or (
            following > "\x7f" and following.isalpha()
        ):
            score += _WESTERN_CLUSTER
        elif previous.isalpha() or following.isalpha():
            score += _WESTERN_INSIDE
        else:
            score += _WESTERN_ALONE
    return score


def _detect_utf16(content: bytes) -> str | None:
    """Detect UTF-16 without a BOM: almost every second byte is 0x00, 0x04 or 0x20."""
    sample = content[:4096]
    half = len(sample) // 2
    if half < 2 or (b"\0" not in sample and b"\x04" not in sample):
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        low = sample[0::2] if encoding == "utf-16-le" else sample[1::2]
        blocks = sum(map(high.count, (b"\0", b"\x04", b"\x20")))
        if blocks >= 0.95 * half and low.count(b"\0") < 0.1 * half:
            return encoding
    return None


def _check_is_text(content: bytes) -> None:
    sample = content[:65_536].replace(b"\0", b"")
    if not sample:
        raise RefusalError(RefusalKind.EMPTY, "zeros")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(1, _MOST_CONTROLS * len(sample)):
        raise RefusalError(RefusalKind.UNSUPPORTED, "binary")


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell whether a text is UTF-8 with a few invalid bytes, or cut within a character."""
    text = content[:1_000_000].decode(errors="replace")
    bad = text.count("\ufffd")
    good = sum(char > "\x7f" for char in text) - bad
    return good > 20 * bad
