"""Reads Markdown with a parser of CommonMark and tables; what is unclear stays as written."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from personal_bot.documents.converters.content import Block, BlockKind, Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.tables.table import Cell, place_rows, render_table
from personal_bot.documents.converters.text.markdown_inline import Inline, is_html
from personal_bot.documents.converters.text.paragraphs import cut_segments, read_paragraphs
from personal_bot.documents.converters.web.pages import read_html

if TYPE_CHECKING:
    from markdown_it.token import Token

_PART_CHARS: Final = 500_000  # parsed at once; its tokens take a thousand times the memory
_CHECKBOX: Final = re.compile(r"\[([ xX])\](?=\s)")
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\n((?:(?!---).*\n){1,200}?)(?:---|\.\.\.)[ \t]*\n")


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    decoded = decode_text(source.read(), chosen=hints.encoding)
    yield Page(None, read_markdown(decoded.text), remarks=list_remarks(decoded))


def read_markdown(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in Markdown."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front_matter = _FRONT_MATTER.match(text)
    if front_matter:
        yield Block(front_matter[1], BlockKind.CODE)
        text = text[front_matter.end() :]
    while text:
        end = len(text)
        if end > _PART_CHARS:
            end = text.rfind("\n\n", 0, _PART_CHARS) + 1 or _PART_CHARS
        yield from _Reader(text[:end]).read()
        text = text[end:]


class _Reader:
    """Reads the tokens of a text in order, and notes which lines they cover."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._inline = Inline()
        self._tokens, self._references = self._inline.parse_blocks(text)
        self._covered = 0  # lines before this one have been read
        self._lists: list[Token] = []
        self._marker = ""  # of the item that begins with the next text
        self._quotes = 0

    def read(self) -> Iterator[Block]:
        position = 0
        while position < len(self._tokens):
            token = self._tokens[position]
            position += 1
            if token.type == "table_open":
                end = next(
                    place
                    for place in range(position, len(self._tokens))
                    if self._tokens[place].type == "table_close"
                )
                yield from self._cover(token)
                yield from self._read_table(self._tokens[position:end])
                position = end + 1
            elif token.type == "heading_open":
                inline = self._tokens[position]
                yield from self._cover(token)
                yield Block(self._inline.read(inline.content), BlockKind.HEADING, int(token.tag[1]))
                position += 1
            elif token.nesting:
                self._enter(token)
            elif token.type != "hr":
                yield from self._cover(token)
                yield from self._read_leaf(token)
        yield from self._read_uncovered(len(self._lines))
        unused = self._inline.list_unused_references()
        if unused:
            yield Block("\n".join(unused))

    def _enter(self, token: "Token") -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self._lists.append(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._lists.pop()
        elif token.type == "list_item_open":
            self._marker = f"{token.info}{token.markup} "
        elif token.type.startswith("blockquote"):
            self._quotes += token.nesting

    def _cover(self, token: "Token") -> Iterator[Block]:
        """Yield the lines before a token that no token covers, as where lists nest too deeply."""
        if token.map:
            yield from self._read_uncovered(token.map[0])
            self._covered = max(self._covered, token.map[1])

    def _read_uncovered(self, end: int) -> Iterator[Block]:
        lines = [self._lines[n] for n in range(self._covered, end) if n not in self._references]
        if any(char.isalnum() for line in lines for char in line):
            yield from read_paragraphs("\n".join(lines))

    def _read_leaf(self, token: "Token") -> Iterator[Block]:
        if token.type == "fence" and not token.content.strip():
            yield from read_paragraphs(token.info)
        elif token.type == "fence":
            closing = token.markup
            for segment in cut_segments(token.content):
                yield Block(segment, BlockKind.CODE, lead=f"{closing}{token.info.strip()}")
        elif token.type == "code_block":
            for segment in cut_segments(token.content):
                yield Block(segment, BlockKind.CODE)
        elif token.type == "html_block":
            yield from (
                read_html(token.content)
                if is_html(token.content)
                else read_paragraphs(token.content)
            )
        else:
            yield from self._read_text(token.content)

    def _read_text(self, content: str) -> Iterator[Block]:
        checkbox = _CHECKBOX.match(content) if self._marker else None
        text = self._inline.read(content[checkbox.end() :] if checkbox else content)
        if checkbox:
            text = f"{'☐' if checkbox[1] == ' ' else '☑'}{text}"
        if self._quotes:
            text = "\n".join(f"> {line}" for line in text.split("\n"))
        if self._marker:
            text, self._marker = f"{self._marker}{text}", ""
            yield Block(text, BlockKind.ITEM, len(self._lists) - 1)
            return
        for segment in cut_segments(text):
            yield Block(segment)

    def _read_table(self, tokens: Sequence["Token"]) -> Iterator[Block]:
        """Read the rows from their lines, because the parser drops cells beyond the header's."""
        from markdown_it.rules_block.table import escapedSplit  # noqa: PLC0415

        rows: list[list[Cell]] = []
        for token in tokens:
            if token.type == "tr_open" and token.map:
                cells = escapedSplit(self._strip_quote(self._lines[token.map[0]]))
                if cells and not cells[0].strip():
                    cells = cells[1:]
                if cells and not cells[-1].strip():
                    cells.pop()
                is_header = not rows
                rows.append(
                    [Cell(self._inline.read(c.strip()), is_header=is_header) for c in cells]
                )
        yield from render_table(place_rows(rows), header_rows=1)

    def _strip_quote(self, line: str) -> str:
        return line.strip().lstrip("> ") if self._quotes else line.strip()
