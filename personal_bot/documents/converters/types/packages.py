"""Tells the documents that are ZIP or OLE packages apart by what they declare to contain."""

import re
import zipfile
from typing import BinaryIO, Final

from personal_bot.documents.converters.protocol import MIB, RefusalError, RefusalKind
from personal_bot.documents.converters.types.media_types import MediaType

PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, .xls, .ppt, .msg and encrypted .docx
_DAMAGE: Final = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError)
_TYPES: Final = "[Content_Types].xml"
# The content type of the main part, whatever the name of that part.
_MAIN: Final = re.compile(
    rb"wordprocessingml\.(?P<DOCX>document|template)\.main|ms-word\.(?P<DOCM>document|template)\."
    rb"|presentationml\.(?P<PPTX>presentation|slideshow|template)\.main"
    rb"|ms-powerpoint\.(?P<PPTM>presentation|slideshow|template)\."
    rb"|spreadsheetml\.(?P<XLSX>sheet|template)\.main|ms-excel\.(?P<XLSM>sheet|template)\.macro"
    rb"|ms-excel\.sheet\.(?P<XLSB>binary)|ms-visio\.(?P<VSDX>drawing)",
    re.IGNORECASE,
)
_FOLDERS: Final = {"word/": MediaType.DOCX, "ppt/": MediaType.PPTX, "xl/": MediaType.XLSX}
_OPEN_DOCUMENTS: Final = (MediaType.ODT, MediaType.ODS, MediaType.ODP)
_PACKAGES: Final = {*_FOLDERS.values(), *_OPEN_DOCUMENTS, MediaType.EPUB}
_STREAMS: Final = {  # of the root storage
    "encryptedpackage": RefusalKind.PASSWORD,
    "__properties_version1.0": MediaType.MSG,
    "workbook": MediaType.XLS,
    "book": MediaType.XLS,
    "worddocument": "doc",
    "powerpoint document": "ppt",
    "visiodocument": "vsd",
    "quill": "pub",
}


def detect_packed(source: BinaryIO, named: MediaType | None) -> MediaType:
    """Return the type of a ZIP file. Raises RefusalError."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            mimetype = _read_start(archive, names, "mimetype", 100).strip().decode("latin-1")
            types = _read_start(archive, names, _TYPES, MIB)
    except _DAMAGE as error:
        raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error
    if _TYPES in names:
        office = _find_main(types, names)
        if office:
            return office
    if "META-INF/container.xml" in names or mimetype == MediaType.EPUB:
        return MediaType.EPUB
    for kind in _OPEN_DOCUMENTS:
        if mimetype.removesuffix("-template") == kind:
            return kind
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        raise RefusalError(RefusalKind.UNSUPPORTED, "opendocument")
    if named in _PACKAGES:
        raise RefusalError(RefusalKind.DAMAGED, "parts are missing")
    return MediaType.ZIP


def detect_ole(source: BinaryIO) -> MediaType:
    """Return the type of an OLE file by its streams. Raises RefusalError."""
    import olefile  # noqa: PLC0415 - rarely needed

    source.seek(0)
    try:
        with olefile.OleFileIO(source) as file:
            streams = {path[0].lower() for path in file.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error
    for name, kind in _STREAMS.items():
        if name in streams:
            if isinstance(kind, MediaType):
                return kind
            if kind is RefusalKind.PASSWORD:
                raise RefusalError(kind)
            raise RefusalError(RefusalKind.UNSUPPORTED, kind)
    raise RefusalError(RefusalKind.UNSUPPORTED, "ole")


def _read_start(archive: zipfile.ZipFile, names: set[str], name: str, size: int) -> bytes:
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(size)


def _find_main(types: bytes, names: set[str]) -> MediaType | None:
    """Return the type of an Office package. Raises RefusalError for one that is not read."""
    main = _MAIN.search(types)
    if main:
        kind = str(main.lastgroup)
        if kind in {"XLSB", "VSDX"}:
            raise RefusalError(RefusalKind.UNSUPPORTED, kind.lower())
        return MediaType[kind.removesuffix("M").ljust(4, "X")]
    return next(
        (kind for folder, kind in _FOLDERS.items() if any(n.startswith(folder) for n in names)),
        None,
    )
