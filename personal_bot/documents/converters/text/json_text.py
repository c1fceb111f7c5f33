"""Reads JSON: arrays of flat objects as tables, everything else as readable code."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, BinaryIO, Final

from personal_bot.documents.converters.content import Block, BlockKind, Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.tables.table import Cell, CellKind, render_table
from personal_bot.documents.converters.text.paragraphs import cut_segments, read_paragraphs
from personal_bot.documents.converters.text.source_code import read_code

_MOST_COLUMNS: Final = 100
_DEEPEST: Final = 50
_SHORT: Final = 20  # values of an array that is written on one line
_LEVELS: Final = 4  # of objects, whose names become headings


class Number(str):
    """A number as it is written; as a float, it could lose digits."""

    __slots__ = ()


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    decoded = decode_text(source.read(), chosen=hints.encoding)
    yield Page(None, read_json(decoded.text), remarks=list_remarks(decoded))


def read_json(text: str) -> Iterator[Block]:
    """Yield the blocks of JSON or of lines of JSON; of anything else, those of plain text."""
    text = text.lstrip("\ufeff")
    try:
        value = _parse(text)
    except (ValueError, RecursionError):
        records = _parse_lines(text)
        if records is None:
            yield from read_paragraphs(text)
            return
        value = records
    if _measure(value) > _DEEPEST:
        yield from read_code(text, "json")
    else:
        yield from _read(value, "", 1)


def _parse(text: str) -> Any:
    return json.loads(
        text, parse_int=Number, parse_float=Number, parse_constant=Number, object_pairs_hook=_merge
    )


def _merge(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; repeated names get numbers, so that no value is lost."""
    merged: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    for name, value in pairs:
        counts[name] += 1
        merged[name if counts[name] == 1 else f"{name} ({counts[name]})"] = value
    return merged


def _parse_lines(text: str) -> list[Any] | None:
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        return [_parse(line) for line in lines] if len(lines) > 1 else None
    except (ValueError, RecursionError):
        return None


def _measure(value: Any) -> int:
    """Return the depth of a value, up to one more than is read, without recursion."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [inner for outer in level for inner in _list_values(outer)]
    return depth


def _list_values(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _read(value: Any, title: str, level: int) -> Iterator[Block]:
    """Yield values of an object as lines, and larger ones below a heading with their name."""
    if _is_table(value):
        yield from _read_table(value, title)
    elif isinstance(value, dict) and level <= _LEVELS:
        small = {name: inner for name, inner in value.items() if _is_small(inner)}
        if small:
            lines = (f"{name}: {_show(inner)}" for name, inner in small.items())
            for segment in cut_segments("\n".join(lines)):
                yield Block(segment, BlockKind.CODE)
        for name, inner in value.items():
            if name not in small:
                yield Block(name, BlockKind.HEADING, level)
                yield from _read(inner, name, level + 1)
    elif _is_small(value):
        yield from read_paragraphs(_show(value))
    else:
        yield from read_code(_print(value), "json")


def _is_small(value: Any) -> bool:
    if isinstance(value, list) and len(value) <= _SHORT:
        return not any(isinstance(inner, dict | list) for inner in value)
    return not value or not isinstance(value, dict | list)


def _is_table(value: Any) -> bool:
    """Tell whether a value is an array of objects that share columns and hold no others."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    if not all(isinstance(row, dict) and row for row in value):
        return False
    names = {name for row in value for name in row}
    flat = all(
        not isinstance(cell, dict | list) or not cell for row in value for cell in row.values()
    )
    cells = sum(map(len, value))
    return flat and 1 < len(names) <= _MOST_COLUMNS and 2 * cells >= len(names) * len(value)


def _read_table(rows: Sequence[dict[str, Any]], title: str) -> Iterator[Block]:
    columns = {name: None for row in rows for name in row}
    places = {name: place for place, name in enumerate(columns)}
    header = {place: Cell(name, is_header=True) for name, place in places.items()}
    body = (
        {
            places[name]: Cell(_show(value), CellKind.NUMBER if isinstance(value, Number) else None)
            for name, value in row.items()
        }
        for row in rows
    )
    yield from render_table([header, *body], title=title, header_rows=1)


def _show(value: Any) -> str:
    """Return a small value as it is written, strings without quotes."""
    if isinstance(value, list) and value:
        return ", ".join(map(_show, value))
    return str(value) if isinstance(value, str) else json.dumps(value)


def _print(value: Any, indent: str = "") -> str:
    """Return a value as indented JSON with its numbers as they were written."""
    inner = f"{indent}  "
    if isinstance(value, dict) and value:
        lines = (f"{inner}{_quote(name)}: {_print(v, inner)}" for name, v in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + _print(v, inner) for v in value) + f"\n{indent}]"
    return str(value) if isinstance(value, Number) else _quote(value)


def _quote(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
