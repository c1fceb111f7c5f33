"""Finds the tables in the Markdown of an answer, with positions in its source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

_POSSIBLE = re.compile(r"^[ \t]*[|:]?[ \t]*:?-+:?[ \t]*(\||$)", re.MULTILINE)
_PARSER = MarkdownIt("zero").enable(["fence", "table"])


@dataclass(frozen=True)
class MarkdownTable:
    """A table in `source[start:end]`. Cells are Markdown; each row has as many as the header.

    `is_right` tells which columns are aligned to the right.
    """

    start: int
    end: int
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_right: Sequence[bool]


def find_tables(source: str) -> list[MarkdownTable]:
    """Return the tables of a text without carriage returns; not those in code or without rows."""
    if "|" not in source or not _POSSIBLE.search(source):
        return []
    tokens: list[Token] = []
    _PARSER.block.parse(source, _PARSER, {}, tokens)
    starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
    return [table for table in _read_tables(tokens, starts) if table.rows]


def _read_tables(tokens: Sequence[Token], starts: Sequence[int]) -> Iterator[MarkdownTable]:
    lines = (0, 0)
    rows: list[list[str]] = []
    is_right: list[bool] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "table_open" and token.map:
            lines, rows, is_right = (token.map[0], token.map[1]), [], []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            is_right.append("right" in str(token.attrGet("style")))
        elif token.type == "inline" and before and before.type in {"th_open", "td_open"}:
            rows[-1].append(token.content)
        elif token.type == "table_close":
            first, last = lines
            yield MarkdownTable(starts[first], starts[last] - 1, rows[0], rows[1:], is_right)
