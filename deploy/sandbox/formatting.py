"""Parses Telegram's HTML into plain text and entities, measured in UTF-16 code units.

It follows `parse_html` of Telegram's own library, including the texts of its errors:
https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
"""

import re
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.errors import TelegramError, bad_request

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
Entity = dict[str, Any]

_SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
}
_NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[a-zA-Z0-9.\-]*")
_SPACE = re.compile(r"\s*")
_LINK = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|[^\s/]+\.[^\s/]")


def count_units(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram measures texts and entities."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut_units(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity covers; both numbers count UTF-16 code units."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", errors="replace")


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str]


@dataclass
class SourceParser:
    """A position in a formatted text, and the plain text and entities that were read before it."""

    source: str
    position: int = 0
    text: list[str] = field(default_factory=list)
    units: int = 0
    entities: list[Entity] = field(default_factory=list)

    def _finish(self) -> tuple[str, list[Entity]]:
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def _append(self, character: str) -> None:
        self.text.append(character)
        self.units += count_units(character)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.position)
        found = match.group() if match else ""
        self.position += len(found)
        return found

    def _at(self, position: int) -> str:
        return self.source[position : position + 1]

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())


@dataclass
class _Parser(SourceParser):
    open: list[_Open] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            if self.source[self.position] != "<":
                self._append(self._read_character())
            elif self.source.startswith("</", self.position):
                self._close_tag()
            else:
                self._open_tag()
        if self.open:
            tag = self.open[-1].tag
            raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return self._finish()

    def _read_character(self) -> str:
        match = _REFERENCE.match(self.source, self.position)
        character = _decode_reference(match) if match else None
        if match is None or character is None:
            self.position += 1
            return self.source[self.position - 1]
        self.position = match.end()
        return character

    def _open_tag(self) -> None:
        begin = self.position
        unclosed = cannot_parse(f"Unclosed start tag at byte offset {self._byte(begin)}")
        self.position += 1
        tag = self._skip(_NAME).lower()
        if not self._at(self.position):
            raise unclosed
        if tag not in _SIMPLE_TAGS:
            raise cannot_parse(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes: dict[str, str] = {}
        while self._skip(_SPACE) or self._at(self.position) != ">":
            if self._at(self.position) == ">":
                break
            name, value = self._read_attribute(tag, begin)
            attributes[name] = value
            if not self._at(self.position):
                raise unclosed
        if tag == "span" and not attributes.get("class", "").startswith("tg-spoiler"):
            raise cannot_parse(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self.position += 1
        self.open.append(_Open(tag, self.units, attributes))

    def _read_attribute(self, tag: str, begin: int) -> tuple[str, str]:
        start = self.position
        name = self._skip(_ATTRIBUTE_NAME).lower()
        if not name:
            raise cannot_parse(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
            )
        self._skip(_SPACE)
        if self._at(self.position) != "=":
            if tag == "blockquote" and name == "expandable":
                return name, ""
            raise cannot_parse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {self._byte(start)}"
            )
        self.position += 1
        self._skip(_SPACE)
        quote = self._at(self.position)
        if quote not in {'"', "'"} or not quote:
            return name, self._skip(_BARE_VALUE).lower()
        self.position += 1
        value: list[str] = []
        while self._at(self.position) not in {quote, ""}:
            value.append(self._read_character())
        self.position += 1
        return name, "".join(value)

    def _close_tag(self) -> None:
        begin = self._byte(self.position)
        if not self.open:
            raise cannot_parse(f"Unexpected end tag at byte offset {begin}")
        self.position += 2
        name = self._skip(_NAME).lower()
        self._skip(_SPACE)
        if self._at(self.position) != ">":
            raise cannot_parse(f"Unclosed end tag at byte offset {begin}")
        self.position += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise cannot_parse(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        if self.units > opened.offset:
            self._add_entity(opened)

    def _add_entity(self, opened: _Open) -> None:
        kind = _SIMPLE_TAGS[opened.tag]
        entity: Entity = {
            "type": kind,
            "offset": opened.offset,
            "length": self.units - opened.offset,
        }
        if kind == "text_link":
            url = opened.attributes.get("href", "")
            if not is_link(url):
                return  # a link without a valid URL becomes plain text
            entity["url"] = url
        elif kind == "custom_emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif kind == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif kind == "code":
            language = opened.attributes.get("class", "")
            if self.open and self.open[-1].tag == "pre" and language.startswith("language-"):
                self.open[-1].attributes["language"] = language.removeprefix("language-")
                return
        elif kind == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities. Raises TelegramError 400 "can't parse entities: …"."""
    return _Parser(source).parse()


def _decode_reference(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED_CHARACTERS.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    valid = 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000
    return chr(code) if valid else None


def is_link(url: str) -> bool:
    return bool(_LINK.match(url))


def cannot_parse(reason: str) -> TelegramError:
    return bad_request(f"can't parse entities: {reason}")
