"""What a text says that an answer may rely on: its numbers, dates, names and words."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from personal_bot.answers.claims.dates import Date, Reading, find_dates
from personal_bot.answers.claims.folding import blank, flatten, fold, squeeze
from personal_bot.answers.claims.names import Name, is_cyrillic, list_bases, read_roman
from personal_bot.answers.claims.quantities import find_quantities
from personal_bot.answers.claims.quantity import Quantity
from personal_bot.answers.claims.quotations import Quotation, Wording
from personal_bot.answers.claims.units import Unit, find_scale, find_unit

_PHONE = 10  # digits without a country code
_LEAST_CODE = 4  # characters that cannot be there by chance
_LEAST_PART = 100  # of a code, that it may be known by


class Grounds:
    """What one or several texts say."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = flatten("\n".join(texts))

    @cached_property
    def folded(self) -> str:
        return fold(self._text)

    @cached_property
    def is_cyrillic(self) -> bool:
        return is_cyrillic(self.folded)

    @cached_property
    def wording(self) -> Wording:
        return Wording.of(self.folded)

    @cached_property
    def bases(self) -> frozenset[str]:
        return frozenset().union(*map(list_bases, self._words))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.wording.words.split())

    @cached_property
    def _initials(self) -> str:
        return "".join(word[0] for word in self.wording.words.split() if len(word) > 2)

    @cached_property
    def dates(self) -> list[Date]:
        return list(find_dates(self._text, self.folded, abbreviated=True))

    @cached_property
    def _readings(self) -> frozenset[Reading]:
        """The dates with all parts that they may be said without."""
        return frozenset(
            part
            for date in self.dates
            for year, month, day in date.readings
            for part in (
                (year, month, day), (year, month, None), (None, month, day), (None, month, None)
            )
        )  # fmt: skip

    @cached_property
    def _yearless(self) -> frozenset[Reading]:
        return frozenset(
            (None, month, part)
            for date in self.dates
            for year, month, day in date.readings
            if year is None
            for part in (day, None)
        )

    @cached_property
    def years(self) -> frozenset[int]:
        dated = {year for date in self.dates for year, _, _ in date.readings if year}
        return frozenset(dated.union(int(value) for value in self._raw if 1900 <= value <= 2100))

    @cached_property
    def quantities(self) -> list[Quantity]:
        spans = sorted((date.start, date.end) for date in self.dates)
        return list(find_quantities(blank(self.folded, spans)))

    @cached_property
    def _whole(self) -> frozenset[Decimal]:
        """All numbers, whatever their unit."""
        return frozenset(
            number
            for quantity in self.quantities
            for value in quantity.values
            for number in {value, value / quantity.scale}
        )

    @cached_property
    def _raw(self) -> frozenset[Decimal]:
        """All numbers, and the numbers that they may consist of."""
        parts = {
            part
            for quantity in self.quantities
            for part in quantity.parts
            if not quantity.code or part >= _LEAST_PART
        }
        levels = {
            Decimal(".".join(quantity.literal.split(".")[:count]))
            for quantity in self.quantities
            if "." in quantity.literal
            for count in (1, 2)
        }
        return self._whole | parts | levels

    @cached_property
    def _plain(self) -> frozenset[Decimal]:
        """Numbers without a unit, e.g. of a table whose header has the unit."""
        return frozenset(
            value
            for quantity in self.quantities
            if not quantity.unit.family and not quantity.is_ordinal and not quantity.is_word
            for value in quantity.values
        )

    @cached_property
    def _measured(self) -> frozenset[tuple[str, Decimal]]:
        return frozenset(
            (quantity.unit.family, value)
            for quantity in self.quantities
            if quantity.unit.family
            for value in quantity.base_values
        )

    @cached_property
    def _literals(self) -> frozenset[str]:
        return frozenset(quantity.literal for quantity in self.quantities if quantity.literal)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(quantity.code for quantity in self.quantities if quantity.code)

    @cached_property
    def _ordinals(self) -> frozenset[Decimal]:
        """Days of dates and Roman numerals."""
        days = {day for date in self.dates for _, _, day in date.readings if day is not None}
        return frozenset(map(Decimal, days.union(read_roman(self._text))))

    @cached_property
    def _sorted(self) -> dict[str, list[Decimal]]:
        found: dict[str, set[Decimal]] = {}
        for quantity in self.quantities:
            if not quantity.is_word:
                found.setdefault(quantity.unit.family, set()).update(quantity.base_values)
        return {family: sorted(values) for family, values in found.items()}

    @cached_property
    def _units(self) -> frozenset[tuple[str, Decimal]]:
        found = (find_unit(word) for word in self._words)
        return frozenset((unit.family, unit.factor) for unit in found if unit)

    @cached_property
    def _scales(self) -> frozenset[Decimal]:
        return frozenset(scale for word in self._words if (scale := find_scale(word)))

    def says_date(self, date: Date, years: frozenset[int] = frozenset()) -> bool:
        """Tell whether this date, or a more precise one, stands there.

        `years` are those that a date without a year may belong to.
        """
        return any(
            reading in self._readings
            or (reading[0] in (self.years | years) and (None, *reading[1:]) in self._yearless)
            for reading in date.readings
        )

    def says_number(self, quantity: Quantity) -> bool:
        if quantity.literal and self._says_literal(quantity.literal):
            return True
        if quantity.code and self._says_code(quantity.code):
            return True
        if any(self._says_value(quantity, value) for value in quantity.values):
            return True
        if self._rounds(quantity):
            return True
        if not quantity.parts or quantity.unit.family or quantity.scale > 1:
            return False
        return (self._raw if quantity.code else self._whole).issuperset(quantity.parts)

    def says_digits(self, digits: str) -> bool:
        """Tell whether a phone or account number stands there, in groups of any length."""
        return digits[-max(_PHONE, len(digits) - 2) :] in self.wording.squeezed

    def says_name(self, name: Name) -> bool:
        word = fold(name.text)
        parts = [part for part in word.replace("'", "-").split("-") if len(part) > 1]
        if word in self._words or all(self.bases & list_bases(part) for part in parts):
            return True
        return name.text.isupper() and squeeze(word) in self._initials

    def says_words(self, quotation: Quotation) -> bool:
        return self.wording.says(quotation)

    def _says_code(self, code: str) -> bool:
        return code in self._codes or (len(code) >= _LEAST_CODE and code in self.wording.squeezed)

    def _says_literal(self, literal: str) -> bool:
        if literal in self._literals or literal.replace(":", ".") in self._literals:
            return True
        if any(known.startswith(f"{literal}.") for known in self._literals):
            return True
        hour, _, minutes = literal.partition(":")
        if not minutes.isdecimal():
            return False
        if Decimal(f"{hour}.{minutes}") in self._raw and minutes != "00":
            return True
        hours = {int(hour), int(hour) % 12, int(hour) + 12}
        if minutes == "00":
            return any(Decimal(number) in self._raw for number in hours)
        return any(f"{number}:{minutes}" in self._literals for number in hours)

    def _says_value(self, quantity: Quantity, value: Decimal) -> bool:
        unit = quantity.unit
        if not unit.family:
            if value in self._raw or (quantity.is_year and value in self.years):
                return True
            if quantity.is_ordinal and value in self._ordinals:
                return True
        elif self._says_measure(unit, value):
            return True
        # Thousands may stand in the header of a table, or only in the answer.
        return (quantity.scale > 1 and value / quantity.scale in self._plain) or any(
            value / scale in self._plain for scale in self._scales
        )

    def _says_measure(self, unit: Unit, value: Decimal) -> bool:
        measure = unit.family, value * unit.factor
        if measure in self._measured or value in self._plain:
            return True
        return not unit.is_currency and measure in self._units  # `12 months` for `a year`

    def _rounds(self, quantity: Quantity) -> bool:
        """Tell whether a number is rounded, or said to be near, to one that stands there."""
        if quantity.reach is None:
            return False
        low, high = quantity.reach
        families = {quantity.unit.family, ""} if quantity.unit.family else set(self._sorted)
        return any(
            bisect_left(known, low) < bisect_right(known, high)
            for family in families
            for known in [self._sorted.get(family, [])]
        )
