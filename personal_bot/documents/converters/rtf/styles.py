"""Reads which styles of an RTF are headings."""

import re
from typing import Final

_HEADING: Final = re.compile(r"(?:heading|заголовок)\s*([1-9])", re.IGNORECASE)
_BODY_LEVEL: Final = 9  # the outline level of ordinary text


class Styles:
    def __init__(self) -> None:
        self._levels: dict[int, int] = {}  # of headings by style, from 1
        self._style = 0
        self._level: int | None = None
        self._name = ""

    def define(self, word: str, number: int | None) -> None:
        """Handle a control word of the style sheet."""
        if word == "s":
            self._style = number or 0
        elif word == "outlinelevel":
            self._level = number

    def name(self, text: str) -> None:
        """Handle text of the style sheet; a semicolon ends a style."""
        name, end, _ = text.partition(";")
        self._name += name[:100]
        if not end:
            return
        level = self.find_level(None, self._level)
        match = _HEADING.match(self._name.strip())
        if level is None and match:
            level = int(match[1])
        elif level is None and self._name.strip().lower() == "title":
            level = 1
        if level is not None:
            self._levels[self._style] = level
        self._style, self._level, self._name = 0, None, ""

    def find_level(self, style: int | None, outline: int | None) -> int | None:
        """Return the level of a heading, from 1; None for other paragraphs."""
        if outline is not None:
            return outline + 1 if 0 <= outline < _BODY_LEVEL else None
        return self._levels.get(style) if style is not None else None
