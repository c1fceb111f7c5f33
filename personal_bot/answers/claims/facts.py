"""What an answer says that can be looked up: numbers, dates, names and quoted words."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from personal_bot.answers.claims.dates import Date, find_dates
from personal_bot.answers.claims.folding import blank, fold, squeeze
from personal_bot.answers.claims.names import Name, capitalizes_nouns, find_names, list_bases
from personal_bot.answers.claims.quantities import find_quantities
from personal_bot.answers.claims.quantity import Quantity
from personal_bot.answers.claims.quotations import Quotation, find_quotations
from personal_bot.answers.claims.splitting import Claim
from personal_bot.answers.claims.units import is_measured
from personal_bot.answers.claims.unsupported import Kind

Fact = Date | Quantity | Name | Quotation
_Some = TypeVar("_Some", Date, Quantity)

# Where something stands, and not what: the model knows it from outside of the passages' text.
_PLACE = re.compile(
    r"(?<![^\W_])(?:pages?|pp?\.|sheets?|rows?|lines?|slides?|passages?|sources?|documents?|"
    r"страниц\w*|стр\.|с\.|листе?|строк\w*|слайд\w*|фрагмент\w*|источник\w*|документ\w*)"
    r" ?(?:№ ?)?[0-9]+(?:(?: ?[-,] ?| and | и )[0-9]+)*"
)
_SHORT_CODE = 3  # characters


def find_facts(text: str, claims: Sequence[Claim], codes: Sequence[Quotation]) -> list[list[Fact]]:
    """Return the facts of each claim in a text; of two that overlap, the first and longest.

    Citations, `codes`, marks of emphasis and numbers of list items have been blanked in the text.
    """
    facts = sorted([*codes, *_list_facts(text, claims)], key=lambda fact: (fact.start, -fact.end))
    found = []
    cursor, behind = 0, 0
    for claim in claims:
        own: list[Fact] = []
        while cursor < len(facts) and facts[cursor].start < claim.end:
            fact = facts[cursor]
            cursor += 1
            if fact.start >= max(claim.start, behind):
                own.append(fact)
                behind = fact.end
        found.append(own)
    return found


def _list_facts(text: str, claims: Sequence[Claim]) -> Iterator[Fact]:
    folded = fold(text)
    yield from find_quotations(text)
    dates = list(find_dates(text, folded))
    yield from dates
    places = [match.span() for match in _PLACE.finditer(folded)]
    hidden = sorted([*((date.start, date.end) for date in dates), *places])
    for quantity in find_quantities(blank(folded, hidden)):
        if not _is_trivial(quantity):
            yield quantity
    if not capitalizes_nouns(folded):
        for claim in claims:
            yield from find_names(text, claim.start, claim.end)


def name_kind(fact: Fact) -> Kind:
    match fact:
        case Date():
            return Kind.DATE
        case Name():
            return Kind.NAME
        case Quotation():
            return Kind.QUOTE
        case Quantity():
            if fact.is_year:
                return Kind.DATE
            return Kind.AMOUNT if fact.unit.is_currency else Kind.NUMBER


def only(kind: type[_Some], facts: Sequence[Fact]) -> list[_Some]:
    return [fact for fact in facts if isinstance(fact, kind)]


def list_keys(fact: Fact) -> list[object]:
    """Return what is the same in two spellings of a fact."""
    match fact:
        case Date():
            return list(fact.readings)
        case Name():
            return list(list_bases(fold(fact.text)))
        case Quotation():
            return [squeeze(fold(fact.text))]
        case Quantity():
            values = [(fact.unit.family, value) for value in fact.base_values]
            return [*values, *filter(None, [fact.code, fact.literal])]


def _is_trivial(quantity: Quantity) -> bool:
    """Tell whether a number says nothing: `one of them`, `2 ×`, `A4`, `m2`."""
    if quantity.code:
        return len(quantity.code) <= _SHORT_CODE and sum(map(str.isdecimal, quantity.code)) == 1
    if quantity.is_word:
        return quantity.is_ordinal or 1 in quantity.values or not is_measured(quantity.unit)
    return not quantity.unit.family and quantity.values in {(Decimal(0),), (Decimal(1),)}
