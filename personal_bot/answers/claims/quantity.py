"""A number with its unit."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from personal_bot.answers.claims.units import NO_UNIT, Unit

_NEAR = Decimal("0.1")  # what "about" may be away from, and what may be rounded off
_LEAST_BOUND = 100  # "more than 5" is a limit, "more than 1,500" is rounded


class Bound(StrEnum):
    """How a number is qualified."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"


class Quantity(NamedTuple):
    """A number at `text[start:end]`, with its unit; `values` are its readings.

    `parts` are the numbers that it consists of if it is no single number, `code` its letters and
    digits if it is a code, and `literal` a time (`10:30`) or a number of several levels (`5.2.1`).
    `step` is the value of the last digit that is shown.
    """

    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    unit: Unit = NO_UNIT
    scale: Decimal = Decimal(1)
    step: Decimal = Decimal(1)
    parts: tuple[Decimal, ...] = ()
    code: str = ""
    literal: str = ""
    bound: Bound = Bound.EXACT
    is_ordinal: bool = False
    is_word: bool = False

    @property
    def is_year(self) -> bool:
        return (
            self.unit == NO_UNIT
            and self.end - self.start == 4
            and any(1900 <= value <= 2100 for value in self.values)
        )

    @property
    def reach(self) -> tuple[Decimal, Decimal] | None:
        """The least and greatest number that this may be said for, in the smallest unit.

        A number of thousands or millions and one with a decimal are rounded as they are written.
        """
        if not self.values:
            return None
        value = self.base_values[0]
        step = self.step * self.unit.factor
        match self.bound:
            case Bound.OVER if value >= _LEAST_BOUND:
                return value, value * 2
            case Bound.UNDER:
                return value * (1 - _NEAR), value
            case Bound.ABOUT:
                away = min(_find_last_digit(value), value * _NEAR)
                return value - away, value + away
        if (self.scale > 1 or self.step < 1) and step <= value * _NEAR:
            return value - step / 2, value + step / 2
        return None

    @property
    def base_values(self) -> tuple[Decimal, ...]:
        """The values in the smallest unit of the family: 24 for two years."""
        return tuple(value * self.unit.factor for value in self.values)


def _find_last_digit(value: Decimal) -> Decimal:
    """Return the value of the last digit that is not zero: 100 for 1,600."""
    return Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
