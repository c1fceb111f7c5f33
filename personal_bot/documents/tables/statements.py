"""Finds which rows a query looks at: those that its FROM and WHERE select.

Only plain queries are understood. For others, all rows of the tables that they read count.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|$))|(?P<text>'(?:[^']|'')*')"
    r"|(?P<quoted>\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\])|(?P<word>[^\W\d]\w*)|(?P<other>[\d.]+\w*|.)",
    re.DOTALL,
)
_END: Final = {"group", "having", "order", "limit", "window", ";"}
_CLAUSE_CHARS: Final = 300
_COMBINED: Final = {"union", "intersect", "except"}
_AFTER_TABLE: Final = _END | {
    *("where", "join", "on", "using", "left", "right", "full", "inner", "outer", "cross"),
    *("natural", "indexed", "not", "as"),
}


class Token(NamedTuple):
    text: str
    start: int
    end: int
    is_word: bool


class Selection(NamedTuple):
    """The FROM and WHERE of a query, and by table the name that it has there."""

    condition: str
    names: dict[str, str]


class Clauses(NamedTuple):
    """Parts of a query, on one line each; empty if there are none."""

    condition: str = ""
    groups: str = ""
    order: str = ""


def find_clauses(sql: str) -> Clauses:
    """Return the clauses of the outer SELECT; none for several SELECTs that are combined."""
    outer = [*_take_outer([*_read_tokens(sql)])]
    words = [token.text.lower() if token.is_word or token.text == ";" else "" for token in outer]
    if _COMBINED.intersection(words):
        return Clauses()
    found = dict.fromkeys(("where", "group", "order"), "")
    for name in found:
        if name in words:
            start = words.index(name)
            end = next((i for i in range(start + 1, len(words)) if words[i] in _END), len(words))
            first = start + (2 if words[start + 1 : start + 2] == ["by"] else 1)
            last = outer[end].start if end < len(outer) else len(sql)
            if first < len(outer):
                found[name] = " ".join(sql[outer[first].start : last].split())[:_CLAUSE_CHARS]
    return Clauses(*found.values())


def find_selection(sql: str, tables: Collection[str]) -> Selection | None:
    """Return what a query selects; None if it is not a plain SELECT from these tables."""
    tokens = [*_read_tokens(sql)]
    if not tokens or tokens[0].text.lower() != "select":
        return None
    outer = [*_take_outer(tokens)]
    words = [token.text.lower() if token.is_word or token.text == ";" else "" for token in outer]
    if "from" not in words or _COMBINED.intersection(words):
        return None
    start = words.index("from")
    end = next((i for i in range(start, len(words)) if words[i] in _END), len(words))
    names: dict[str, str] = {}
    is_source = False
    for index in range(start, end):
        token, word = outer[index], words[index]
        if word in {"from", "join"} or token.text == ",":
            is_source = True
            continue
        if is_source:
            if word not in tables or word in names:
                return None  # a query within brackets, or a table twice
            names[word] = _find_alias(outer[index + 1 : end], word)
            is_source = False
        if word == "where":
            break
    if not names:
        return None
    condition = sql[outer[start].start : outer[end].start if end < len(outer) else len(sql)]
    return Selection(condition, names)


def _read_tokens(sql: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup
        if kind == "space":
            continue
        text = match.group()
        if kind == "quoted":
            text = text[1:-1]
        yield Token(text, match.start(), match.end(), kind in {"word", "quoted"})


def _take_outer(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens that are not within brackets, and each opening bracket."""
    depth = 0
    for token in tokens:
        if token.text == "(" and not token.is_word:
            if depth == 0:
                yield token
            depth += 1
        elif token.text == ")" and not token.is_word:
            depth -= 1
        elif depth == 0:
            yield token


def _find_alias(following: Sequence[Token], table: str) -> str:
    words = list(following[:2])
    if words and words[0].text.lower() == "as":
        words = words[1:]
    if words and words[0].is_word and words[0].text.lower() not in _AFTER_TABLE:
        return words[0].text
    return table
