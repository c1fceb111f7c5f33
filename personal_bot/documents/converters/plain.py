"""Reads plain text and Markdown, unchanged."""

from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters.code_pages import decode
from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.paragraphs import read_paragraphs
from personal_bot.documents.converters.protocol import Hints, Limits


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    yield Page(None, read_paragraphs(decode(source.read())))
