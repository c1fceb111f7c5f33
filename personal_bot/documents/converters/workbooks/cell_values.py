"""Shows stored and computed values of cells as people see them."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple

from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import CellKind
from personal_bot.documents.converters.values.number_formats import GENERAL, show_number, show_text
from personal_bot.documents.converters.values.time_rendering import count_days
from personal_bot.documents.converters.workbooks.formulas import Value
from personal_bot.documents.converters.workbooks.worksheets import StoredCell, unescape


class Shown(NamedTuple):
    """What a cell shows; `value` is the number behind it, of days for a time."""

    text: str
    kind: CellKind | None = None
    value: float | None = None


def show_stored(cell: StoredCell, code: str, texts: Sequence[str], *, since_1904: bool) -> Shown:
    """Return the stored value of a cell in its number format; `texts` are those shared by index.

    Raises RefusalError for a value that is not of the cell's type.
    """
    value = cell.value
    if not value:
        return Shown("")
    try:
        if cell.type == "s":
            return Shown(show_text(texts[_check_index(value)], code), CellKind.TEXT)
        return show_value(_read_value(cell.type, value), code, since_1904=since_1904)
    except (ValueError, IndexError) as error:
        raise RefusalError(RefusalKind.DAMAGED, "value of a cell") from error


def _read_value(type_: str, text: str) -> Value:
    match type_:
        case "str":
            return unescape(text)
        case "inlineStr" | "e":
            return text
        case "b":
            return text.strip() in {"1", "true"}
        case "d":
            return dt.datetime.fromisoformat(text)
        case _:
            return float(text)


def show_value(value: Value, code: str, *, since_1904: bool) -> Shown:
    """Return a value in a number format. Raises ValueError for a number that is not finite."""
    if isinstance(value, bool):
        return _show_truth(value)
    if isinstance(value, str):
        return Shown(show_text(value, code), CellKind.TEXT)
    if isinstance(value, dt.time):
        days = (dt.datetime.combine(dt.date.min, value) - dt.datetime.min) / dt.timedelta(days=1)  # noqa: DTZ901
        if code == GENERAL:
            return Shown(value.isoformat("auto"), CellKind.NUMBER, days)
        value = days
    elif isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        if code == GENERAL:
            return Shown(moment.isoformat(" ").removesuffix(" 00:00:00"), CellKind.DATE)
        value = count_days(moment.replace(tzinfo=None), since_1904=since_1904)
    if not math.isfinite(value):
        raise ValueError(value)
    return Shown(*show_number(value, code, since_1904=since_1904), value)


def _check_index(text: str) -> int:
    if (index := int(text)) < 0:
        raise ValueError(text)
    return index


def _show_truth(value: bool) -> Shown:
    return Shown("TRUE" if value else "FALSE", CellKind.TEXT)
