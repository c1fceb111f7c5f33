"""Words beside a number: units, currencies, thousands and millions, and numbers spelled out.

A unit is a family with a factor, so that 24 months are 2 years. What is no unit here, as in `3
rooms`, does not matter for the comparison of two numbers.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit of measurement: so many units of its family, e.g. a year is 12 of months."""

    family: str = ""
    factor: Decimal = Decimal(1)
    is_currency: bool = False


NO_UNIT = Unit()
PERCENT = "%"
MONTHS, SECONDS = "months", "seconds"
_DAY = 86_400

_CURRENCIES = {
    "EUR": r"€|eur|euros?|евро",
    "USD": r"(?:us)?\$|usd|dollars?|долл(?:\.|ар\w{0,3})?",
    "RUB": r"₽|rub|rur|ru?bles?|руб(?:\.|л\w{1,3})?|р\.?",
    "GBP": r"£|gbp|pounds?|фунт\w{0,3}",
    "JPY": r"¥|jpy|yen|иен\w?",
    "CNY": r"cny|yuan|юан\w{1,3}",
    "CHF": r"chf|francs?|франк\w{0,3}",
    "KZT": r"₸|kzt|тенге",
    "UAH": r"₴|uah|гривн?\w{0,3}|грн",
}
_UNITS = {
    PERCENT: {1: r"%|per ?cent|pct|процент\w{0,3}"},
    MONTHS: {
        1: r"months?|месяц\w{0,3}|мес",
        120: r"decades?|десятилети\w{1,2}",
        12: r"years?|yrs?|лет|год(?:а|у|ом|ы|ов|ам|ах)?",
    },
    SECONDS: {
        1: r"s|secs?|seconds?|секунд\w{0,2}|сек",
        60: r"mins?|minutes?|минут\w{0,2}|мин",
        3600: r"h|hrs?|hours?|час(?:а|ов|у|ам|ах)?|ч",
        _DAY: r"days?|день|дн(?:я|ей|ю|и|ям|ях)|сут(?:ки|ок)",
        7 * _DAY: r"weeks?|недел\w{1,3}",
    },
    "gram": {
        1: r"g|grams?|г|гр|грамм\w{0,2}",
        1000: r"kg|kilos?|kilograms?|кг|килограмм\w{0,2}",
        1_000_000: r"t|tons?|tonnes?|т|тонн\w{0,2}",
    },
    "millimetre": {
        1: r"mm|мм|millimet(?:re|er)s?|миллиметр\w{0,2}",
        10: r"cm|см|centimet(?:re|er)s?|сантиметр\w{0,2}",
        1000: r"m|м|met(?:re|er)s?|метр\w{0,2}",
        1_000_000: r"km|км|kilomet(?:re|er)s?|километр\w{0,2}",
    },
    "millilitre": {
        1: r"ml|мл|millilit(?:re|er)s?|миллилитр\w{0,2}",
        1000: r"l|л|lit(?:re|er)s?|литр\w{0,2}",
    },
    "degree": {1: r"°c?|degrees?|градус\w{0,3}"},
    "decibel": {1: r"db|дб|decibels?|децибел\w{0,2}"},
    "kopeck": {1: r"cents?|коп|копе\w{1,3}|цент\w{0,2}"},
}
_SCALES = {
    1_000: r"k|thousand|тыс|тысяч\w{0,3}",
    1_000_000: r"m|mn|mln|mio|million|млн|миллион\w{0,3}",
    1_000_000_000: r"bn|bln|billion|млрд|миллиард\w{0,3}",
}
_WORDS = {
    1: r"one|один|одного|одной|одну|одна|одно",
    2: r"two|два|две|двух|двум|двумя",
    3: r"three|три|трех|трем|тремя",
    4: r"four|четыре|четырех|четырем|четырьмя",
    5: r"five|пят(?:ь|и|ью)",
    6: r"six|шест(?:ь|и|ью)",
    7: r"seven|сем(?:ь|и|ью)",
    8: r"eight|вос(?:емь|ьми|емью)",
    9: r"nine|девят(?:ь|и|ью)",
    10: r"ten|десят(?:ь|и|ью)",
    11: r"eleven|одиннадцат(?:ь|и|ью)",
    12: r"twelve|двенадцат(?:ь|и|ью)",
    14: r"fourteen|четырнадцат(?:ь|и|ью)",
    15: r"fifteen|пятнадцат(?:ь|и|ью)",
    18: r"eighteen|восемнадцат(?:ь|и|ью)",
    20: r"twenty|двадцат(?:ь|и|ью)",
    30: r"thirty|тридцат(?:ь|и|ью)",
    40: r"forty|сорок(?:а)?",
    50: r"fifty|пятьдесят|пятидесяти",
    60: r"sixty|шестьдесят|шестидесяти",
    90: r"ninety|девяност[оа]",
}
_ORDINALS = {
    1: r"first|перв\w{2,3}",
    2: r"second|втор(?:ой|ая|ое|ого|ом|ую|ые|ых)",
    3: r"third|трет(?:ий|ья|ье|ьего|ьем|ью|ьи|ьих)",
    4: r"fourth|четверт(?:ый|ая|ое|ого|ом|ую|ые|ых)",
    5: r"fifth|пят(?:ый|ая|ое|ого|ом|ую|ые|ых)",
    6: r"sixth|шест(?:ой|ая|ое|ого|ом|ую|ые|ых)",
    7: r"seventh|седьм\w{2,3}",
    8: r"eighth|восьм(?:ой|ая|ое|ого|ом|ую|ые|ых)",
    9: r"ninth|девят(?:ый|ая|ое|ого|ом|ую|ые|ых)",
    10: r"tenth|десят(?:ый|ая|ое|ого|ом|ую|ые|ых)",
}


def _compile(words: str) -> re.Pattern[str]:
    return re.compile(f"(?:{words})")


_CURRENCY_PATTERNS = [
    (Unit(name, is_currency=True), _compile(words)) for name, words in _CURRENCIES.items()
]
_UNIT_PATTERNS = [
    (Unit(family, Decimal(factor)), _compile(words))
    for family, sizes in _UNITS.items()
    for factor, words in sizes.items()
]
_SCALE_PATTERNS = [(Decimal(scale), _compile(words)) for scale, words in _SCALES.items()]
_ANY_WORD = _compile("|".join([*_WORDS.values(), *_ORDINALS.values()]))
_WORD_PATTERNS = [(number, _compile(words)) for number, words in _WORDS.items()]
_ORDINAL_PATTERNS = [(number, _compile(words)) for number, words in _ORDINALS.items()]


@lru_cache(maxsize=4_096)
def find_unit(word: str) -> Unit | None:
    """Return the unit or currency that a word in lower case stands for."""
    for unit, pattern in (*_CURRENCY_PATTERNS, *_UNIT_PATTERNS):
        if pattern.fullmatch(word):
            return unit
    return None


@lru_cache(maxsize=1_024)
def find_scale(word: str) -> Decimal | None:
    """Return what `thousand`, `млн` etc. stand for."""
    return next((scale for scale, pattern in _SCALE_PATTERNS if pattern.fullmatch(word)), None)


@lru_cache(maxsize=8_192)
def read_word(word: str) -> tuple[int, bool] | None:
    """Return the number that a word spells out, and whether it is an ordinal."""
    if not _ANY_WORD.fullmatch(word):
        return None
    for patterns, is_ordinal in ((_WORD_PATTERNS, False), (_ORDINAL_PATTERNS, True)):
        for number, pattern in patterns:
            if pattern.fullmatch(word):
                return number, is_ordinal
    return None


def is_measured(unit: Unit) -> bool:
    """Tell whether a number with this unit says how much, so that even a number word counts."""
    return unit.is_currency or unit.family in {MONTHS, SECONDS, PERCENT}
