"""Reads logs by records: a line with what belongs to it, such as a traceback."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import PASSAGE_CHARS, Block, BlockKind, Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits

# Short records share a block, so that a passage holds several and its block's ends are theirs.
_BLOCK_CHARS: Final = PASSAGE_CHARS // 2
_STAMP: Final = re.compile(
    r"[\[(<]?(?:\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./]\d{2,4}|\d\d:\d\d:\d\d"
    r"|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d|\d{10,13}\b)"
)
_CONTINUATION: Final = re.compile(
    r"[ \t]|$|Traceback|Caused by|\.\.\. \d+ more|\}|\]|[\w.]+(?:Error|Exception|Warning)\b"
)


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    decoded = decode_text(source.read(), chosen=hints.encoding)
    yield Page(None, read_records(decoded.text), remarks=list_remarks(decoded))


def read_records(text: str) -> Iterator[Block]:
    """Yield blocks of whole records."""
    block: list[str] = []
    size = 0
    for record in _find_records(text):
        if block and size + len(record) > _BLOCK_CHARS:
            yield Block("".join(block), BlockKind.CODE)
            block, size = [], 0
        block.append(record)
        size += len(record)
    if block:
        yield Block("".join(block), BlockKind.CODE)


def _find_records(text: str) -> Iterator[str]:
    """Yield records; if lines begin with time stamps, all others continue a record."""
    lines = io.StringIO(text, newline=None)
    stamped = sum(bool(_STAMP.match(line)) for line in text[:20_000].splitlines()) > 1
    record: list[str] = []
    for line in lines:
        continues = not _STAMP.match(line) if stamped else _CONTINUATION.match(line)
        if record and not continues:
            yield "".join(record)
            record = []
        record.append(line)
    if record:
        yield "".join(record)
