"""Detects the type of a file: by its content if that is conclusive, otherwise by its name."""

import re
import zipfile
from enum import StrEnum
from typing import BinaryIO, Final

from personal_bot.documents.converters.protocol import Hints, RefusalError, RefusalKind


class MediaType(StrEnum):
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    EPUB = "application/epub+zip"
    ZIP = "application/zip"
    HTML = "text/html"
    CSV = "text/csv"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"


SUFFIXES: Final = {
    ".pdf": MediaType.PDF,
    ".docx": MediaType.DOCX,
    ".pptx": MediaType.PPTX,
    ".xlsx": MediaType.XLSX,
    ".epub": MediaType.EPUB,
    ".zip": MediaType.ZIP,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".csv": MediaType.CSV,
    ".tsv": MediaType.CSV,
    ".md": MediaType.MARKDOWN,
    ".txt": MediaType.TEXT,
}
_TEXTS: Final = {MediaType.HTML, MediaType.CSV, MediaType.MARKDOWN, MediaType.TEXT}

# First bytes of unsupported files, which often have the suffix of another type.
_UNSUPPORTED: Final = {
    b"MZ": "exe",
    b"\x7fELF": "elf",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"{\\rtf": "rtf",
    b"%!PS": "postscript",
    b"\x89PNG\r\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"RIFF": "riff",
    b"OggS": "ogg",
    b"ID3": "mp3",
    b"SQLite format 3\x00": "sqlite",
    b"\xca\xfe\xba\xbe": "class",
    b"AT&TFORM": "djvu",
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, .xls, .ppt and every encrypted .docx
_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OFFICE_PARTS: Final = {
    "word/document.xml": MediaType.DOCX,
    "ppt/presentation.xml": MediaType.PPTX,
    "xl/workbook.xml": MediaType.XLSX,
    "xl/workbook.bin": "xlsb",
}
_HTML: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def detect(source: BinaryIO, hints: Hints) -> MediaType:
    """Return the type of a file. Raises RefusalError for a file that cannot be converted.

    The signature of a PDF or ZIP-based file overrides the suffix. A file with the suffix of such a
    format but without its signature is damaged. Otherwise the suffix decides.
    """
    head = source.read(1024)
    suffix = hints.suffix
    if not head:
        raise RefusalError(RefusalKind.EMPTY)
    if b"%PDF-" in head and not head.startswith(_PACKED):
        return MediaType.PDF
    named = SUFFIXES.get(suffix)
    if head.startswith(_PACKED):
        return _detect_packed(source, named)
    if head.startswith(_OLE):
        raise _refuse_ole(source)
    for mark, kind in _UNSUPPORTED.items():
        # A text may start with the same two letters, but only a binary file has NULs near them.
        if head.startswith(mark) and (len(mark) > 2 or named not in _TEXTS or b"\0" in head):
            raise RefusalError(RefusalKind.UNSUPPORTED, kind)
    if named is None:
        raise RefusalError(RefusalKind.UNSUPPORTED, suffix.removeprefix("."))
    if named in _TEXTS:
        return named
    if _HTML.match(head):  # web applications export HTML tables with the suffix .xlsx
        return MediaType.HTML
    raise RefusalError(RefusalKind.DAMAGED, f"not a {suffix.removeprefix('.')}")


def _detect_packed(source: BinaryIO, named: MediaType | None) -> MediaType:
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error
    for part, kind in _OFFICE_PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            if isinstance(kind, MediaType):
                return kind
            raise RefusalError(RefusalKind.UNSUPPORTED, kind)
    if "META-INF/container.xml" in names or mimetype.strip() == MediaType.EPUB.encode():
        return MediaType.EPUB
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        raise RefusalError(RefusalKind.UNSUPPORTED, "opendocument")
    if named in {MediaType.DOCX, MediaType.PPTX, MediaType.XLSX, MediaType.EPUB}:
        raise RefusalError(RefusalKind.DAMAGED, "parts are missing")
    return MediaType.ZIP


def _refuse_ole(source: BinaryIO) -> RefusalError:
    source.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in source.read():
        return RefusalError(RefusalKind.PASSWORD)
    return RefusalError(RefusalKind.UNSUPPORTED, "doc, xls or ppt")
