"""Finds what is Markdown in an answer, with positions in its source.

A CommonMark parser decides. It only finds: whoever shows an answer takes away the marks that are
listed here and nothing else, so that no text can get lost.

Answers copy names, paths and numbers from documents, so the constructs of CommonMark that would
take such text for markup are left alone: a backslash escapes, but stays; entities, HTML, links,
quotations, tables, indented code and underlined headings are plain text. Of what the parser finds,
these are plain text, too:

- emphasis inside a word or an expression (`2*3*4`, `x**2 + y**2`, `*.py,*.txt`) and around an
  identifier (`__init__`, `_a_b_`),
- code that opens after a digit (5` 30`), and `~~~` before anything but the name of a language,
- bullets of a list with one item, with a `+`, or with an item that begins with a number (`- 5 °C`),
- an empty heading, and a number sign (`# 12`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence
from markdown_it.rules_inline import StateInline, backtick
from markdown_it.token import Token

from personal_bot.answers.emphasis import is_emphasis

_Range = tuple[int, int]

_POSSIBLE = re.compile(r"[`*_#]|~~|^[^\S\n]*-[ \t]", re.MULTILINE)
_LANGUAGE = re.compile(r"[^\W\d][\w+#.-]*")
_BACKTICKS = re.compile(r"`+")
_SIGN = re.compile(r"\+|-[^\w\n]*\d")
_LIST_OPEN = {"bullet_list_open", "ordered_list_open"}
_LIST_CLOSE = {"bullet_list_close", "ordered_list_close"}


class Kind(StrEnum):
    """Kinds of markup. A fenced block is `BLOCK`, code in a line `CODE`."""

    HEADING = "heading"
    BULLET = "bullet"
    BLOCK = "block"
    CODE = "code"
    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"


_EMPHASIS = {
    "**": Kind.BOLD,
    "__": Kind.BOLD,
    "*": Kind.ITALIC,
    "_": Kind.ITALIC,
    "~~": Kind.STRIKE,
}


@dataclass(frozen=True)
class Element:
    """Markup in a source: `source[start:end]` is its content, `marks` are the ranges around it.

    The marks of a block include the indentation of its lines. A bullet is nothing but a mark.
    """

    kind: Kind
    start: int
    end: int
    marks: tuple[_Range, ...]
    language: str = ""  # only of a block

    @property
    def whole(self) -> _Range:
        """The range of the content and its marks."""
        return self.marks[0][0], max(self.end, self.marks[-1][1])


def find_elements(source: str) -> list[Element]:
    """Return the markup in a text, ordered by position."""
    if not _POSSIBLE.search(source):
        return []
    found = _find_blocks(source.replace("\r\n", " \n").replace("\r", "\n"))
    return sorted(found, key=lambda element: (element.whole[0], -element.whole[1]))


@lru_cache(maxsize=1)  # an unfinished answer is looked at twice
def find_code(source: str) -> tuple[_Range, ...]:
    """Return the ranges of code, with its marks, in a text."""
    if "`" not in source and "~~~" not in source:
        return ()
    return tuple(
        element.whole
        for element in find_elements(source)
        if element.kind in {Kind.BLOCK, Kind.CODE}
    )


def find_around(position: int, ranges: Sequence[_Range]) -> _Range | None:
    """Return the range that contains a position; the ranges are ordered and disjoint."""
    index = bisect_right(ranges, position, key=itemgetter(0)) - 1
    return ranges[index] if index >= 0 and position < ranges[index][1] else None


def _accept_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    info = line.strip(" \t~")
    if line.startswith("~") and info and not _LANGUAGE.fullmatch(info):
        return False
    return fence(state, start, end, silent)


def _keep_escape(state: StateInline, silent: bool) -> bool:
    """Take a backslash and the punctuation mark after it as text."""
    if state.src[state.pos] != "\\":
        return False
    if not silent:
        state.append_pending(state.src[state.pos : state.pos + 2])
    state.pos = min(state.pos + 2, state.posMax)
    return True


def _accept_code(state: StateInline, silent: bool) -> bool:
    if not state.src[max(0, state.pos - 1) : state.pos].isdigit():
        return backtick(state, silent)
    run = _BACKTICKS.match(state.src, state.pos)
    if run and not silent:
        state.append_pending(run[0])
    state.pos = run.end() if run else state.pos
    return run is not None


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("zero")  # with a limit to nesting
    parser.block.ruler.at(
        "fence", _accept_fence, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.inline.ruler.at("escape", _keep_escape)
    parser.inline.ruler.at("backticks", _accept_code)
    return parser.enable(
        ["fence", "hr", "list", "heading", "escape", "backticks", "strikethrough", "emphasis"]
    )


_PARSER = _make_parser()


@dataclass
class _List:
    """A list while its items are read; lists that follow each other count as one."""

    bullets: list[int] = field(default_factory=list)
    items: int = 0
    nested: list[int] = field(default_factory=list)  # bullets of nested lists with one item
    has_signs: bool = False


def _find_blocks(source: str) -> Iterator[Element]:
    tokens: list[Token] = []
    _PARSER.block.parse(source, _PARSER, {}, tokens)
    lines = source.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    lists: list[_List] = []
    cursor = 0  # behind the last mark of a list
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        first, last = token.map or (0, 0)
        if token.type in _LIST_OPEN:
            if before is None or before.type not in _LIST_CLOSE:
                lists.append(_List())
        elif token.type == "list_item_open":
            position = source.index(token.markup, max(cursor, starts[first]))
            cursor = position + 1
            _add_item(lists[-1], source, position)
        elif token.type in _LIST_CLOSE:
            if after is None or after.type not in _LIST_OPEN:
                yield from _close_list(lists)
        elif token.type == "fence":
            yield _read_fence(source, starts, token, first, last)
        elif token.type == "heading_open":
            yield from _read_heading(source, starts[first], starts[last] - 1, token.markup)
        elif token.type == "inline":
            # The lines as they stand, so that positions are known; marks of lists are no emphasis.
            yield from _find_inline(source[starts[first] : starts[last] - 1], starts[first])


def _add_item(owner: _List, source: str, position: int) -> None:
    owner.items += 1
    if source[position] in "-*+":
        owner.bullets.append(position)
        owner.has_signs = owner.has_signs or bool(_SIGN.match(source, position))


def _close_list(lists: list[_List]) -> Iterator[Element]:
    closed = lists.pop()
    bullets = closed.nested + ([] if closed.has_signs else closed.bullets)
    if closed.items == 1 and lists:
        lists[-1].nested += bullets
    elif closed.items > 1:
        for position in bullets:
            yield Element(Kind.BULLET, position, position + 1, ((position, position + 1),))


def _read_fence(source: str, starts: Sequence[int], token: Token, first: int, last: int) -> Element:
    opening = source.index(token.markup, starts[first])
    indentation = opening - starts[first]
    after_markup = opening + len(token.markup)
    if not source[starts[first] : opening].strip():
        opening = starts[first]
    start = min(starts[first + 1], len(source))
    info = token.info.strip()
    is_language = bool(_LANGUAGE.fullmatch(info))
    # What is no language is text, and stays in front of the block.
    marks = [(opening, after_markup if info and not is_language else start)]
    closing = source[starts[last - 1] : starts[last] - 1].strip()
    is_closed = (
        last - first > 1 and closing.startswith(token.markup) and not closing.strip(closing[0])
    )
    content = range(first + 1, last - is_closed)
    for line in content:
        text = source[starts[line] : min(starts[line] + indentation, starts[line + 1] - 1)]
        marks.append((starts[line], starts[line] + len(text) - len(text.lstrip())))
    end = starts[content[-1] + 1] - 1 if content else start
    if is_closed:
        marks.append((end, starts[last] - 1))
    return Element(Kind.BLOCK, start, end, tuple(marks), info if is_language else "")


def _read_heading(source: str, start: int, end: int, markup: str) -> Iterator[Element]:
    begin = source.index(markup, start) + len(markup)
    title = source[begin:end].rstrip()
    balanced = title.removesuffix(markup)  # "# Title #", but not "# C##"
    if balanced != title and balanced[-1:].isspace():
        title = balanced.rstrip()
    words = title.lstrip()
    if words and not (markup == "#" and words[0].isdigit()):
        first, last = begin + len(title) - len(words), begin + len(title)
        marks = (begin - len(markup), first), (last, end)
        yield Element(Kind.HEADING, first, last, marks)


def _find_inline(text: str, offset: int) -> Iterator[Element]:
    """Return the markup in the lines of one paragraph, which begin at `offset` in the source."""
    position = 0
    opened: list[int] = []
    for token in _PARSER.inline.parse(text, _PARSER, {}, []):
        start, width = position, len(token.markup)
        if token.type == "code_inline":
            position = _find_end(text, start, width)
            content = text[start + width : position - width]
            if content.strip() and content[0] in " \n" and content[-1] in " \n":
                width += 1  # as in "`` ` ``"
            yield _enclose(Kind.CODE, offset + start, offset + position, width)
            continue
        position += width if token.nesting else len(token.content)
        if token.nesting > 0:
            opened.append(start)
        elif token.nesting < 0:
            start = opened.pop()
            if is_emphasis(text, start, position, token.markup):
                kind = _EMPHASIS[token.markup]
                yield _enclose(kind, offset + start, offset + position, width)


def _find_end(text: str, start: int, width: int) -> int:
    """Return the end of the code whose first backtick, of `width`, is at `start`."""
    runs = _BACKTICKS.finditer(text, start + width)
    return next(run.end() for run in runs if len(run[0]) == width)


def _enclose(kind: Kind, start: int, end: int, width: int) -> Element:
    """Return an element from `start` to `end` with marks of `width` on both sides."""
    marks = (start, start + width), (end - width, end)
    return Element(kind, start + width, end - width, marks)
