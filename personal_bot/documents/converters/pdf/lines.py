"""Lines of a PDF page: words on one height, joined to text as people read it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from personal_bot.documents.converters.pdf.words import Word, count_sizes

_SAME_ROW: Final = 0.45  # of the height, by which the middles of words on a row may differ
_PART_GAP: Final = 0.9  # of the font size; a wider gap separates parts of a row
_TOUCHING: Final = 0.05  # of the font size; a narrower gap separates no words
_SPACED_LETTERS: Final = 4  # the fewest that are taken for one word set in spaced letters
_LEADERS: Final = re.compile(r" *(?:[.…·_] ?){5,}")  # between an entry and its page number
_SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNIT: Final = re.compile(r"\W*[^\W\d]{1,3}")  # m² is not a footnote
# A hyphen at the end of a line within a word; `_join_parts` decides whether to keep it.
_HYPHENATION: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011][ \t]*[\n\v][ \t]*(?=[^\W_])")


@dataclass(slots=True)
class Line:
    """Words of a row, or of a part of it, from left to right."""

    words: list[Word]
    text: str = ""
    x0: float = field(init=False)
    y0: float = field(init=False)
    x1: float = field(init=False)
    y1: float = field(init=False)
    size: float = field(init=False)  # of most letters

    def __post_init__(self) -> None:
        printed = [word for word in self.words if not word.is_placed] or self.words
        self.x0 = min(word.x0 for word in self.words)
        self.x1 = max(word.x1 for word in printed)
        self.y0 = min(word.y0 for word in printed)
        self.y1 = max(word.y1 for word in printed)
        self.size = max(count_sizes(printed).items(), key=_get_count)[0]
        self.text = self.text or _join_words(self.words)

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words if has_letters(word.text))

    @property
    def is_undecodable(self) -> bool:
        unknown = sum(word.unknown for word in self.words)
        return unknown > 1 and 3 * unknown >= sum(len(word.text) for word in self.words)


def _get_count(item: tuple[float, int]) -> int:
    return item[1]


def has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def find_rows(words: Iterable[Word]) -> list[list[Line]]:
    """Return the rows from top to bottom, each as its parts from left to right."""
    rows: list[list[Word]] = []
    middle = height = 0.0
    for word in sorted(words, key=lambda word: word.y):
        if rows and abs(word.y - middle) < _SAME_ROW * max(height, word.height):
            rows[-1].append(word)
            if word.height > height:
                middle, height = word.y, word.height
            continue
        rows.append([word])
        middle, height = word.y, word.height
    return [_split_row(row) for row in rows]


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of one text."""
    return join_hyphenation("\n".join(lines)).replace("\n", " ")


def join_hyphenation(text: str) -> str:
    r"""Join words that are hyphenated at the end of a line, which is \n or \v."""
    return _HYPHENATION.sub(_join_parts, text)


def _join_parts(match: re.Match[str]) -> str:
    is_fixed = match[0].startswith("\u2011")  # a hyphen that is no mark of hyphenation
    if match.string[match.end()].islower() and not is_fixed:
        return ""
    return "-"  # a compound such as Rostov-on-Don or K-17, broken before "Don" or "17"


def _split_row(row: list[Word]) -> list[Line]:
    row.sort(key=lambda word: word.x0)
    row = _join_spaced_letters(row)
    parts = [[row[0]]]
    end = row[0].x1
    for word in row[1:]:
        if word.x0 - end > _PART_GAP * word.size:
            parts.append([])
        parts[-1].append(word)
        end = max(end, word.x1)
    return [Line(part) for part in parts]


def _join_spaced_letters(row: list[Word]) -> list[Word]:
    """Join letters that are set apart for emphasis; wider gaps are those between words."""
    joined: list[Word] = []
    run: list[Word] = []
    for word in row:
        if run and (len(word.text) > 1 or word.is_placed or word.x0 - run[-1].x1 > 4 * word.size):
            joined.extend(_join_run(run))
            run = []
        if len(word.text) > 1 or word.is_placed:
            joined.append(word)
        else:
            run.append(word)
    return joined + _join_run(run)


def _join_run(run: list[Word]) -> list[Word]:
    if sum(has_letters(word.text) for word in run) < _SPACED_LETTERS:
        return run
    usual = median(after.x0 - before.x1 for before, after in pairwise(run))
    if usual > run[0].size:
        return run
    words = [run[0]]
    for before, after in pairwise(run):
        if after.x0 - before.x1 > 1.5 * usual + 0.05 * after.size:
            words.append(after)
            continue
        word = words[-1]
        words[-1] = Word(
            word.text + after.text,
            word.x0,
            min(word.y0, after.y0),
            after.x1,
            max(word.y1, after.y1),
            word.size,
            word.is_bold,
            word.unknown + after.unknown,
        )
    return words if max(len(word.text) for word in words) >= _SPACED_LETTERS - 1 else run


def _join_words(words: Sequence[Word]) -> str:
    if _runs_left(words):
        words = words[::-1]
    text = words[0].text
    for before, word in pairwise(words):
        text += _separate(before, word)
    return _LEADERS.sub(" … ", text).strip()


def _separate(before: Word, word: Word) -> str:
    """Return what a word adds to the text after another one."""
    gap = max(word.x0 - before.x1, before.x0 - word.x1)
    is_raised = word.size < 0.9 * before.size and word.y1 < before.y1 - 0.15 * before.size
    if is_raised and gap < 0.5 * before.size and word.text.isdecimal():
        mark = word.text.translate(_SUPERSCRIPT)
        return mark if _UNIT.fullmatch(before.text) else f" {mark}"
    is_one = gap < _TOUCHING * word.size and not (word.is_placed or before.is_placed)
    return word.text if is_one else f" {word.text}"


def _runs_left(words: Iterable[Word]) -> bool:
    """Tell whether the script of most letters runs from right to left."""
    balance = 0
    for letter in _iterate_letters(words):
        balance += 1 if unicodedata.bidirectional(letter) in {"R", "AL"} else -1
    return balance > 0


def _iterate_letters(words: Iterable[Word]) -> Iterator[str]:
    return (letter for word in words for letter in word.text if letter.isalpha())
