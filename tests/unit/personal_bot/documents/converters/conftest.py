"""Conversion in this process instead of a worker."""

import io
from collections.abc import Callable

import pytest
from hypothesis import settings

from personal_bot.documents.converters import reading
from personal_bot.documents.converters.content import Block, BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.protocol import DEFAULT, Hints, Limits, MessageType

# On a busy machine, a missed deadline says nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

Read = Callable[..., list[Page]]


def _read(content: bytes, suffix: str, limits: Limits = DEFAULT, **hints: str) -> list[Page]:
    pages: list[Page] = []
    blocks: list[Block] = []
    remarks: list[Remark] = []
    for kind, *values in reading.read(io.BytesIO(content), Hints(suffix, **hints), limits):
        if kind == MessageType.PAGE:
            blocks, remarks = [], []
            pages.append(Page(values[0], blocks, values[1], remarks))
        elif kind == MessageType.BLOCK:
            block, level, lead, text = values
            blocks.append(Block(text, BlockKind(block), level, lead))
        elif kind == MessageType.REMARK:
            remark, count, detail = values
            remarks.append(Remark(RemarkKind(remark), count, detail))
    return pages


@pytest.fixture
def read() -> Read:
    """Return a function that reads the pages of a file, given its content and suffix."""
    return _read
