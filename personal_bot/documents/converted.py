"""The output of a worker, as files that consist of pages."""

from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from personal_bot.documents.converters.content import Block, BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.normalization import normalize_name
from personal_bot.documents.converters.protocol import MessageType, RefusalKind, read_messages
from personal_bot.errors import (
    ArchiveError,
    ConversionLimitError,
    DamagedFileError,
    DocumentError,
    EmptyFileError,
    NoTextError,
    PasswordProtectedError,
    UnsupportedFileError,
)

_ERRORS: Final[dict[str, type[DocumentError]]] = {
    RefusalKind.UNSUPPORTED: UnsupportedFileError,
    RefusalKind.EMPTY: EmptyFileError,
    RefusalKind.DAMAGED: DamagedFileError,
    RefusalKind.PASSWORD: PasswordProtectedError,
    RefusalKind.NO_TEXT: NoTextError,
    RefusalKind.LIMIT: ConversionLimitError,
    RefusalKind.ARCHIVE: ArchiveError,
}


class Slice(NamedTuple):
    """A part of a file, in bytes."""

    offset: int
    size: int


@dataclass(frozen=True)
class ConvertedFile:
    """The text of one file; for a file in an archive, `name` is ``archive.zip/inner.pdf``.

    `tables` tells where the database of its tables is, in the file that `convert` was given.
    """

    name: str
    media_type: str
    pages: list[Page]
    tables: Slice | None = None


@dataclass(frozen=True)
class Conversion:
    """The converted file or files of an upload; `refused` has the refused files of an archive.

    `locks` names the restrictions of the worker, such as ``landlock 6`` and ``seccomp``.
    """

    files: list[ConvertedFile]
    refused: list[DocumentError] = field(default_factory=list)
    locks: tuple[str, ...] = ()


def read_conversion(answer: bytes, name: str) -> Conversion | None:
    """Return what a worker wrote about the file `name`, or None if it ended too early.

    Raises a subclass of DocumentError if the worker refused the file.
    """
    reading = _Reading(name)
    for kind, *values in read_messages(answer):
        if kind == MessageType.END:
            return Conversion(list(reading.files.values()), reading.refused, reading.locks)
        reading.take(kind, values)
    return None


class _Reading:
    """The messages read so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.files: dict[str, ConvertedFile] = {}
        self.refused: list[DocumentError] = []
        self.locks: tuple[str, ...] = ()
        self._inner = ""
        self._pages: list[Page] = []
        self._blocks: list[Block] = []
        self._remarks: list[Remark] = []

    def take(self, kind: str, values: list[Any]) -> None:
        if kind == MessageType.BLOCK:
            block_kind, level, lead, text = values
            self._blocks.append(Block(text, BlockKind(block_kind), level, lead))
        elif kind == MessageType.PAGE:
            number, title = values
            self._blocks, self._remarks = [], []
            self._pages.append(Page(number, self._blocks, title, self._remarks))
        elif kind == MessageType.REMARK:
            remark, count, detail = values
            self._remarks.append(Remark(RemarkKind(remark), count, detail))
        else:
            self._take_about_file(kind, values)

    def _take_about_file(self, kind: str, values: list[Any]) -> None:
        if kind == MessageType.FILE:
            inner, media_type = values
            self._inner, self._pages = inner, []
            self.files[inner] = ConvertedFile(_join(self._name, inner), media_type, self._pages)
        elif kind == MessageType.REFUSED:
            inner, reason, detail = values
            self.files.pop(inner, None)
            self.refused.append(_ERRORS[reason](_join(self._name, inner), detail))
        elif kind == MessageType.TABLES:
            self.files[self._inner] = replace(self.files[self._inner], tables=Slice(*values))
        elif kind == MessageType.LOCKS:
            self.locks = tuple(values)
        elif kind == MessageType.REFUSAL:
            reason, detail = values
            raise _ERRORS[reason](self._name, detail)


def _join(name: str, inner: str) -> str:
    """Return the name of a file in an archive; `inner` is empty for the upload itself."""
    return f"{name}/{normalize_name(inner)}" if inner else name
