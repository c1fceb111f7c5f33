"""Archives that are bombs, declare wrong sizes, or point outside the archive."""

import random
import struct
import zipfile
from collections.abc import Iterator
from functools import partial

from personal_bot.errors import (
    ArchiveError,
    DamagedFileError,
    EmptyFileError,
    PasswordProtectedError,
    UnsupportedFileError,
)
from tests.documents import (
    make_zip,
)
from tests.hostile.case import Hostile


def _link(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    return entry


def _encrypt(content: bytes) -> bytes:
    """Set the encryption flag in every header; the content stays unencrypted."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            flags = content[at + offset] | 1
            content = content[: at + offset] + bytes([flags]) + content[at + offset + 1 :]
            at = content.find(mark, at + 4)
    return content


def _lie_about_size(content: bytes, size: int) -> bytes:
    at = content.find(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", size) + content[at + 4 :]


def _quine(depth: int) -> bytes:
    content = make_zip({"inner.txt": "text"})
    for _ in range(depth):
        content = make_zip({"inner.zip": content})
    return content


def list_archives() -> Iterator[Hostile]:
    archive = (ArchiveError,)
    text = "a text of some length"
    yield Hostile("bomb.zip", lambda: make_zip({"zeros.txt": bytes(50_000_000)}), archive)
    many = {f"{i}.txt": bytes(900_000) for i in range(150)}
    yield Hostile("wide_bomb.zip", lambda: make_zip(many), archive)
    yield Hostile("nested.zip", lambda: _quine(1), archive)
    yield Hostile("deep.zip", lambda: _quine(40), archive)
    yield Hostile("up.zip", lambda: make_zip({"../../evil.txt": text, "a.txt": text}), archive)
    yield Hostile("absolute.zip", lambda: make_zip({"/etc/cron.d/evil.txt": text}), archive)
    yield Hostile("drive.zip", lambda: make_zip({"C:\\evil.txt": text}), archive)
    yield Hostile("backslash.zip", lambda: make_zip({"a\\..\\..\\evil.txt": text}), archive)
    yield Hostile(
        "symlink.zip", lambda: make_zip([(_link("a.txt", 0o120777), "/etc/passwd")]), archive
    )
    yield Hostile("device.zip", lambda: make_zip([(_link("a.txt", 0o020666), "")]), archive)
    yield Hostile("crowd.zip", lambda: make_zip({f"{i}.txt": "a" for i in range(201)}), archive)
    yield Hostile("horde.zip", lambda: make_zip({f"{i}.txt": "" for i in range(30_000)}), archive)
    yield Hostile("lzma.zip", lambda: make_zip({"a.txt": text}, zipfile.ZIP_LZMA), archive)
    yield Hostile("bzip2.zip", lambda: make_zip({"a.txt": text}, zipfile.ZIP_BZIP2), archive)
    yield Hostile(
        "locked.zip", lambda: _encrypt(make_zip({"a.txt": text})), (PasswordProtectedError,)
    )
    yield Hostile("empty.zip", lambda: make_zip({}), (EmptyFileError,))
    yield Hostile("junk.zip", lambda: make_zip({"__MACOSX/._a.txt": text}), (EmptyFileError,))
    yield Hostile(
        "pictures.zip", lambda: make_zip({"a.png": b"\x89PNG\r\n"}), (UnsupportedFileError,)
    )
    yield Hostile("cut.zip", lambda: make_zip({"a.txt": text * 100})[:-30], (DamagedFileError,))
    yield Hostile("headless.zip", lambda: make_zip({"a.txt": text})[10:], (DamagedFileError,))
    liar = partial(_lie_about_size, make_zip({"a.txt": text}))
    yield Hostile("liar_up.zip", lambda: liar(4_000_000_000), (ArchiveError, DamagedFileError))
    yield Hostile("liar_down.zip", lambda: liar(3), (DamagedFileError,))
    unnamed = make_zip({"good": make_zip({"word/document.xml": ""}), "text": text})
    yield Hostile("unnamed.zip", lambda: unnamed, text=text)
    mixed = {"good.txt": text, "bad.pdf": b"%PDF-1.4 nothing", "more.zip": _quine(0)}
    yield Hostile("mixed.zip", lambda: make_zip(mixed), text=text)
    flipped = bytearray(make_zip({"a.txt": random.Random(1).randbytes(5_000)}))
    flipped[2_000] ^= 0xFF
    yield Hostile("flipped.zip", lambda: bytes(flipped), (DamagedFileError,))
