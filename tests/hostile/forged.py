"""Zip files whose headers contradict their content, built by hand as no library writes them."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from personal_bot.errors import (
    ArchiveError,
    ConversionLimitError,
    DamagedFileError,
    EmptyFileError,
    PasswordProtectedError,
)
from tests.documents import make_zip
from tests.hostile.case import Hostile

TEXT = b"a text of some length"
NAME = b"a.txt"
_END = b"PK\x05\x06"
_MOST = 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    """One archive entry: `body` holds the stored bytes, all other fields what the headers claim."""

    name: bytes = NAME
    body: bytes = TEXT
    size: int = len(TEXT)
    crc: int = zlib.crc32(TEXT)
    method: int = 0
    flags: int = 0
    offset: int | None = None  # of the local header, as claimed; None for the true one
    table_name: bytes | None = None  # name in the central directory, if different
    extra: bytes = b""
    packed: int | None = None

    def header(self) -> bytes:
        fields = (20, self.flags, self.method, 0, 0, self.crc, len(self.body), self.size)
        return b"PK\x03\x04" + struct.pack("<5H3L2H", *fields, len(self.name), 0) + self.name

    def line(self, offset: int) -> bytes:
        """Return the entry's record in the central directory."""
        name = self.name if self.table_name is None else self.table_name
        packed = len(self.body) if self.packed is None else self.packed
        fields = (20, 20, self.flags, self.method, 0, 0, self.crc, packed, self.size)
        rest = (len(name), len(self.extra), 0, 0, 0, 0)
        place = offset if self.offset is None else self.offset
        return b"PK\x01\x02" + struct.pack("<6H3L5HLL", *fields, *rest, place) + name + self.extra


def forge(entries: Sequence[Entry], comment: bytes = b"", **claims: int) -> bytes:
    """Return an archive; `claims` override count, table_size and table_offset in its end record."""
    content, table = b"", b""
    for entry in entries:
        table += entry.line(len(content))
        content += entry.header() + entry.body
    return finish(content, table, len(entries), comment, **claims)


def finish(
    content: bytes, table: bytes, entries: int, comment: bytes = b"", **claims: int
) -> bytes:
    claims = {"count": entries, "table_size": len(table), "table_offset": len(content)} | claims
    end = struct.pack(
        "<4H2LH",
        *(0, 0, claims["count"], claims["count"], claims["table_size"], claims["table_offset"]),
        len(comment),
    )
    return content + table + _END + end + comment


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(content) + packer.flush()


def _overlap(count: int, size: int) -> bytes:
    """Return a zip bomb of overlapping files (D. Fifield, 2019).

    Each file quotes the header of the next and continues with its content.
    """
    text = bytes(size)
    body = _deflate(text)
    lines: list[bytes] = []
    content = b""
    places: list[tuple[Entry, int]] = []
    for number in reversed(range(count)):
        entry = Entry(b"%d.txt" % number, body, len(text), zlib.crc32(text), 8)
        content = entry.header() + (content or body)
        places.append((entry, len(content)))
        quote = entry.header()
        text = quote + text
        block = b"\0" + struct.pack("<2H", len(quote), len(quote) ^ 0xFFFF)
        body = block + quote + body
        content = block + content
    content = content[5:]  # no file quotes the first header
    for entry, distance in reversed(places):
        lines.append(entry.line(len(content) - distance))
    return finish(content, b"".join(lines), count)


def _zip64(size: int, packed: int, offset: int) -> Entry:
    extra = struct.pack("<2H3Q", 1, 24, size, packed, offset)
    return Entry(size=_MOST, packed=_MOST, offset=_MOST, extra=extra)


def _zip64_end(count: int, table_offset: int | None = None) -> bytes:
    """Return an archive with false values in its zip64 end record."""
    entry = Entry()
    content = entry.header() + entry.body
    table = entry.line(0)
    place = len(content) if table_offset is None else table_offset
    record = b"PK\x06\x06" + struct.pack(
        "<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, len(table), place
    )
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, len(content) + len(table), 1)
    return finish(content, table + record + locator, 0xFFFF, table_size=_MOST, table_offset=_MOST)


def list_forged() -> Iterator[Hostile]:
    plain = Entry()
    archive, damaged = (ArchiveError, DamagedFileError), (DamagedFileError,)
    yield Hostile("overlap.zip", lambda: _overlap(190, 900_000), archive)
    same = replace(plain, body=_deflate(bytes(900_000)), size=900_000, method=8, offset=0)
    same = replace(same, crc=zlib.crc32(bytes(900_000)))
    yield Hostile("one_body.zip", lambda: forge([same] * 150), archive)
    yield Hostile("other_name.zip", lambda: forge([replace(plain, table_name=b"b.txt")]), damaged)
    yield Hostile("wrong_sum.zip", lambda: forge([replace(plain, crc=1)]), damaged)
    yield Hostile("far_table.zip", lambda: forge([plain], table_offset=10**9), damaged)
    yield Hostile("big_table.zip", lambda: forge([plain], table_size=10**9), damaged)
    yield Hostile(
        "no_table.zip", lambda: forge([plain], count=0, table_size=0), (EmptyFileError, *damaged)
    )
    yield Hostile("many_said.zip", lambda: forge([plain], count=60_000), text="a text")
    yield Hostile("far_entry.zip", lambda: forge([replace(plain, offset=10**9)]), damaged)
    yield Hostile("own_table.zip", lambda: forge([replace(plain, offset=len(TEXT) + 35)]), damaged)
    yield Hostile("zip64_size.zip", lambda: forge([_zip64(2**63, 21, 0)]), archive)
    yield Hostile(
        "zip64_packed.zip", lambda: forge([_zip64(21, 2**63, 0)]), (*damaged, ConversionLimitError)
    )
    yield Hostile("zip64_offset.zip", lambda: forge([_zip64(21, 21, 2**62)]), damaged)
    yield Hostile("zip64_count.zip", lambda: _zip64_end(2**60), text="a text")
    yield Hostile("zip64_table.zip", lambda: _zip64_end(1, 2**61), damaged)
    short = replace(plain, extra=struct.pack("<2HL", 1, 4, 9), size=_MOST)
    yield Hostile("zip64_short.zip", lambda: forge([short]), damaged)
    yield Hostile(
        "strong.zip",
        lambda: forge([replace(plain, flags=0x41)]),
        (PasswordProtectedError, *damaged),
    )
    yield Hostile("patched.zip", lambda: forge([replace(plain, flags=0x20)]), damaged)
    yield Hostile("deflate64.zip", lambda: forge([replace(plain, method=9)]), archive)
    cut = _deflate(TEXT * 100)[:-20]
    yield Hostile(
        "cut_stream.zip",
        lambda: forge([replace(plain, body=cut, size=2100, crc=zlib.crc32(TEXT * 100), method=8)]),
        damaged,
    )
    yield Hostile(
        "bad_block.zip", lambda: forge([replace(plain, body=b"\xff" * 30, method=8)]), damaged
    )
    fake = forge([replace(plain, name=b"b.txt")])
    yield Hostile("comment.zip", lambda: forge([plain], comment=fake + bytes(100)), text="a text")
    yield Hostile(
        "long_name.zip",
        lambda: forge([replace(plain, name=b"n" * 65_000 + b".txt")]),
        text="a text",
    )
    yield Hostile("two.zip", lambda: forge([plain, plain]), text="a text")
    yield Hostile("nul.zip", lambda: forge([replace(plain, name=b"a.txt\0.exe")]), text="a text")
    lines = "a\nb\x1b[31m\u202e.txt".encode()
    yield Hostile(
        "control.zip", lambda: forge([replace(plain, name=lines, flags=0x800)]), text="a text"
    )
    raw = replace(plain, name=b"\xff\xfe\xed\xa0\x80.txt", flags=0x800)
    yield Hostile("raw_name.zip", lambda: forge([raw]), damaged)
    yield Hostile(
        "folders.zip",
        lambda: make_zip({f"{'d/' * n}": "" for n in range(1, 150)}),
        (EmptyFileError,),
    )
    yield Hostile("no_name.zip", lambda: forge([replace(plain, name=b"")]), damaged)
