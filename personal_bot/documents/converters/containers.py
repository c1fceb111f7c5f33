"""Opens ZIP files and checks their number of entries and sizes before unpacking anything."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from personal_bot.documents.converters.protocol import MIB, Limits, RefusalError, RefusalKind

_DAMAGE: Final = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)
_ENTRY_MARK: Final = b"PK\x01\x02"
_UTF8_NAME: Final = 0x800  # flag of an entry
_ENCRYPTED: Final = 0x1
_KINDS: Final = {0, stat.S_IFREG, stat.S_IFDIR}  # Unix file types; 0 if not written on Unix


class Member(NamedTuple):
    """A file in an archive or attached to a mail. `read` raises RefusalError."""

    name: str
    read: Callable[[], bytes]
    mime_type: str = ""


class Container:
    """An open ZIP file, which unpacks at most `limits.unpacked_bytes` in total.

    `kind` is the refusal for an exceeded limit: ARCHIVE for an archive, LIMIT for a document.
    """

    def __init__(self, source: BinaryIO, limits: Limits, kind: RefusalKind) -> None:
        source.seek(0)
        # Checked before zipfile creates an object per entry. Marks in stored files raise the count.
        if source.read().count(_ENTRY_MARK) > limits.parts:
            raise RefusalError(kind, "files")
        source.seek(0)
        try:
            self._archive = zipfile.ZipFile(source)
        except _DAMAGE as error:
            raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error
        self._limits = limits
        self._kind = kind
        self._left = limits.unpacked_bytes
        self.entries = self._archive.infolist()
        self._names = {entry.filename: entry for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """Unpack one part of a document. Raises RefusalError, also if the part is missing."""
        entry = self._names.get(name)
        if entry is None:
            raise RefusalError(RefusalKind.DAMAGED, "a part is missing")
        return self.read_entry(entry)

    def read_entry(self, entry: zipfile.ZipInfo) -> bytes:
        """Unpack one entry. Raises RefusalError."""
        self.admit(entry)
        try:
            # zipfile unpacks at most the declared size of the entry, which was checked.
            return self._archive.read(entry)
        except (*_DAMAGE, EOFError, zlib.error) as error:
            raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error

    def admit(self, entry: zipfile.ZipInfo) -> None:
        """Count an entry towards the limits. Raises RefusalError if it exceeds them."""
        if entry.flag_bits & _ENCRYPTED:
            raise RefusalError(RefusalKind.PASSWORD)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise RefusalError(self._kind, "compression method")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > MIB and ratio > self._limits.unpacked_ratio:
            raise RefusalError(self._kind, "compression ratio")
        self._left -= entry.file_size
        if self._left < 0:
            raise RefusalError(self._kind, "unpacked size")


def is_junk(name: str) -> bool:
    """Tell whether a file was added to an archive by the operating system."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Raise RefusalError for a path outside of the archive, a link or a device."""
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        raise RefusalError(RefusalKind.ARCHIVE, "path")
    if stat.S_IFMT(entry.external_attr >> 16) not in _KINDS:
        raise RefusalError(RefusalKind.ARCHIVE, "link")


def read_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry, decoded from its original encoding.

    Without the UTF-8 flag, zipfile decodes names as cp437, but Windows writes them in its DOS code
    page, which is cp866 for Russian, and macOS in UTF-8.
    """
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    from personal_bot.documents.converters.encodings import code_pages  # noqa: PLC0415

    try:
        return code_pages.decode(entry.filename.encode("cp437"))
    except (UnicodeEncodeError, RefusalError):
        return entry.filename
