"""Conversion in this process instead of a worker."""

import io
from collections.abc import Callable

import pytest
from hypothesis import settings

from personal_bot.documents.converters import reading
from personal_bot.documents.converters.protocol import DEFAULT, Limits, MessageType, Page

# On a busy machine, a missed deadline says nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

Read = Callable[..., list[Page]]


def _read(content: bytes, suffix: str, limits: Limits = DEFAULT) -> list[Page]:
    pages = []
    for kind, *values in reading.read(io.BytesIO(content), suffix, limits):
        if kind == MessageType.PAGE:
            number, title, text = values
            pages.append(Page(number, text, title))
    return pages


@pytest.fixture
def read() -> Read:
    """Return a function that reads the pages of a file, given its content and suffix."""
    return _read
