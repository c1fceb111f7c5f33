"""Converts a file of any type to messages of the protocol."""

from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters import archives
from personal_bot.documents.converters.media_types import MediaType, detect
from personal_bot.documents.converters.protocol import Hints, Limits, Message
from personal_bot.documents.converters.registry import Output, read_document


def read(source: BinaryIO, hints: Hints, limits: Limits) -> Iterator[Message]:
    """Yield `FILE`, `PAGE` and `REFUSED`. Raises RefusalError and any error of a library."""
    media_type = detect(source, hints)
    output = Output(limits)
    if media_type is MediaType.ZIP:
        yield from archives.read_files(source, limits, hints, output)
    else:
        yield from read_document(source, media_type, "", limits=limits, hints=hints, output=output)
