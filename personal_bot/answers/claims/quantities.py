"""Finds numbers in a text, with their units: `1 577`, `1,577.50 EUR`, `12,5 %`, `three years`.

A number that can be read in two ways, such as `1.577`, has two values.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from personal_bot.answers.claims.folding import squeeze
from personal_bot.answers.claims.quantity import Bound, Quantity
from personal_bot.answers.claims.units import (
    MONTHS,
    NO_UNIT,
    Unit,
    find_scale,
    find_unit,
    read_word,
)

_LONGEST = 25  # digits of a number; anything longer is a code
_REACH = 40  # characters around a number that may belong to it
_CURRENCY = 8  # characters of a currency before a number, with those before it
_QUALIFIED = 24  # characters before a number that may qualify it

_NUMBER = re.compile(
    r"(?<![0-9])(?<![0-9][.,:])"
    r"(?:[1-9][0-9]{0,2}(?P<group>[ '])[0-9]{3}(?:(?P=group)[0-9]{3})*(?![0-9])(?:[.,][0-9]{1,6})?"
    r"|[0-9]+(?:[.,:][0-9]+)*)(?![0-9])"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*(?:[.,]([0-9]+))?")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_WORD = re.compile(r"(?<!\w)[^\W\d_]{3,14}(?!\w)")
_BELONGS = re.compile(r"[\w/-]")
_LEFT = re.compile(r"[\w/-]*\Z")
_RIGHT = re.compile(rf"[\w/-]{{0,{_REACH}}}")
_RANGE = re.compile(r"-?[0-9.,: ']+-[0-9.,: ']+")
_SEASON = re.compile(r"(?:19|20)[0-9]{2}[-/][0-9]{2}")
_NUMBERED = re.compile(r"[^\W\d_]{3,}-[0-9]+")  # mid-18th, oxygen-18
_DECADE = re.compile(r"s(?!\w)")
_ORDINAL_SUFFIX = re.compile(
    r"(?:st|nd|rd|th|-?(?:й|го)|-(?:я|е|му|м|ом|ая|ое|ый|ой|ю|х|ти|ми|и))(?![^\W_])"
)
_TAIL = re.compile(
    r"[ -]{0,4}\)?(?: ?\([^()0-9]{1,40}\))? {0,2}([%€$£₽¥₸₴°]|[^\W\d_]{1,14}(?!\w))\.?"
)
_ADJECTIVE = re.compile(
    r"(?:рабоч|календарн|банковск|полн|business|working|calendar|full|whole|consecutive)"
)
_CURRENCY_BEFORE = re.compile(
    r"(?<![0-9] )(?<![0-9])"
    r"(us\$|[€$£₽¥₸₴]|(?<![^\W_])(?:eur|usd|rub|gbp|chf|jpy|cny|kzt|uah|руб)\.?) {0,2}\Z"
)
_ABOUT_WORDS = """
about around approximately approx approx. roughly circa ca ca.
около примерно приблизительно порядка ок. прибл.
"""
_ABOUT = frozenset(_ABOUT_WORDS.split())
_UNDER = frozenset({"nearly", "almost", "under", "почти"})
_OVER = frozenset({"than", "over", "above", "более", "больше", "свыше", "выше"})
_SIGNS_BEFORE = " €$£₽¥"
_LIMIT = re.compile(r"(?<![^\W_])(?:(?:not?|не) [^\W\d_]+(?: than)?|less than|fewer than)\Z")
_COMPOUND = re.compile(
    r"(?<![^\W_])(дву|тр[еи]|четыре|пяти|шести|семи|восьми|девяти|десяти|двенадцати)х?"
    r"(летн|годичн|месячн|недельн|дневн|суточн|часов|минутн)[^\W\d_]{1,4}(?![^\W_])"
)
_COMPOUND_NUMBERS = {
    "дву": 2, "тре": 3, "три": 3, "четыре": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8,
    "девяти": 9, "десяти": 10, "двенадцати": 12,
}  # fmt: skip
_COMPOUND_UNITS = {
    "летн": "год", "годичн": "год", "месячн": "месяц", "недельн": "недели", "дневн": "день",
    "суточн": "день", "часов": "час", "минутн": "минута",
}  # fmt: skip
_HALF = re.compile(r"(?<![^\W_])(?:пол(?:у)?год(?:а|ия|ие|ию)|half a year|half-year)(?![^\W_])")


def find_quantities(folded: str) -> Iterator[Quantity]:
    """Find the numbers in a folded text from which dates have been blanked; words come last."""
    behind = 0
    for match in _NUMBER.finditer(folded):
        if match.start() < behind:
            continue
        quantity = _read_code(folded, match) or _read_number(folded, match)
        behind = quantity.end if quantity.code else match.end()
        yield quantity
    for match in _WORD.finditer(folded):
        spelled = read_word(match[0])
        if spelled is None:
            continue
        number, is_ordinal = spelled
        found = Quantity(*match.span(), (Decimal(number),), is_ordinal=is_ordinal, is_word=True)
        yield found if is_ordinal else _add_unit(folded, found)
    for match in _COMPOUND.finditer(folded):
        number = _COMPOUND_NUMBERS[match[1]]
        unit = find_unit(_COMPOUND_UNITS[match[2]]) or NO_UNIT
        yield Quantity(*match.span(), (Decimal(number),), unit, is_word=True)
    for match in _HALF.finditer(folded):
        yield Quantity(*match.span(), (Decimal(6),), Unit(MONTHS), is_word=True)


def _read_code(folded: str, match: re.Match[str]) -> Quantity | None:
    """Return the code that a number is part of, such as `AB-12/5`, but not `5-7` or `24-month`."""
    start, end = match.span()
    if not _BELONGS.fullmatch(folded[max(0, start - 1) : start]) and not _BELONGS.fullmatch(
        folded[end : end + 1]
    ):
        return None
    before = _LEFT.search(folded[max(0, start - _REACH) : start])
    after = _RIGHT.match(folded, end)
    left = before[0].lstrip("-/") if before else ""
    right = after[0].rstrip("-/_") if after else ""
    if not left.strip("-/_") and (not right or _is_suffix(right)):
        return None
    chunk = left + match[0] + right
    if any(known.fullmatch(chunk) for known in (_RANGE, _SEASON)) or (
        _NUMBERED.fullmatch(left + match[0]) and (not right or _is_suffix(right))
    ):
        return None
    if (unit := find_unit(left)) and unit.is_currency:  # EUR950
        return None
    numbers = tuple(Decimal(number) for number in re.findall(r"[0-9]{1,25}", chunk))
    code = squeeze(chunk)
    return Quantity(start - len(left), end + len(right), parts=numbers, code=code)


def _is_suffix(right: str) -> bool:
    word = right.strip("-")
    return bool(
        (right.isalpha() and (find_unit(right) or find_scale(right)))
        or _ORDINAL_SUFFIX.fullmatch(right)
        or (right[0] == "-" and len(word) > 1 and word.replace("-", "").isalpha())
    )


def _read_number(folded: str, match: re.Match[str]) -> Quantity:
    found = _read(match)
    suffix = _ORDINAL_SUFFIX.match(folded, match.end())
    if suffix is None and match[0].endswith("0"):
        suffix = _DECADE.match(folded, match.end())
    if suffix:
        return found._replace(end=suffix.end(), is_ordinal=True)
    before = folded[max(0, match.start() - _QUALIFIED) : match.start()]
    if _SEASON.fullmatch(before[-5:] + match[0]):
        century = Decimal(before[-5:-3]) * 100
        return found._replace(values=(*found.values, century + found.values[0]))
    found = found._replace(bound=_read_bound(before)) if found.values else found
    return _add_unit(folded, found, _CURRENCY_BEFORE.search(before[-_CURRENCY:]))


def _read_bound(before: str) -> Bound:
    before = before.rstrip(_SIGNS_BEFORE)
    word = before.rpartition(" ")[2].lstrip("(")
    if word in _ABOUT or before[-1:] in {"~", "≈"}:
        return Bound.ABOUT
    if word in _UNDER:
        return Bound.UNDER
    if word in _OVER and not _LIMIT.search(before):
        return Bound.OVER
    return Bound.EXACT


def _read(match: re.Match[str]) -> Quantity:
    token, (start, end) = match[0], match.span()
    if len(token) > _LONGEST:
        return Quantity(start, end, code=squeeze(token))
    if token.isdecimal():
        return Quantity(start, end, (Decimal(token),))
    parts = tuple(Decimal(part) for part in re.split(r"[., ':]", token))
    decimal = Decimal(token.replace(",", ".")) if _DECIMAL.fullmatch(token) else None
    if grouped := _GROUPED.fullmatch(token):
        whole, fraction = token, grouped[2] or ""
        if fraction:
            whole = token[: -len(fraction) - 1]
        number = Decimal(re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else ""))
        values = (number,) if decimal is None else (number, decimal)
        parts = () if grouped[1] in ".'" or fraction else parts
        return Quantity(start, end, values, step=Decimal(1).scaleb(-len(fraction)), parts=parts)
    if decimal is not None:
        step = Decimal(1).scaleb(-len(re.split("[.,]", token)[1]))
        return Quantity(start, end, (decimal,), step=step, parts=parts if "," in token else ())
    if "," in token:
        return Quantity(start, end, parts=parts)
    return Quantity(start, end, literal=token)


def _add_unit(folded: str, found: Quantity, currency: re.Match[str] | None = None) -> Quantity:
    """Read the words behind a number: `тыс. руб.`, `business days`."""
    unit = find_unit(currency[1].rstrip(".")) if currency else None
    position, end, scale = found.end, found.end, Decimal(1)
    for _ in range(3):
        match = _TAIL.match(folded, position)
        if not match:
            break
        word, position = match[1], match.end()
        multiple = find_scale(word)
        if (
            multiple
            and scale == 1
            and (len(word) > 1 or currency or match.start() == match.start(1))
        ):
            scale, end = multiple, match.end(1)
        elif other := find_unit(word):
            if unit is None or other.is_currency:
                unit, end = other, match.end(1)
            break
        elif not _ADJECTIVE.match(word):
            break
    unit = unit or NO_UNIT
    is_year = found.end - found.start == 4 and scale == 1 and _is_year(found.values)
    if is_year and (unit == Unit(MONTHS, Decimal(12)) or unit.family == "gram"):
        return found  # `2024 год`, `2024 г.`
    return found._replace(
        start=found.start if not currency else found.start - len(currency[0]),
        end=end,
        values=tuple(value * scale for value in found.values),
        unit=unit,
        scale=scale,
        step=found.step * scale,
    )


def _is_year(values: tuple[Decimal, ...]) -> bool:
    return any(1900 <= value <= 2100 for value in values)
