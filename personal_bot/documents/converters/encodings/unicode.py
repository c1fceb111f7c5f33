"""Recognizes text in UTF-16 and UTF-32, and tells text from other content."""

import codecs
from typing import Final

from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, because it starts with the BOM of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES: Final = (b"\x1b$B", b"\x1b$@", b"\x1b(J")  # of ISO-2022-JP, used in mail
_ESCAPED: Final = "iso2022_jp_2"
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS: Final = 0.02  # maximum share of control characters in a text


def find_unicode(content: bytes) -> str:
    """Return the encoding of a text in UTF-16, UTF-32, or with a byte order mark, or nothing."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    if any(escape in content for escape in _ESCAPES):
        return _ESCAPED
    return _detect_utf16(content)


def _detect_utf16(content: bytes) -> str:
    """Detect UTF-16 without a BOM: almost every second byte is 0x00, 0x04 or 0x20."""
    sample = content[:4096]
    half = len(sample) // 2
    if half < 2 or (b"\0" not in sample and b"\x04" not in sample):
        return ""
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        low = sample[0::2] if encoding == "utf-16-le" else sample[1::2]
        blocks = sum(map(high.count, (b"\0", b"\x04", b"\x20")))
        if blocks >= 0.95 * half and low.count(b"\0") < 0.1 * half:
            return encoding
    return ""


def check_is_text(content: bytes) -> None:
    sample = content[:65_536].replace(b"\0", b"")
    if not sample:
        raise RefusalError(RefusalKind.EMPTY, "zeros")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(1, _MOST_CONTROLS * len(sample)):
        raise RefusalError(RefusalKind.UNSUPPORTED, "binary")
