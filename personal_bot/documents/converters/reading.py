"""Converts a file of any type to messages of the protocol, with the files in it."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from personal_bot.documents.converters.containers import Member
from personal_bot.documents.converters.protocol import (
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalError,
    RefusalKind,
    explain_failure,
)
from personal_bot.documents.converters.registry import Output, TableStore, read_document
from personal_bot.documents.converters.types.detection import detect
from personal_bot.documents.converters.types.media_types import MediaType

_NESTED: Final = "nested"
_MAILS: Final = {MediaType.EML, MediaType.MSG}


def read(
    source: BinaryIO, hints: Hints, limits: Limits, tables: TableStore | None = None
) -> Iterator[Message]:
    """Yield the messages about an upload and the files in it, whose tables `tables` keeps.

    A `REFUSED` after a `FILE` with the same name revokes that file. Raises RefusalError and any
    error of a library.
    """
    yield from _Reading(limits, tables or TableStore()).read(source, hints)


class _Reading:
    """The reading of one upload, whose files share the limits."""

    def __init__(self, limits: Limits, tables: TableStore) -> None:
        self._limits = limits
        self._tables = tables
        self._output = Output(limits)
        self._files = 0
        self._names: Counter[str] = Counter()

    def read(
        self, source: BinaryIO, hints: Hints, name: str = "", depth: int = 0
    ) -> Iterator[Message]:
        """Yield the messages about a file; `depth` counts the archives and mails around it."""
        media_type = detect(source, hints)
        if media_type is MediaType.ZIP:
            if depth:
                raise RefusalError(RefusalKind.ARCHIVE, _NESTED)
            yield from self._read_archive(source, hints)
            return
        if media_type in _MAILS and depth > 1:
            raise RefusalError(RefusalKind.ARCHIVE, _NESTED)
        yield from read_document(
            source,
            media_type,
            name,
            limits=self._limits,
            hints=hints,
            output=self._output,
            tables=self._tables,
        )
        if media_type in _MAILS:
            from personal_bot.documents.converters.mail import messages  # noqa: PLC0415 - rarely

            attachments = messages.list_attachments(source, self._limits)
            yield from self._read_members(attachments, hints, name, depth)

    def _read_archive(self, source: BinaryIO, hints: Hints) -> Iterator[Message]:
        from personal_bot.documents.converters.archives import list_members  # noqa: PLC0415

        members = list_members(source, self._limits)
        refusals: Counter[str] = Counter()
        for message in self._read_members(members, hints, "", 0):
            if message[0] == MessageType.REFUSED:
                refusals[str(message[2])] += 1
            yield message
        if refusals.total() == len(members):
            # A reason shared by all files is the reason for the archive, such as a password.
            only = next(iter(refusals)) if len(refusals) == 1 else RefusalKind.ARCHIVE
            raise RefusalError(RefusalKind(only), "no file could be read")

    def _read_members(
        self, members: Iterable[Member], hints: Hints, folder: str, depth: int
    ) -> Iterator[Message]:
        for member in members:
            self._files += 1
            if self._files > self._limits.archive_files:
                raise RefusalError(RefusalKind.ARCHIVE, "files")
            name = self._name(f"{folder}/{member.name}" if folder else member.name)
            inner = replace(
                hints,
                suffix=PurePosixPath(member.name).suffix.lower()[:20],
                mime_type=member.mime_type,
            )
            try:
                yield from self.read(io.BytesIO(member.read()), inner, name, depth + 1)
            except Exception as error:
                refusal = explain_failure(error)
                if _is_of_upload(refusal):
                    raise refusal from error
                yield (MessageType.REFUSED, name, refusal.kind, refusal.detail)

    def _name(self, name: str) -> str:
        """Return a name that no other file of the upload has."""
        self._names[name] += 1
        if self._names[name] == 1:
            return name
        path = PurePosixPath(name)
        return self._name(str(path.with_name(f"{path.stem} ({self._names[name]}){path.suffix}")))


def _is_of_upload(refusal: RefusalError) -> bool:
    """Tell whether a refusal concerns the whole upload, not only a file in it."""
    if refusal.kind is RefusalKind.ARCHIVE:
        return refusal.detail != _NESTED
    return (refusal.kind, refusal.detail) == (RefusalKind.LIMIT, "output")
