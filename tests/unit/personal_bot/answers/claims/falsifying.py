"""Makes wrong answers of right ones: each marked fact is replaced by another of its kind."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKED = re.compile(r"\{([nadpq]):(.*?)\}")
_MONTHS = """
January February March April May June July August September October November December
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре
"""
_NUMBER_WORDS = """
two three four five six seven eight nine ten eleven twelve
два три четыре пять шесть семь восемь девять десять
"""
_NAMES = """
Thornbury Castellan Vanderkamp Abernathy Rosalind Gunnarsson Dunedin Marrakesh Quimby
Воробьёв Щербаков Кузнецовой Ярославле Мельникову Тихоновым Оренбург Захарченко
"""
_WORDS = """
gravel promptly velvet orally nineteen harvest
устно гравий немедленно бархат урожай впредь
"""


@dataclass(frozen=True)
class Falsified:
    answer: str
    kind: str
    right: str
    wrong: str
    start: int


def reveal(marked: str) -> str:
    """Return the right answer, without the marks."""
    return MARKED.sub(r"\2", marked)


def falsify(marked: str, seed: int) -> Iterator[Falsified]:
    """Yield an answer for each marked fact, in which this fact is wrong."""
    chance = random.Random(f"{seed} {marked}")
    for match in MARKED.finditer(marked):
        kind, right = match.groups()
        wrong = _CHANGES[kind](right, chance)
        before = reveal(marked[: match.start()])
        yield Falsified(
            before + wrong + reveal(marked[match.end() :]), kind, right, wrong, len(before)
        )


def _change_number(text: str, chance: random.Random) -> str:
    digits = [match.start() for match in re.finditer(r"[0-9]", text)]
    if not digits:
        return _change_word(text, _NUMBER_WORDS, chance)
    position = chance.choice(digits)
    low = 1 if position == digits[0] else 0
    others = [str(digit) for digit in range(low, 10) if str(digit) != text[position]]
    return text[:position] + chance.choice(others) + text[position + 1 :]


def _change_date(text: str, chance: random.Random) -> str:
    if chance.random() < 0.4:
        changed = _change_word(text, _MONTHS, chance)
        if changed != text:
            return changed
    numbers = list(re.finditer(r"[0-9]+", text))
    if not numbers:
        return _change_word(text, _MONTHS, chance)
    number = chance.choice(numbers)
    if len(number[0]) == 4:
        other = str(int(number[0]) + chance.choice([-3, -2, -1, 1, 2, 3]))
    else:
        most = 12 if "." in text else 28
        choices = [n for n in range(1, most + 1) if n != int(number[0])]
        other = str(chance.choice(choices)).rjust(len(number[0]), "0")
    return text[: number.start()] + other + text[number.end() :]


def _change_word(text: str, lists: str, chance: random.Random) -> str:
    for words in map(str.split, lists.splitlines()):
        for word in words:
            pattern = rf"(?<!\w){word}(?!\w)"
            if re.search(pattern, text):
                other = chance.choice([one for one in words if one != word])
                return re.sub(pattern, other, text, count=1)
    return text


def _change_name(text: str, chance: random.Random) -> str:
    return chance.choice(_choose_list(_NAMES, text))


def _change_quote(text: str, chance: random.Random) -> str:
    word = chance.choice(list(re.finditer(r"[^\W_]+", text)))
    if word[0].isdecimal():
        other = _change_number(word[0], chance)
    else:
        other = chance.choice(_choose_list(_WORDS, word[0]))
    return text[: word.start()] + other + text[word.end() :]


def _choose_list(lists: str, text: str) -> list[str]:
    """Return the first list for a text in Latin letters, the second for one in Cyrillic."""
    latin, cyrillic = lists.strip().splitlines()
    return (cyrillic if re.search(r"[а-яё]", text.lower()) else latin).split()


_CHANGES = {
    "n": _change_number,
    "a": _change_number,
    "d": _change_date,
    "p": _change_name,
    "q": _change_quote,
}
