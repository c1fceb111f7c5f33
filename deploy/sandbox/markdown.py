"""Parses Telegram's MarkdownV2 into plain text and entities, measured in UTF-16 code units.

It follows `parse_markdown_v2` of Telegram's own library, including the texts of its errors:
https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from deploy.sandbox.errors import TelegramError
from deploy.sandbox.formatting import Entity, SourceParser, cannot_parse, is_link

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
#: The name of each entity in errors, and how its end is marked.
_KINDS = {
    "bold": ("Bold", "*"),
    "italic": ("Italic", "_"),
    "underline": ("Underline", "__"),
    "strikethrough": ("Strikethrough", "~"),
    "spoiler": ("Spoiler", "||"),
    "code": ("Code", "`"),
    "pre": ("Pre", "```"),
    "text_link": ("TextUrl", "]"),
    "custom_emoji": ("CustomEmoji", "]"),
    "blockquote": ("BlockQuote", ""),
}
#: What begins an entity, longer marks first.
_MARKS = {
    "```": "pre",
    "`": "code",
    "__": "underline",
    "_": "italic",
    "||": "spoiler",
    "![": "custom_emoji",
    "*": "bold",
    "~": "strikethrough",
    "[": "text_link",
}
_LANGUAGE = re.compile(r"([^\s`]+)(?=\s)")
_FIRST_BREAK = re.compile(r"\r\n|\n\r|\n|\r")


@dataclass
class _Open:
    kind: str
    offset: int  # in the text, in UTF-16 code units
    position: int  # in the source
    start: int  # in the list of characters
    language: str = ""


@dataclass
class _Parser(SourceParser):
    open: list[_Open] = field(default_factory=list)
    is_quoting: bool = False
    is_at_line_start: bool = True

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if self._is_escape(self.position):
                self._append(self.source[self.position + 1])
                self.position += 2
            elif character not in self._find_reserved():
                self._append(character)
                self.position += 1
            elif self._is_at_end_of_quote() or self._ends_innermost():
                self._end()
            else:
                self._begin()
        self._end_quote_at_end()
        if self.open:
            raise self._no_end(self.open[-1])
        return self._finish()

    def _append(self, character: str) -> None:
        super()._append(character)
        if character != "\r":
            self.is_at_line_start = character == "\n"

    def _is_escape(self, position: int) -> bool:
        following = self._at(position + 1)
        return self.source[position] == "\\" and "\x00" < following <= "~"

    def _find_reserved(self) -> frozenset[str]:
        is_code = bool(self.open) and self.open[-1].kind in {"code", "pre"}
        return frozenset("`") if is_code else _RESERVED

    def _is_at_end_of_quote(self) -> bool:
        is_break = self.source[self.position] == "\n"
        return self.is_quoting and is_break and self._at(self.position + 1) != ">"

    def _ends_innermost(self) -> bool:
        if not self.open:
            return False
        kind = self.open[-1].kind
        mark = _KINDS[kind][1]
        if kind == "italic" and self._at(self.position + 1) == "_":
            return False  # it begins or ends an underlined part
        return bool(mark) and self.source.startswith(mark, self.position)

    def _begin(self) -> None:
        character, begin = self.source[self.position], self.position
        if character == "\n":
            self._append(character)
            self.position += 1
        elif character == ">" and self.is_at_line_start:
            self.position += 1
            if not self.is_quoting:
                self.is_quoting = True
                self._open("blockquote", begin)
        else:
            mark = next((one for one in _MARKS if self.source.startswith(one, begin)), None)
            if mark is None:
                raise cannot_parse(
                    f"Character '{character}' is reserved and must be escaped with the "
                    "preceding '\\'"
                )
            self.position += len(mark)
            self._open(_MARKS[mark], begin)

    def _open(self, kind: str, begin: int) -> None:
        opened = _Open(kind, self.units, begin, len(self.text))
        if kind == "pre":
            opened.language = self._skip(_LANGUAGE)
            self._skip(_FIRST_BREAK)
        self.open.append(opened)

    def _end(self) -> None:
        opened = self.open.pop()
        if self.source[self.position] == "\n" and opened.kind not in {"code", "pre"}:
            kind = "blockquote"
            if opened.kind == "spoiler" and self._is_empty_spoiler(opened):
                kind, opened = "expandable_blockquote", self.open.pop()
            if opened.kind != "blockquote":
                raise self._no_end(opened)
            self.is_quoting = False
            self._append("\n")
            self.position += 1
            self._add(opened, kind)
            return
        self.position += len(_KINDS[opened.kind][1])
        more: dict[str, str] = {}
        match opened.kind:
            case "text_link":
                url = self._read_url()
                more["url"] = "".join(self.text[opened.start :]) if url is None else url
                if not is_link(more["url"]):
                    return  # a link without a valid URL becomes plain text
            case "custom_emoji":
                more["custom_emoji_id"] = self._read_emoji_id()
            case "pre" if opened.language:
                more["language"] = opened.language
        self._add(opened, opened.kind, **more)

    def _is_empty_spoiler(self, opened: _Open) -> bool:
        """Tell whether `||` stands at the end of a quote, which marks it as expandable."""
        return self.source[opened.position + 2 : self.position] in {"", "\r"}

    def _end_quote_at_end(self) -> None:
        if not self.is_quoting:
            return
        kind = "blockquote"
        innermost = self.open[-1]
        if innermost.kind == "spoiler" and innermost.position == len(self.source) - 2:
            self.open.pop()
            kind = "expandable_blockquote"
        if self.open[-1].kind == "blockquote":
            self._add(self.open.pop(), kind)

    def _add(self, opened: _Open, kind: str, **more: str) -> None:
        length = self.units - opened.offset
        if length:
            entity = {"type": kind, "offset": opened.offset, "length": length, **more}
            self.entities.append(entity)

    def _read_url(self) -> str | None:
        """Return the URL in parentheses, or None if there are none."""
        if self._at(self.position) != "(":
            return None
        self.position += 1
        begin = self.position
        url = []
        while self._at(self.position) not in {")", ""}:
            self.position += self._is_escape(self.position)
            url.append(self.source[self.position])
            self.position += 1
        if self._at(self.position) != ")":
            raise cannot_parse(f"Can't find end of a URL at byte offset {self._byte(begin)}")
        self.position += 1
        return "".join(url)

    def _read_emoji_id(self) -> str:
        url = self._read_url()
        if url is None:
            raise cannot_parse("The entity must contain a tg://emoji or tg://time URL")
        parts = urlsplit(url)
        emoji_id = parse_qs(parts.query).get("id", [""])[0]
        is_emoji = (parts.scheme.lower(), parts.netloc.lower()) == ("tg", "emoji")
        if not is_emoji or not re.fullmatch(r"[1-9]\d*", emoji_id):
            raise cannot_parse("Invalid tg://emoji or tg://time URL specified")
        return emoji_id

    def _no_end(self, opened: _Open) -> TelegramError:
        name = "PreCode" if opened.language else _KINDS[opened.kind][0]
        offset = self._byte(opened.position)
        return cannot_parse(f"Can't find end of {name} entity at byte offset {offset}")


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities. Raises TelegramError 400 "can't parse entities: …".

    Dates in `tg://time` links are not supported.
    """
    return _Parser(source).parse()
