"""Names the kinds of binary files that are not read, by their first bytes."""

from typing import Final

CATEGORIES: Final = {
    "program": ("exe", "elf", "class", "wasm", "lnk", "macho"),
    "archive": ("gzip", "7z", "rar", "bzip2", "xz", "zstd", "tar", "cab"),
    "image": (
        *("png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "avif", "psd", "ico", "jpeg2000"),
        *("wmf", "emf"),
    ),
    "audio": ("mp3", "ogg", "wav", "flac", "m4a", "midi", "amr", "aiff"),
    "video": ("mp4", "mov", "avi", "mkv", "flv", "wmv", "mpeg"),
    "font": ("ttf", "otf", "woff", "ttc"),
    "database": ("sqlite", "access", "parquet"),
    "drawing": ("dwg", "vsd", "vsdx"),
    "book": ("djvu", "mobi", "chm"),
    "office": ("doc", "ppt", "xlsb", "pub", "postscript"),
}
"""What a person would call each kind; other details of a refusal are suffixes or "binary"."""

_STARTS: Final = {
    b"MZ": "exe",
    b"\x7fELF": "elf",
    b"\xca\xfe\xba\xbe": "class",
    b"\xcf\xfa\xed\xfe": "macho",
    b"\0asm": "wasm",
    b"L\0\0\0\x01\x14\x02\0": "lnk",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"MSCF\0\0\0\0": "cab",
    b"%!PS": "postscript",
    b"\x89PNG\r\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"BM": "bmp",
    b"8BPS": "psd",
    b"\0\0\x01\0": "ico",
    b"\0\0\0\x0cjP  ": "jpeg2000",
    b"\xd7\xcd\xc6\x9a": "wmf",
    b"\x01\0\0\0\x58\0\0\0": "emf",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xf3": "mp3",
    b"OggS": "ogg",
    b"fLaC": "flac",
    b"MThd": "midi",
    b"#!AMR": "amr",
    b"\x1a\x45\xdf\xa3": "mkv",
    b"FLV\x01": "flv",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "wmv",
    b"\0\0\x01\xba": "mpeg",
    b"\0\x01\0\0\0": "ttf",
    b"OTTO": "otf",
    b"ttcf": "ttc",
    b"wOFF": "woff",
    b"wOF2": "woff",
    b"SQLite format 3\x00": "sqlite",
    b"\0\x01\0\0Standard": "access",
    b"PAR1": "parquet",
    b"AC10": "dwg",
    b"AT&TFORM": "djvu",
    b"ITSF": "chm",
}
_RIFF: Final = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp", b"AIFF": "aiff"}
_BRANDS: Final = {  # of ISO media, at 8
    b"heic": "heic",
    b"heix": "heic",
    b"mif1": "heic",
    b"avif": "avif",
    b"M4A ": "m4a",
    b"qt  ": "mov",
}


def identify_binary(head: bytes) -> str:
    """Return the kind of a file of a known binary format, or nothing.

    A text may begin with the letters of a signature, but only a binary file has NULs near them or
    bytes that are no text.
    """
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    if head[:4] in {b"RIFF", b"FORM"} and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[257:262] == b"ustar":
        return "tar"
    if head[60:68] == b"BOOKMOBI":
        return "mobi"
    # Longer signatures first: that of a database begins like that of a font.
    for mark in sorted(_STARTS, key=len, reverse=True):
        if head.startswith(mark) and (len(mark) > 3 or not mark.isascii() or b"\0" in head):
            return "" if mark[:1] == b"\xff" and _is_utf16(head) else _STARTS[mark]
    return ""


def _is_utf16(head: bytes) -> bool:
    return head.startswith(b"\xff\xfe")
