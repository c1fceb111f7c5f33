"""Other spellings of words that no document has: one slip away, or in Cyrillic letters."""

import re
from collections.abc import Iterator
from itertools import combinations, product

SHORTEST = 5  # letters of a word that may have a slip; shorter words are too like others
LONGEST = 24
_SPELLINGS = 48  # of one word in Cyrillic letters
_GROUP = 4  # letters, at most, that stand for one Cyrillic one

_WORD = re.compile(r"[^\W\d_]+")
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя")
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")

# The usual Cyrillic letters of Latin ones, the most frequent first.
_CYRILLIC = {
    latin: tuple(letters.split("|"))
    for latin, letters in re.findall(
        r"(\w+)=(\S+)",
        "shch=щ sch=щ|сч zh=ж kh=х ch=ч sh=ш ts=ц|тс tz=ц yu=ю ju=ю iu=ю|иу ya=я ja=я ia=я|иа "
        "yo=е jo=е ye=е je=е a=а b=б c=ц|к d=д e=е|э f=ф g=г h=х i=и|й j=й|ж k=к l=л m=м n=н o=о "
        "p=п q=к r=р s=с t=т u=у v=в w=в|ш x=х|кс y=ы|й z=з|ж",
    )
}
_AFTER_VOWEL = {"y": ("й", "ы")}


def list_words(folded: str) -> list[str]:
    """Return the words of a folded text that consist of letters only, each once."""
    return [*dict.fromkeys(_WORD.findall(folded))]


def list_slips(word: str) -> set[str]:
    """Return the words that become `word` by one slip: a letter more, less, other, or two swapped.

    Only words of `SHORTEST` to `LONGEST` letters of one alphabet have any; about 70 a letter.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    for alphabet in _ALPHABETS:
        if all(letter in alphabet for letter in word):
            return {*_change(word, alphabet)} - {word}
    return set()


def _change(word: str, alphabet: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        left, right = word[:at], word[at:]
        yield from (f"{left}{letter}{right}" for letter in alphabet)
        if right:
            yield left + right[1:]
            yield from (f"{left}{letter}{right[1:]}" for letter in alphabet)
        if len(right) > 1:
            yield f"{left}{right[1]}{right[0]}{right[2:]}"


def to_cyrillic(word: str) -> str:
    """Return the likeliest Cyrillic spelling: `dogovor` → `договор`."""
    return "".join(options[0] for options in _read_letters(word))


def list_cyrillic(word: str) -> list[str]:
    """Return Cyrillic spellings of a word in Latin letters, also with a sign that they leave out.

    Empty if the word has other letters or is too long.
    """
    letters = [*_read_letters(word)] if len(word) <= LONGEST and word.isascii() else []
    if not letters:
        return []
    unsure = [at for at, options in enumerate(letters) if len(options) > 1]
    spellings = []
    for changed in range(len(unsure) + 1):
        for places in combinations(unsure, changed):
            for chosen in product(*(letters[at][1:] for at in places)):
                picked = dict(zip(places, chosen, strict=True))
                spellings.append("".join(picked.get(at, one[0]) for at, one in enumerate(letters)))
                if len(spellings) == _SPELLINGS:
                    return [*spellings, *_soften(spellings[0])]
    return [*spellings, *_soften(spellings[0])]


def _read_letters(word: str) -> Iterator[tuple[str, ...]]:
    """Yield what each letter or group of letters can stand for."""
    at, before = 0, ""
    while at < len(word):
        for length in range(_GROUP, 0, -1):
            latin = word[at : at + length]
            if latin in _CYRILLIC:
                break
        options = _CYRILLIC.get(latin, (latin,))
        if before not in _CONSONANTS:
            options = _AFTER_VOWEL.get(latin, options)
        yield options
        before = options[0][-1]
        at += len(latin)


def _soften(word: str) -> list[str]:
    """Insert a sign that Latin letters often leave out: `должност` → `дольжност`, `должность`."""
    return [
        f"{word[: at + 1]}{sign}{word[at + 1 :]}"
        for at, letter in enumerate(word)
        if letter in _CONSONANTS
        for sign in "ьъ"
    ]
