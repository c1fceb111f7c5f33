"""Russian words that are written in Latin letters, as in many file names: `dogovor_arendy.pdf`."""

import re

_LETTERS = {
    "shch": "щ", "sch": "сч", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц",
    "yu": "ю", "ju": "ю", "ya": "я", "ja": "я", "yo": "е", "jo": "е", "ye": "е",
    "a": "а", "b": "б", "v": "в", "w": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и",
    "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с",
    "t": "т", "u": "у", "f": "ф", "h": "х", "c": "ц", "x": "кс",
}  # fmt: skip
_LETTER = re.compile("|".join([*_LETTERS, "y"]))
_VOWELS = "аеиоуыэюя"


def restore_cyrillic(word: str) -> str:
    """Return a lower-case word in Cyrillic letters; whether it is Russian is not known."""
    restored = ""
    for match in _LETTER.finditer(word):
        is_short = restored[-1:] in _VOWELS and restored != ""
        restored += _LETTERS.get(match[0]) or ("й" if is_short else "ы")
    return restored
