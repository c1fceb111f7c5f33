"""Random noise, and files with the wrong extension."""

import gzip
import random
from collections.abc import Iterator

from personal_bot.errors import (
    DamagedFileError,
    EmptyFileError,
    NoTextError,
    PasswordProtectedError,
    UnsupportedFileError,
)
from tests.compound import make_ole
from tests.documents import (
    make_docx,
    make_pdf,
    paragraph,
)
from tests.hostile.case import Hostile

SUFFIXES = (
    *("pdf", "docx", "pptx", "xlsx", "txt", "md", "html", "htm", "csv", "tsv", "epub", "zip"),
    *("xls", "odt", "rtf", "eml", "msg", "mht", "json", "yaml", "log", "py", "xml", "05", "doc"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def list_noise() -> Iterator[Hostile]:
    unread = (DamagedFileError, UnsupportedFileError, NoTextError)
    for suffix in SUFFIXES:
        noise = random.Random(suffix).randbytes(5_000)
        yield Hostile(f"noise.{suffix}", lambda noise=noise: b"~" + noise, unread)
        yield Hostile(f"zeros.{suffix}", lambda: bytes(5_000), (*unread, EmptyFileError))


def list_disguised() -> Iterator[Hostile]:
    unsupported = (UnsupportedFileError,)
    yield Hostile("program.pdf", lambda: b"MZ\x90\x00" + bytes(500), unsupported)
    yield Hostile("program.txt", lambda: b"MZ\x90\x00" + bytes(500), unsupported)
    yield Hostile("elf.docx", lambda: b"\x7fELF\x02\x01" + bytes(500), unsupported)
    yield Hostile("packed.pdf", lambda: gzip.compress(make_pdf(["x"])), unsupported)
    yield Hostile("picture.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), unsupported)
    yield Hostile("empty_ole.docx", lambda: OLE + bytes(600), (DamagedFileError,))
    yield Hostile("old.docx", lambda: make_ole({"WordDocument": b"text"}), unsupported)
    yield Hostile("rich.docx", lambda: rb"{\rtf1 hello}", text="hello")
    yield Hostile("seven.zip", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), unsupported)
    yield Hostile("music.mp3", lambda: b"ID3\x03" + bytes(100), unsupported)
    yield Hostile("film.txt", lambda: b"\0\0\0\x20ftypisom" + bytes(100), unsupported)
    yield Hostile("script.sh", lambda: b"#!/bin/sh\necho hello\n", text="echo hello")
    yield Hostile("no_suffix", lambda: make_pdf(["a PDF by content"]), text="PDF by content")
    yield Hostile("Contract No 5 of 12.05", lambda: make_docx(paragraph("a deal")), text="a deal")
    yield Hostile(
        "locked.docx",
        lambda: make_ole({"EncryptedPackage": b"secret", "EncryptionInfo": b"how"}),
        (PasswordProtectedError,),
    )
    yield Hostile("book.txt", lambda: make_pdf(["a PDF by content"]), text="PDF by content")
    yield Hostile("book.exe", lambda: make_pdf(["still a PDF"]), text="still a PDF")
    yield Hostile("letter.zip", lambda: make_docx(paragraph("a letter")), text="a letter")
    yield Hostile("export.xlsx", lambda: b"<html><table><td>cell</td></table>", text="cell")
