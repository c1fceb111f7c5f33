"""Durations and dates that follow from other dates."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from personal_bot.answers.claims.dates import Date
from personal_bot.answers.claims.quantity import Quantity
from personal_bot.answers.claims.units import MONTHS, SECONDS

_FEW = 8


def lasts(quantity: Quantity, dates: Sequence[Date]) -> bool:
    """Tell whether a duration is the time between two dates, or the age of years."""
    days = [found for one in dates[:_FEW] for found in _make_dates(one)]
    for value in quantity.base_values:
        for one in days:
            for other in days:
                if other <= one:
                    continue
                if (
                    quantity.unit.family == SECONDS
                    and abs((other - one).days - value / 86_400) <= 1
                ):
                    return True
                months = (other.year - one.year) * 12 + other.month - one.month
                if quantity.unit.family == MONTHS and abs(months - value) <= (
                    1 if other.day != one.day else 0
                ):
                    return True
    return False


def is_reached(found: Date, dates: Sequence[Date], quantities: Sequence[Quantity]) -> bool:
    """Tell whether a date is so much time before or after another one."""
    targets = _make_dates(found)
    spans = [one for one in quantities if one.unit.family in {MONTHS, SECONDS}]
    for one in (day for known in dates[:_FEW] for day in _make_dates(known)):
        for span in spans[:_FEW]:
            for value in span.base_values:
                for sign in (1, -1):
                    reached = _move(one, span.unit.family, sign * value)
                    if reached and any(abs((reached - day).days) <= 1 for day in targets):
                        return True
    return False


def _make_dates(found: Date) -> list[date]:
    days = []
    for year, month, day in found.readings:
        if year and month:
            last = calendar.monthrange(year, month)[1]
            days.append(date(year, month, min(day or 1, last)))
    return days


def _move(day: date, family: str, amount: Decimal) -> date | None:
    try:
        if family == SECONDS:
            return day + timedelta(seconds=int(amount))
        months = day.year * 12 + day.month - 1 + int(amount)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (ValueError, OverflowError, InvalidOperation, calendar.IllegalMonthError):
        return None
