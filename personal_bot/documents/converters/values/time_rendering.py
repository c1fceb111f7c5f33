"""Renders dates, times and durations by the tokens of a number format, see `number_formats`."""

import datetime as dt
import locale as locales
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from personal_bot.documents.converters.tables.table import CellKind
from personal_bot.documents.converters.values.number_rendering import Token

_DAY: Final = 86_400  # seconds
_LAST_DAY: Final = 2_958_466  # after 9999-12-31
_DAYS_TO_1904: Final = 1_462
_LEAP_DAY: Final = 60  # 1900-02-29, which never was but counts as a day
_LONGEST: Final = 10**9  # days of a duration
_ENGLISH: Final = 0x409
_SHORT, _ABBREVIATED, _INITIAL = 2, 3, 5  # letters of a year, a month or a day in a format
_UNITS: Final = {"h": 3_600, "m": 60, "s": 1}


def show_time(
    value: float, tokens: Sequence[Token], locale: int, since_1904: bool
) -> tuple[str, CellKind] | None:
    """Return a number of days as a date, a time or a duration; None if it cannot be one."""
    units = _name_units(tokens)
    decimals = max(0, len(_find_decimals(tokens, units)) - 1)
    if any(kind == "elapsed" for kind, _ in tokens):
        if abs(value) >= _LONGEST:
            return None
        seconds = round(abs(value) * _DAY, decimals)
        text = _render(tokens, units, None, seconds, locale)
        sign = "-" if value < 0 and seconds else ""
        return _join(f"{sign}{text}", f"{sign}{_show_iso_duration(seconds)}"), CellKind.NUMBER
    if since_1904:
        value += _DAYS_TO_1904
    if not 0 <= value < _LAST_DAY:
        return None
    days, seconds = divmod(round(value * _DAY, decimals), _DAY)
    date = _read_date(int(days))
    text = _render(tokens, units, (*date, int(days)), seconds, locale)
    has_date = bool({"y", "month", "d"}.intersection(units))
    time = f"{_show_clock(seconds)}" if {"h", "minute"}.intersection(units) else ""
    if not has_date:
        is_halved = any(kind == "noon" for kind, _ in tokens)
        return (_join(text, time) if is_halved and time else text), CellKind.NUMBER
    year, month, day = date
    iso = f"{year}-{month:02}-{day:02}"
    if iso in text:  # whatever follows it is shown, too
        return text, CellKind.DATE
    return _join(text, f"{iso} {time}".strip()), CellKind.DATE


def count_days(moment: dt.datetime, *, since_1904: bool) -> float:
    """Return the number by which a spreadsheet stores a moment."""
    days = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)  # noqa: DTZ001 - as in cells
    return days - _DAYS_TO_1904 if since_1904 else days


def _join(shown: str, iso: str) -> str:
    shown = shown.strip()
    return shown if iso == shown else f"{shown} ({iso})"


def _read_date(days: int) -> tuple[int, int, int]:
    if days == _LEAP_DAY:
        return 1900, 2, 29
    if days == 0:
        return 1900, 1, 0
    day = dt.date(1899, 12, 30) + dt.timedelta(days + (days < _LEAP_DAY))
    return day.year, day.month, day.day


def _name_units(tokens: Sequence[Token]) -> list[str]:
    """Return the unit of each token: "y", "month", "d", "h", "minute", "s" or nothing.

    An m is a minute after an hour or before a second.
    """
    units = [
        ("y" if text[0] == "e" else text[0]) if kind in {"date", "elapsed"} else ""
        for kind, text in tokens
    ]
    times = [index for index, unit in enumerate(units) if unit]
    for position, index in enumerate(times):
        if units[index] == "m":
            before = units[times[position - 1]] if position else ""
            after = units[times[position + 1]] if position + 1 < len(times) else ""
            is_minute = before == "h" or after == "s" or tokens[index][0] == "elapsed"
            units[index] = "minute" if is_minute else "month"
    return units


def _render(
    tokens: Sequence[Token],
    units: Sequence[str],
    date: tuple[int, int, int, int] | None,
    seconds: float,
    locale: int,
) -> str:
    is_halved = any(kind == "noon" for kind, _ in tokens)
    parts: list[str] = []
    decimals = _find_decimals(tokens, units)
    for index, (kind, text) in enumerate(tokens):
        unit = units[index]
        if index in decimals:
            parts.append(f"{seconds % 1:.{len(decimals) - 1}f}"[1:] if text == "." else "")
        elif kind == "noon":
            parts.append("PM" if seconds % _DAY >= _DAY / 2 else "AM")
        elif not unit:
            parts.append(text)
        elif unit in {"y", "month", "d"}:
            parts.append(_show_date_part(unit, len(text), date, locale))
        elif unit in {"h", "minute", "s"}:
            length = _UNITS[unit[0]]
            count = int(seconds // length)
            if kind != "elapsed":
                count %= {"h": 12 if is_halved else 24}.get(unit, 60)
                count = count or (12 if is_halved and unit == "h" else 0)
            parts.append(f"{count:0{len(text) if kind == 'elapsed' else min(len(text), 2)}}")
    return "".join(parts)


def _find_decimals(tokens: Sequence[Token], units: Sequence[str]) -> range:
    """Return the indexes of the point and zeros that follow the seconds."""
    for index in range(len(tokens) - 2):
        if units[index] == "s" and tokens[index + 1] == ("mark", "."):
            end = index + 2
            while end < len(tokens) and tokens[end] == ("digit", "0"):
                end += 1
            return range(index + 1, end) if end > index + 2 else range(0)
    return range(0)


def _show_date_part(
    unit: str, length: int, date: tuple[int, int, int, int] | None, locale: int
) -> str:
    if date is None:  # of a duration
        return ""
    year, month, day, days = date
    if unit == "y":
        return str(year) if length > _SHORT else f"{year % 100:02}"
    if length <= _SHORT:
        return f"{month if unit == 'month' else day:0{length}}"
    is_long = length > _ABBREVIATED
    if unit == "month":
        name = _list_names(locale or _ENGLISH, unit, is_long)[month - 1]
        return name[:1] if length == _INITIAL else name
    return _list_names(locale or _ENGLISH, unit, is_long)[(days + 5) % 7]


@lru_cache(64)
def _list_names(locale: int, unit: str, is_long: bool) -> Sequence[str]:
    """Return the names of the months or, from Monday, of the weekdays in a Windows locale."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - takes a while

    try:
        found = Locale.parse(_name_locale(locale))
    except (UnknownLocaleError, ValueError):
        found = Locale("en")
    names = (found.months if unit == "month" else found.days)["format"]
    chosen = names["wide" if is_long else "abbreviated"]
    return [str(chosen[key]) for key in sorted(chosen)]


def _name_locale(locale: int) -> str:
    """Return the name of a Windows locale, or of the main one of its language."""
    language = locale & 0x3FF | 0x400
    names = locales.windows_locale
    return names.get(locale & 0xFFFF) or names.get(language) or "en_US"


def _show_clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def _show_iso_duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = f"{hours}H" if hours else ""
    parts += f"{minutes}M" if minutes else ""
    parts += f"{rest:g}S" if rest or not parts else ""
    return f"PT{parts}"
