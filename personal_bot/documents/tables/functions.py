"""The functions of SQL that queries may use, and those that are ours.

Ours know Cyrillic letters, add up decimal fractions without an error that people can see, and run
in linear time.
"""

import sqlite3
from functools import lru_cache
from typing import Any, Final

_BUILT_IN: Final = """
abs avg ceil ceiling coalesce concat count cume_dist date datetime dense_rank exp first_value floor
format group_concat ifnull iif instr julianday lag last_value lead length ln log log10 ltrim max min
mod nth_value ntile nullif percent_rank pow power printf rank replace round row_number rtrim sign
sqrt strftime substr substring time total trim trunc typeof unixepoch
"""
ALLOWED: Final = frozenset(_BUILT_IN.split()) | {"like", "lower", "median", "sum", "upper"}

Number = int | float


def add_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("upper", 1, _upper, deterministic=True)
    for arguments in (2, 3):
        connection.create_function("like", arguments, like, deterministic=True)
    for name, aggregate in (("sum", _Sum), ("avg", _Average)):
        connection.create_window_function(name, 1, aggregate)
    median: Any = _Median  # typeshed knows only aggregates of whole numbers
    connection.create_aggregate("median", 1, median)


Value = str | int | float | bytes | None


def _lower(value: Value) -> Value:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Value) -> Value:
    return value.upper() if isinstance(value, str) else value


def like(pattern: object, text: object, escape: str | None = None) -> bool | None:
    """Tell whether a text matches a pattern with % and _, whatever the case of letters."""
    if pattern is None or text is None:
        return None
    parts = _parse(_fold(pattern), escape)
    folded = _fold(text)
    if len(parts) == 3 and not parts[0] and not parts[2] and None not in parts[1]:
        return _find(folded, parts[1], 0) >= 0  # the usual one: %word%
    first, *rest = parts
    if not _stands_at(folded, first, 0):
        return False
    at = len(first)
    if not rest:
        return at == len(folded)
    for part in rest[:-1]:
        found = _find(folded, part, at)
        if found < 0:
            return False
        at = found + len(part)
    last = len(folded) - len(rest[-1])
    return last >= at and _stands_at(folded, rest[-1], last)


def _fold(value: object) -> str:
    return (f"{value:.15g}" if isinstance(value, float) else str(value)).lower().replace("ё", "е")


@lru_cache(maxsize=64)
def _parse(pattern: str, escape: str | None) -> list[list[str | None]]:
    """Return the parts between %, each with None for _, which is any character."""
    parts: list[list[str | None]] = [[]]
    is_escaped = False
    for char in pattern:
        if is_escaped or char not in {"%", "_", escape}:
            parts[-1].append(char)
            is_escaped = False
        elif char == escape:
            is_escaped = True
        elif char == "%":
            parts.append([])
        else:
            parts[-1].append(None)
    return parts


def _stands_at(text: str, part: list[str | None], at: int) -> bool:
    return len(text) - at >= len(part) and all(
        char is None or char == text[at + index] for index, char in enumerate(part)
    )


def _find(text: str, part: list[str | None], start: int) -> int:
    if None not in part:
        return text.find("".join(char for char in part if char), start)
    last = len(text) - len(part)
    return next((at for at in range(start, last + 1) if _stands_at(text, part, at)), -1)


class _Sum:
    """Adds with Neumaier's correction, as SQLite does since 3.43; texts are left out."""

    def __init__(self) -> None:
        self._sum = self._correction = 0.0
        self._count = 0

    def step(self, value: object) -> None:
        if isinstance(value, (int, float)):
            self._add(value)
            self._count += 1

    def inverse(self, value: object) -> None:
        if isinstance(value, (int, float)):
            self._add(-value)
            self._count -= 1

    def value(self) -> float | None:
        return self._sum + self._correction if self._count else None

    def finalize(self) -> float | None:
        return self.value()

    def _add(self, value: Number) -> None:
        total = self._sum + value
        if abs(self._sum) >= abs(value):
            self._correction += (self._sum - total) + value
        else:
            self._correction += (value - total) + self._sum
        self._sum = total


class _Average(_Sum):
    def value(self) -> float | None:
        total = super().value()
        return None if total is None else total / self._count


class _Median:
    def __init__(self) -> None:
        self._values: list[Number] = []

    def step(self, value: Value, /) -> None:
        if isinstance(value, (int, float)):
            self._values.append(value)

    def finalize(self) -> float | None:
        if not self._values:
            return None
        self._values.sort()
        middle = len(self._values) // 2
        if len(self._values) % 2:
            return float(self._values[middle])
        return (self._values[middle - 1] + self._values[middle]) / 2
