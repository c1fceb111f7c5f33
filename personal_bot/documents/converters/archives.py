"""Converts each file in a ZIP archive separately."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from personal_bot.documents.converters.containers import Container, check_entry, is_junk, read_name
from personal_bot.documents.converters.media_types import MediaType, detect
from personal_bot.documents.converters.protocol import (
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalError,
    RefusalKind,
    explain_failure,
)
from personal_bot.documents.converters.registry import Output, read_document

_NESTED: Final = "nested"


def read_files(source: BinaryIO, limits: Limits, hints: Hints, output: Output) -> Iterator[Message]:
    """Yield the messages of each file that can be read, and `REFUSED` for each other one.

    A `REFUSED` after a `FILE` with the same name revokes that file. Raises RefusalError for a
    hostile archive, or if no file in it can be read.
    """
    container = Container(source, limits, RefusalKind.ARCHIVE)
    for entry in container.entries:
        check_entry(entry)
    entries = [e for e in container.entries if not e.is_dir() and not is_junk(e.filename)]
    if not entries:
        raise RefusalError(RefusalKind.EMPTY)
    if len(entries) > limits.archive_files:
        raise RefusalError(RefusalKind.ARCHIVE, "files")
    refusals: Counter[RefusalKind] = Counter()
    for entry in entries:
        name = read_name(entry)
        try:
            content = io.BytesIO(container.read_entry(entry))
            inner = replace(hints, suffix=PurePosixPath(name).suffix.lower(), mime_type="")
            yield from _read_file(content, name, limits, inner, output)
        except Exception as error:
            refusal = explain_failure(error)
            if _is_of_archive(refusal):
                raise refusal from error
            refusals[refusal.kind] += 1
            yield (MessageType.REFUSED, name, refusal.kind, refusal.detail)
    if refusals.total() == len(entries):
        # A reason shared by all files is the reason for the archive, such as a password.
        only = next(iter(refusals)) if len(refusals) == 1 else RefusalKind.ARCHIVE
        raise RefusalError(only, "no file could be read")


def _is_of_archive(refusal: RefusalError) -> bool:
    """Tell whether a refusal concerns the whole archive, not only a file in it."""
    if refusal.kind is RefusalKind.ARCHIVE:
        return refusal.detail != _NESTED
    return (refusal.kind, refusal.detail) == (RefusalKind.LIMIT, "output")


def _read_file(
    content: BinaryIO, name: str, limits: Limits, hints: Hints, output: Output
) -> Iterator[Message]:
    media_type = detect(content, hints)
    if media_type is MediaType.ZIP:
        raise RefusalError(RefusalKind.ARCHIVE, _NESTED)
    yield from read_document(content, media_type, name, limits=limits, hints=hints, output=output)
