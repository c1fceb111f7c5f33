"""Tells the types of text apart by their content."""

import json
import re
from itertools import islice
from typing import Final

from personal_bot.documents.converters.types.media_types import MediaType

_LINES: Final = 200  # that are looked at
# Possessive, because \s* twice in a row takes quadratic time on many spaces.
_HTML: Final = re.compile(
    r"\s*+(?:<\?xml[^>]{0,200}>)?\s*+(?:<!--.{0,2000}?-->\s*+)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG: Final = re.compile(
    r"<(?:p|div|table|br|a|span|h[1-6]|ul|li|td)\b[^<>]{0,500}>", re.IGNORECASE
)
_HEADER: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]")
_TRANSPORT: Final = {"received", "mime-version", "message-id", "return-path", "delivered-to"}
_SENT: Final = {"from", "subject", "date", "to", "snapshot-content-location"}
_ARCHIVE: Final = re.compile(r"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_RTF: Final = "{\\rtf"
_MARKDOWN: Final = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]{1,200}\]\([^()\s]{1,500}\)"),
    re.compile(r"^\|?(?: *:?-{3,}:? *\|)+", re.MULTILINE),
    re.compile(r"\*\*[^*\n]{1,200}\*\*"),
    re.compile(r"^[-*] \[[ xX]\] ", re.MULTILINE),
    re.compile(r"^(?:===+|---+)$", re.MULTILINE),
)
_STAMP: Final = re.compile(r"\[?(?:\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4})[ T]\d\d:\d\d")
_DELIMITERS: Final = {"\t": 1, ";": 2, "|": 2, ",": 2}  # with the least number in a line
_LEAST_ROWS: Final = 3


def find_evident_type(text: str) -> MediaType | None:
    """Return the type of a text that only this type of text can be, whatever its name."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(_RTF):
        return MediaType.RTF
    return MediaType.HTML if _HTML.match(start) else _find_mail(start)


def guess_type(text: str) -> MediaType:
    """Return the likely type of a text whose name says nothing."""
    start = text.lstrip("\ufeff \t\r\n")[:20_000]
    lines = _list_lines(text)
    evidence = {
        MediaType.XML: start.startswith("<?xml"),
        MediaType.CODE: start.startswith("#!"),
        MediaType.HTML: start.startswith("<") and len(_TAG.findall(start)) >= 2,
        MediaType.LOG: sum(bool(_STAMP.match(line)) for line in lines) > len(lines) / 2,
        MediaType.CSV: find_delimiter(text),
        MediaType.MARKDOWN: sum(bool(mark.search(start)) for mark in _MARKDOWN) >= 2,
    }
    return next((kind for kind, is_evident in evidence.items() if is_evident), MediaType.TEXT)


def is_json(text: str) -> bool:
    """Tell whether a complete text is an object or array in JSON."""
    if text.lstrip("\ufeff \t\r\n")[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def find_delimiter(text: str) -> str:
    """Return the delimiter that divides each line into the same number of cells, or nothing."""
    lines = _list_lines(text)
    if len(lines) < _LEAST_ROWS:
        return ""
    whole = lines[:-1] if len(lines) > _LEAST_ROWS else lines  # the last one may be cut
    for delimiter, least in _DELIMITERS.items():
        counts = {line.count(delimiter) for line in whole}
        if len(counts) == 1 and counts.pop() >= least:
            return delimiter
    return ""


def _list_lines(text: str) -> list[str]:
    return [line for line in islice(text.splitlines(), _LINES) if line.strip()]


def _find_mail(text: str) -> MediaType | None:
    block = re.split(r"\r?\n\r?\n", text[:32_768], maxsplit=1)[0]
    lines = block.splitlines()
    if not lines or not _HEADER.match(lines[0]):
        return None
    names = {header[1].lower() for line in lines if (header := _HEADER.match(line))}
    if not names & _TRANSPORT or not names & _SENT:
        return None
    return MediaType.MHT if _ARCHIVE.search(block) and "to" not in names else MediaType.EML
