"""Shows the values of cells in ODS as people see them: the stored text, or else the value."""

import datetime as dt
import math
import re
from typing import Final

from lxml import etree

from personal_bot.documents.converters.opendocument.names import OFFICE, TABLE
from personal_bot.documents.converters.tables.table import CellKind
from personal_bot.documents.converters.values.number_rendering import show_general

_KINDS: Final = {
    "float": CellKind.NUMBER,
    "percentage": CellKind.NUMBER,
    "currency": CellKind.NUMBER,
    "time": CellKind.NUMBER,
    "date": CellKind.DATE,
    "string": CellKind.TEXT,
    "boolean": CellKind.TEXT,
}
_TYPE: Final = f"{OFFICE}value-type"
_FORMULA: Final = f"{TABLE}formula"
_DURATION: Final = re.compile(r"-?PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d*)?S)?")
_HALVED: Final = re.compile(r"\b[ap]\.?m\b", re.IGNORECASE)
_PREFIX: Final = re.compile(r"[a-z]+:(?==)")  # the language of a formula
_REFERENCE: Final = re.compile(r"\[([^\[\]]*)\]")


def read_kind(cell: etree._Element) -> CellKind | None:
    return _KINDS.get(cell.get(_TYPE, ""))


def read_number(cell: etree._Element) -> float | None:
    """Return the number behind a cell, of days for a time; None if it holds none."""
    if (stored := cell.get(_TYPE)) == "time":
        match = _DURATION.fullmatch(cell.get(f"{OFFICE}time-value", ""))
        if match is None:
            return None
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        days = (hours + minutes / 60 + seconds / 3_600) / 24
        return -days if match[0].startswith("-") else days
    if stored not in {"float", "percentage", "currency"}:
        return None
    try:
        value = float(cell.get(f"{OFFICE}value", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def lacks_value(cell: etree._Element) -> bool:
    """Tell whether a cell has a formula that was never computed."""
    return cell.get(_FORMULA) is not None and cell.get(_TYPE) is None


def show_formula(cell: etree._Element) -> str:
    """Return the formula of a cell as people see it: `=SUM(A1:A9)` for `of:=SUM([.A1:.A9])`."""

    def show_reference(match: re.Match[str]) -> str:
        return match[1].removeprefix(".").replace(":.", ":")

    return _REFERENCE.sub(show_reference, _PREFIX.sub("", cell.get(_FORMULA, "")))


def show_value(cell: etree._Element, text: str, *, is_duration: bool) -> str:
    """Return what a cell shows, given its text; dates and durations also in their ISO form.

    `is_duration` tells that the format of a time counts hours beyond a day.
    """
    match cell.get(_TYPE):
        case "date":
            return _complete(text, _show_date(cell.get(f"{OFFICE}date-value", "")))
        case "time":
            return _show_time(cell.get(f"{OFFICE}time-value", ""), text, is_duration=is_duration)
        case "boolean":
            return text or cell.get(f"{OFFICE}boolean-value", "").upper()
        case "string" | None:
            return text or cell.get(f"{OFFICE}string-value", "")
    return text or _show_number(cell)


def _show_number(cell: etree._Element) -> str:
    stored = cell.get(f"{OFFICE}value", "")
    try:
        value = float(stored)
    except ValueError:
        return stored
    if not math.isfinite(value):
        return stored
    if cell.get(_TYPE) == "percentage":
        return f"{show_general(round(value * 100, 10))}%"
    return f"{show_general(value)} {cell.get(f'{OFFICE}currency', '')}".rstrip()


def _show_date(stored: str) -> str:
    """Return a stored date or moment with a space instead of the T, and without midnight."""
    try:
        moment = dt.datetime.fromisoformat(stored)
    except ValueError:  # such as a date before the year 1
        return stored.replace("T", " ")
    seconds = ":%S" if moment.second else ""
    has_time = (moment.hour, moment.minute, moment.second) != (0, 0, 0)
    return f"{moment:%Y-%m-%d}" + (f" {moment:%H:%M}{moment.strftime(seconds)}" if has_time else "")


def _show_time(stored: str, text: str, *, is_duration: bool) -> str:
    match = _DURATION.fullmatch(stored)
    if match is None:
        return text or stored
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if is_duration or hours > 23 or stored.startswith("-"):
        parts = zip((hours, minutes, seconds), "HMS", strict=True)
        iso = "".join(f"{count}{unit}" for count, unit in parts if count) or "0S"
        return _complete(text, f"{'-' * stored.startswith('-')}PT{iso}")
    clock = f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
    return _complete(text, clock) if _HALVED.search(text) or not text else text


def _complete(text: str, iso: str) -> str:
    """Add the ISO form to a text that does not show it."""
    if not text or not iso:
        return text or iso
    return text if iso.partition(" ")[0] in text else f"{text} ({iso})"
