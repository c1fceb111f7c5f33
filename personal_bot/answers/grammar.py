"""The grammar of an answer: which of its brackets are citations of passages.

An answer contains other brackets, too: code, years, footnotes of a document. A mark is one or more
numbers from 1 to 99 in brackets, e.g. `[1]`, `[1, 3]`, `[1-3]` or `【1】`. It is a citation unless

1. it lies in code, as a Markdown parser sees it, or after a backslash,
2. it is part of another bracket or of a link: `[[1]]`, `[1](page)`,
3. it is an operand: `x = [1, 2]`, `x ∈ [1, 5]`,
4. it is a subscript in a statement, without a space before it: `x = rows[1]`, `rows[1] = x`,
   `rows[1].name`, `print(rows[1])`; in a sentence, as in `Gustave[1]`, it is a citation,
5. it is copied from a document: a passage contains it after the same word (if no space is between
   them) or after the same words of a sentence. Of a mark without a passage, it is enough that some
   passage contains it. But a mark may be meant as a citation if the passages that it cites contain
   it themselves, in which case nothing false is cited; it is taken for one if a space is before it,
   if it is outside quotation marks, and if no other mark follows, as in `oil burns [2]. [1]`.

Anything else, such as `[2024]`, `[0, 10]` or `[x]`, is text. Rules 1 to 4 need nothing but the line
up to the mark and the next characters behind it, so that they can be applied to a growing text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from personal_bot.answers.markdown import find_around, find_code

_NUMBERS = r"[1-9][0-9]?(?:[^\S\n]*[,;–-][^\S\n]*[1-9][0-9]?)*"
MARK = re.compile(rf"[\[【][^\S\n]*({_NUMBERS})[^\S\n]*[\]】]")
_UNFINISHED_MARK = re.compile(r"[\[【][\d\s,;–-]*\Z")
_BACKTICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

# The grammar. The line before a mark ends in an operator, an identifier, or a statement's part:
_BEGUN = r"[\[【][^\[\]【】\n]*"
_CLOSING = r"[.!?…»”\"')]*[^\S\n]*"
_SUBSCRIPTS = r"(?:[\[【][^\[\]【】\n]*[\]】])*"
_NAME = rf"[A-Za-z_][\w.]*{_SUBSCRIPTS}"
_ASSIGN = r"[^\S\n]*[-+*/%|&^]?="
_ENDS_IN_OPERATOR = re.compile(r"(?:[=∈∉⊂⊆∪∩≤≥≈×]\s*|[\[【\\])\Z")
_ENDS_IN_NAME = re.compile(rf"(?<!\w){_NAME}\Z", re.ASCII)
_IS_NAME = re.compile(rf"\s*{_NAME}", re.ASCII)
_ENDS_IN_STATEMENT = re.compile(
    rf"(?:\w\([^()]*?|^\s*{_NAME}{_ASSIGN}\s*(?:[\w.\[\]()'\"]+\s*[-+*/%,&|<>=]+\s*)*)"
    rf"(?<![\w.]){_NAME}\Z",
    re.ASCII,
)
# What is directly behind a mark begins with the following:
_ENCLOSURE = re.compile(r"[\]】(]")
_ATTRIBUTE = re.compile(rf"{_SUBSCRIPTS}\.[a-z_]")
_ASSIGNMENT = re.compile(rf"{_SUBSCRIPTS}{_ASSIGN}")
_FOLLOWED = re.compile(rf"{_CLOSING}{MARK.pattern}")
_UNDECIDED = re.compile(
    rf"(?:{_SUBSCRIPTS}(?:{_BEGUN}|\.|[^\S\n]*[-+*/%|&^]?)|{_CLOSING}(?:{_BEGUN})?)\Z"
)
_LONGEST_LOOK = 200  # characters of a line before a mark

# Copies of documents' marks
_GLUED = re.compile(rf"\w+{_SUBSCRIPTS}\Z")
_SENTENCE_START = re.compile(r"[«„“\n]|(?<!\S)[\"']|[.!?…]\s")
_QUOTATION = re.compile(r"(?:[«„“][^«»„“”\n]*|(?<!\S)[\"'][^\"'\n]*)\Z")
_WORD = re.compile(r"[^\W_]+|[\[【][^\[\]【】\n]*[\]】]")
_SAME_WORDS = 3  # before a mark, unless the sentence begins later


@dataclass(frozen=True)
class Mark:
    """A citation: the numbers in `text[start:end]`."""

    start: int
    end: int
    numbers: list[int]


def find_citations(text: str) -> Iterator[Mark]:
    """Find citations by what is in the text alone, rules 1 to 4."""
    code = find_code(text)
    for mark in MARK.finditer(text):
        if find_around(mark.start(), code) is None and _is_in_prose(text, *mark.span()):
            yield Mark(*mark.span(), _expand(mark[1]))


def _is_in_prose(text: str, start: int, end: int) -> bool:
    line = text[max(text.rfind("\n", 0, start) + 1, start - _LONGEST_LOOK) : start]
    if _ENDS_IN_OPERATOR.search(line) or _ENCLOSURE.match(text, end):
        return False
    return not (
        _ENDS_IN_STATEMENT.search(line)
        or (_ENDS_IN_NAME.search(line) and _ATTRIBUTE.match(text, end))
        or (_IS_NAME.fullmatch(line) and _ASSIGNMENT.match(text, end))
    )


def is_copied(text: str, citation: Mark, texts: Sequence[str]) -> bool:
    """Tell whether a mark is copied from one of these passages, rule 5."""
    before = text[max(0, citation.start - _LONGEST_LOOK) : citation.start]
    mark = text[citation.start : citation.end]
    holding = {number: passage for number, passage in enumerate(texts, 1) if mark in passage}
    if min(citation.numbers) > len(texts):
        return bool(holding)
    if glued := _GLUED.search(before):
        pattern = re.compile(rf"(?<!\w){re.escape(glued[0] + mark)}")
        return any(pattern.search(passage) for passage in holding.values())
    words = _list_words(_SENTENCE_START.split(before)[-1])[-_SAME_WORDS:]
    copied = f" {' '.join([*words, mark])} "
    found = {
        number
        for number, passage in holding.items()
        if words and copied in f" {' '.join(_list_words(passage))} "
    }
    if _QUOTATION.search(before) or _FOLLOWED.match(text, citation.end):
        return bool(found)
    return bool(found) and not found.issuperset(citation.numbers)


def _list_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def find_decided_end(text: str) -> int:
    """Return the end of the part whose citations stay what they are, whatever text follows."""
    unfinished = _UNFINISHED_MARK.search(text)
    end = unfinished.start() if unfinished else len(text)
    open_code = _find_open_code(text)
    for mark in MARK.finditer(text, 0, end):
        if mark.start() >= open_code or _UNDECIDED.match(text, mark.end()):
            return mark.start()
    return end


def _find_open_code(text: str) -> int:
    """Return the position of the first backticks that may still begin code or prevent it.

    They can only do so in their paragraph, i.e. after the last blank line or closed block.
    """
    # A block whose first line has not ended may turn out to be none.
    code = [part for part in find_code(text) if part[1] < len(text) or "\n" in text[slice(*part)]]
    closed = [end for start, end in code if end < len(text) and "\n" in text[start:end]]
    blank = [match.end() for match in _BLANK_LINE.finditer(text)]
    for run in _BACKTICKS.finditer(text, max([0, *closed[-1:], *blank[-1:]])):
        if find_around(run.start(), code) is None:
            return run.start()
    return len(text)


def _expand(numbers: str) -> list[int]:
    """Parse a list of numbers and ranges: `1, 3-5` gives 1, 3, 4, 5."""
    result: list[int] = []
    for part in re.split(r"\s*[,;]\s*", numbers):
        bounds = [int(bound) for bound in re.findall(r"\d+", part)]
        first, last = bounds[0], bounds[-1]
        if len(bounds) == 2 and first < last <= first + 20:
            result.extend(range(first, last + 1))
        else:
            result.extend(bounds)
    return result
