"""What WAV and Ogg files say of themselves: how long they are, and their comments."""

import io
import itertools
import re
import struct
import wave
from collections.abc import Iterator

_OPUS_RATE = 48_000  # samples per second of an Opus granule position (RFC 7845)
_PAGE = struct.Struct("<4sBBqIIIB")
_CHUNK = struct.Struct("<4sI")
_HEADERS_PAGES = 8
_COMMENTS = re.compile(rb"OpusTags|\x03vorbis")
_NAMES = ("COMMENT", "DESCRIPTION", "LYRICS", "TITLE")


def measure_duration(content: bytes) -> float:
    """Return the duration in seconds, or 0 for a format that is not WAV or Ogg."""
    if content.startswith(b"RIFF"):
        try:
            with wave.open(io.BytesIO(content)) as sound:
                return float(sound.getnframes() / sound.getframerate())
        except (wave.Error, EOFError, ZeroDivisionError):
            return 0.0
    pages = list(_find_pages(content))
    if not pages:
        return 0.0
    head = pages[0][1]
    rate = _OPUS_RATE
    if head.startswith(b"\x01vorbis") and len(head) >= 16:
        rate = int.from_bytes(head[12:16], "little") or _OPUS_RATE
    return max(0.0, max(position for position, _ in pages) / rate)


def read_comment(content: bytes) -> str:
    """Return the comment in the metadata of a WAV or Ogg file, or ""."""
    said = _read_riff(content) if content.startswith(b"RIFF") else _read_ogg(content)
    return next((said[name] for name in _NAMES if name in said), "").strip()


def _find_pages(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the granule position and the payload of each page (RFC 3533)."""
    place = 0
    while content.startswith(b"OggS", place) and place + _PAGE.size <= len(content):
        *_, segments = header = _PAGE.unpack_from(content, place)
        begin = place + _PAGE.size + segments
        size = sum(content[place + _PAGE.size : begin])
        yield header[3], content[begin : begin + size]
        place = begin + size


def _read_ogg(content: bytes) -> dict[str, str]:
    pages = itertools.islice(_find_pages(content), _HEADERS_PAGES)
    joined = b"".join(payload for _position, payload in pages)
    found = _COMMENTS.search(joined)
    return _read_vorbis_comments(joined[found.end() :]) if found else {}


def _read_vorbis_comments(content: bytes) -> dict[str, str]:
    """Return comments by their names in upper case (https://xiph.org/vorbis/doc/v-comment.html)."""
    said = {}
    place = 4 + int.from_bytes(content[:4], "little")  # behind the vendor
    count = int.from_bytes(content[place : place + 4], "little")
    place += 4
    for _ in range(min(count, len(content) // 4)):
        size = int.from_bytes(content[place : place + 4], "little")
        name, _, value = (
            content[place + 4 : place + 4 + size].decode(errors="replace").partition("=")
        )
        said[name.upper()] = value
        place += 4 + size
    return said


def _read_riff(content: bytes) -> dict[str, str]:
    names = {b"ICMT": "COMMENT", b"INAM": "TITLE"}
    return {
        names[kind]: value.rstrip(b"\0").decode(errors="replace")
        for outer, chunk in _find_chunks(content[12:])
        if outer == b"LIST" and chunk.startswith(b"INFO")
        for kind, value in _find_chunks(chunk[4:])
        if kind in names
    }


def _find_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + _CHUNK.size <= len(content):
        kind, size = _CHUNK.unpack_from(content, place)
        begin = place + _CHUNK.size
        yield kind, content[begin : begin + size]
        place = begin + size + size % 2
