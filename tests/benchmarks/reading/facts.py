"""Facts that a document states, and whether they can be found again in a passage.

A passage is what a model sees: a heading and text. A fact is found if one passage holds all of it
(see the classes below). What the passage looks like does not matter: lines such as ``Branch: Omsk;
2023: 64``, tables in Markdown, CSV and text with tabs are judged alike. Markdown is accepted with
and without its escapes and emphasis, any white space counts as one space, and words must match as a
whole: "64" is not found in "1647" or "64.5".

The rule for a value of a table (`Value`) is strict, because an answer needs it: the passage must
tell what the row is *and* what the column is. So either

- one line has the names of the row, and the name of the column right before the value; or
- a row of a table has the names of the row and the value, and a row above it *in the same passage*
  has the name of the column in the same column as the value. With two rows of header, each name
  must stand in this column; a name that spans several columns counts only where it is written.

A name and its value without a row (`Pair`) must follow each other in the text, or stand in cells
side by side, or the value below the name. A cell is a name only if nothing else is in it.
"""

import csv
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from textwrap import indent
from typing import Protocol

Spellings = str | tuple[str, ...]
"""A text, or several that mean the same, such as "12.5%" and "0.125"; the first is what people see."""

_MARKS = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\*\*|__|<br ?/?>")  # escapes and emphasis of Markdown
_RULE = re.compile(r"[\s|:=+-]*")  # below the header of a table in Markdown
_EMPTY = ("", "nan", "none")  # cells, as pandas writes them
_GAP = r"[^\w\n]{1,6}"  # between a name and its value, such as ": " or ": €"
_LOOSE_GAP = r"[^\w]{1,6}"


class Passage:
    """A text that must be readable alone. `heading` stands above it."""

    def __init__(self, content: str, heading: str = "") -> None:
        self.text = f"{heading}\n{content}".replace("\r\n", "\n").strip("\n")

    @cached_property
    def views(self) -> Sequence[str]:
        """The text as it is, and without the marks of Markdown."""
        plain = html.unescape(_MARKS.sub(lambda mark: " " if "<" in mark[0] else "", self.text))
        return (self.text, plain)

    @cached_property
    def flat(self) -> Sequence[str]:
        return [" ".join(view.split()) for view in self.views]

    @cached_property
    def lines(self) -> Sequence[str]:
        return [" ".join(line.split()) for view in self.views for line in view.split("\n")]

    @cached_property
    def grids(self) -> Sequence[Sequence[Sequence[str]]]:
        """The rows of all tables, for each way in which rows can be written as text."""
        views = [view.split("\n") for view in self.views]
        return [[*read(lines)] for lines in views for read in (_read_pipes, _read_tabs, _read_csv)]


class Fact(Protocol):
    def is_in(self, passage: Passage) -> bool: ...


@dataclass(frozen=True, init=False)
class Together:
    """Texts that must stand in the same passage, such as a heading and a sentence below it."""

    texts: tuple[Spellings, ...]

    def __init__(self, *texts: Spellings) -> None:
        object.__setattr__(self, "texts", texts)

    def is_in(self, passage: Passage) -> bool:
        patterns = [_match(text) for text in self.texts]
        return any(all(re.search(each, flat) for each in patterns) for flat in passage.flat)


@dataclass(frozen=True)
class Verbatim:
    """Lines whose breaks and indentation matter; all may be indented as code in Markdown is."""

    text: str

    def is_in(self, passage: Passage) -> bool:
        text = self.text.strip("\n")
        views = ["\n".join(map(str.rstrip, view.split("\n"))) for view in passage.views]
        return any(wanted in view for view in views for wanted in (text, indent(text, "    ")))


@dataclass(frozen=True)
class Pair:
    """A value with its name, written one after the other, or in cells side by side or below."""

    name: str
    value: Spellings

    def is_in(self, passage: Passage) -> bool:
        pattern = _match(self.name) + _LOOSE_GAP + _match(self.value)
        if any(re.search(pattern, flat) for flat in passage.flat):
            return True
        return any(
            self._is_beside(row) or _is_below(grid[:index], row, (self.name,), self.value)
            for grid in passage.grids
            for index, row in enumerate(grid)
        )

    def _is_beside(self, row: Sequence[str]) -> bool:
        cells = [cell for cell in row if cell.lower() not in _EMPTY]
        return any(
            _is_name(name, (self.name,)) and _has(value, self.value)
            for name, value in pairwise(cells)
        )


@dataclass(frozen=True)
class Value:
    """A value of a table, with the name or names of its column and of its row."""

    row: str | tuple[str, ...]
    column: str | tuple[str, ...]
    value: Spellings

    def is_in(self, passage: Passage) -> bool:
        rows = (self.row,) if isinstance(self.row, str) else self.row
        columns = (self.column,) if isinstance(self.column, str) else self.column
        pair = _GAP.join(map(_match, (*columns, self.value)))
        if any(
            re.search(pair, line) and all(_has(line, name) for name in rows)
            for line in passage.lines
        ):
            return True
        return any(
            all(any(_has(cell, name) for cell in row) for name in rows)
            and _is_below(grid[:index], row, columns, self.value)
            for grid in passage.grids
            for index, row in enumerate(grid)
        )


def _is_below(
    above: Sequence[Sequence[str]], row: Sequence[str], names: Sequence[str], value: Spellings
) -> bool:
    """Tell whether a value stands in a row, below all names of its column."""
    return any(
        _has(cell, value)
        and all(
            any(column < len(head) and _is_name(head[column], (name,), names) for head in above)
            for name in names
        )
        for column, cell in enumerate(row)
    )


def _is_name(cell: str, *spellings: Sequence[str]) -> bool:
    """Tell whether a cell consists of a name, or of several in this order, and of nothing else."""
    return any(
        re.fullmatch(r"\W*" + r"\W+".join(map(_match, names)) + r"\W*", cell) for names in spellings
    )


def _has(text: str, wanted: Spellings) -> bool:
    return re.search(_match(wanted), text) is not None


def _match(wanted: Spellings) -> str:
    """Return a pattern for a text, or for one of several, that is not a part of a word or number."""
    texts = (wanted,) if isinstance(wanted, str) else wanted
    return "(?:" + "|".join(map(_bound, texts)) + ")"


def _bound(text: str) -> str:
    flat = " ".join(text.split())
    start = r"(?<!\w)(?<!\d\.)" if _is_bounded(flat[0]) else ""
    end = r"(?!\w)(?!\.\d)" if _is_bounded(flat[-1]) else ""
    return start + re.escape(flat) + end


def _is_bounded(character: str) -> bool:
    """Tell whether words of this script are separated by spaces."""
    return character.isalnum() and character < "\u2e80"


def _read_pipes(lines: Sequence[str]) -> Iterator[list[str]]:
    for line in lines:
        if "|" in line and not _RULE.fullmatch(line):
            inner = line.strip().removeprefix("|").removesuffix("|")
            yield [" ".join(cell.split()) for cell in re.split(r"(?<!\\)\|", inner)]


def _read_tabs(lines: Sequence[str]) -> Iterator[list[str]]:
    for line in lines:
        if "\t" in line:
            yield [" ".join(cell.split()) for cell in line.split("\t")]


def _read_csv(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield rows with commas, or with semicolons if there are more of these."""
    text = "\n".join(lines)
    delimiter = max(",;", key=text.count)
    if delimiter in text:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            yield [" ".join(cell.split()) for cell in row]
