"""Reads plain text."""

from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.text.paragraphs import read_paragraphs


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    decoded = decode_text(source.read(), chosen=hints.encoding)
    yield Page(None, read_paragraphs(decoded.text), remarks=list_remarks(decoded))
