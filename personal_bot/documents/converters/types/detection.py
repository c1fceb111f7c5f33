"""Detects the type of a file: by its content, then by what its sender and its name say."""

from typing import BinaryIO, Final

from personal_bot.documents.converters.encodings.code_pages import decode
from personal_bot.documents.converters.protocol import Hints, RefusalError, RefusalKind
from personal_bot.documents.converters.types.media_types import TEXTS, MediaType, find_named_type
from personal_bot.documents.converters.types.packages import OLE, PACKED, detect_ole, detect_packed
from personal_bot.documents.converters.types.signatures import identify_binary
from personal_bot.documents.converters.types.text_types import (
    find_delimiter,
    find_evident_type,
    guess_type,
    is_json,
)

_HEAD_BYTES: Final = 1024
_SAMPLE_BYTES: Final = 64 * 1024


def detect(source: BinaryIO, hints: Hints) -> MediaType:
    """Return the type of a file. Raises RefusalError for a file that cannot be converted.

    A signature decides; then evidence such as `<html>` in a text; then the MIME type and suffix.
    A text whose name says nothing is what it looks like. A text named as a binary format is
    damaged, unless it is evidently something else, such as the HTML that accounting programs
    call .xls.
    """
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    named = find_named_type(hints)
    if not head:
        raise RefusalError(RefusalKind.EMPTY)
    if b"%PDF-" in head and not head.startswith(PACKED):
        return MediaType.PDF
    if head.startswith(PACKED):
        return detect_packed(source, named)
    if head.startswith(OLE):
        return detect_ole(source)
    binary = identify_binary(head)
    if binary:
        raise RefusalError(RefusalKind.UNSUPPORTED, binary)
    return _detect_text(head + source.read(), hints, named)


def _detect_text(content: bytes, hints: Hints, named: MediaType | None) -> MediaType:
    suffix = hints.suffix.removeprefix(".")
    try:
        text = decode(_cut(content))
    except RefusalError as refusal:
        if named in TEXTS or refusal.kind is RefusalKind.EMPTY:
            raise
        if named:
            raise RefusalError(RefusalKind.DAMAGED, f"not a {suffix}") from refusal
        raise RefusalError(RefusalKind.UNSUPPORTED, suffix or "binary") from refusal
    if named in TEXTS - {MediaType.TEXT}:
        return named
    evident = find_evident_type(text)
    if evident:
        return evident
    if find_delimiter(text) == "\t":
        return MediaType.CSV
    if named not in {None, MediaType.TEXT}:
        raise RefusalError(RefusalKind.DAMAGED, f"not a {suffix}")
    if is_json(text if len(content) <= _SAMPLE_BYTES else decode(content)):
        return MediaType.JSON
    return named or guess_type(text)


def _cut(content: bytes) -> bytes:
    """Return the beginning of a text, up to the end of a line."""
    if len(content) <= _SAMPLE_BYTES:
        return content
    sample = content[:_SAMPLE_BYTES]
    return sample.rpartition(b"\n")[0] or sample
