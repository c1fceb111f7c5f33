"""Questions as people type them: with a slip, or in Latin letters."""

import random
import re

_WORD = re.compile(r"[^\W\d_]{5,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_LATIN = dict(
    re.findall(
        r"(\S)=(\S*)",
        "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
        "х=h ц=c ч=ch ш=sh щ=sch ъ= ы=y ь= э=e ю=yu я=ya",
    )
)


def mistype(text: str) -> str:
    """Change one letter of one word: left out, doubled, swapped or hit beside its key."""
    rng = random.Random(text)
    words = [*_WORD.finditer(text)]
    if not words:
        return text
    word = rng.choice(words)
    at = word.start() + rng.randrange(1, len(word[0]) - 1)
    letter, following = text[at], text[at + 1]
    slips = [
        following + letter,
        letter + letter + following,
        following,
        _hit_beside(letter, rng) + following,
    ]
    return (
        text[:at]
        + rng.choice([slip for slip in slips if slip != letter + following])
        + text[at + 2 :]
    )


def _hit_beside(letter: str, rng: random.Random) -> str:
    for row in _ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            return row[rng.choice([max(0, at - 1), min(len(row) - 1, at + 1)])]
    return letter


def transliterate(text: str) -> str:
    """Write Russian as in a chat without a Russian keyboard: `договор аренды` → `dogovor arendy`."""
    return "".join(_LATIN.get(letter, letter) for letter in text.lower())
