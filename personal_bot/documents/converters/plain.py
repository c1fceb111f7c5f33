"""Reads plain text and Markdown, unchanged."""

from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters.code_pages import decode
from personal_bot.documents.converters.protocol import Limits, Page


def read_pages(source: BinaryIO, limits: Limits) -> Iterator[Page]:  # noqa: ARG001
    yield Page(None, decode(source.read()))
