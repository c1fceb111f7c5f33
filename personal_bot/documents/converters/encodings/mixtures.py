"""Separates UTF-8 from other encodings in a text that mixes them, line by line and word by word."""

import re
from collections.abc import Iterator
from typing import Final

_MOSTLY: Final = 0.7  # share of the bytes above 0x7F that are UTF-8
_BLOCK_BYTES: Final = 4 * 1024
_GROUP_BYTES: Final = 64 * 1024
_ASCII: Final = bytes(range(0x80))
_LINE_END: Final = re.compile(rb"\r\n?|\n")
_WORD: Final = re.compile(rb"[^ \t\r\n]+[ \t\r\n]*|[ \t\r\n]+")
_CHARACTER: Final = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_UTF8: Final = re.compile(_CHARACTER)
_WORDS: Final = re.compile(rb"(?:%b){2}" % _CHARACTER)


def count_high(content: bytes) -> int:
    """Count the bytes above 0x7F."""
    return len(content.translate(None, _ASCII))


def split_lines(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield groups of lines, and whether they are UTF-8; ASCII belongs to the preceding group."""
    start, mode = 0, True  # of the group
    for first, end in _find_blocks(content):
        block = content[first:end]
        if block.isascii():
            continue
        for line, is_utf8 in _split_block(block):
            position = first + line
            if is_utf8 != mode or (not is_utf8 and position - start > _GROUP_BYTES):
                if start < position:
                    yield content[start:position], mode
                start, mode = position, is_utf8
    if start < len(content):
        yield content[start:], mode


def _find_blocks(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of blocks of whole lines."""
    start = 0
    while start < len(content):
        line_end = _LINE_END.search(content, start + _BLOCK_BYTES)
        end = line_end.end() if line_end else len(content)
        yield start, end
        start = end


def _split_block(block: bytes) -> Iterator[tuple[int, bool]]:
    """Yield the position of each line with another encoding than the line before."""
    if _is_valid(block):
        yield 0, True
    elif not _UTF8.search(block):
        yield 0, False
    else:
        position = 0
        for line in block.splitlines(keepends=True):
            if not line.isascii():
                yield position, _is_valid(line)
            position += len(line)


def may_mix(content: bytes) -> bool:
    """Tell whether parts of lines that are not UTF-8 may be; False is certain."""
    return bool(_WORDS.search(content))


def split_runs(line: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the parts of a line that are in UTF-8, perhaps damaged, and those that are not."""
    mode = is_line_utf8 = _weigh(line) >= _MOSTLY
    start = 0
    for word in _WORD.finditer(line):
        if word[0].isascii():
            continue
        is_utf8 = _is_utf8(word[0], is_line_utf8)
        if is_utf8 != mode:
            if start < word.start():
                yield line[start : word.start()], mode
            start, mode = word.start(), is_utf8
    yield line[start:], mode


def _is_utf8(word: bytes, is_line_utf8: bool) -> bool:
    high = count_high(word)
    if is_line_utf8:
        return _weigh(word) >= _MOSTLY or high <= 2  # a damaged character
    return high >= 4 and _is_valid(word) and all(map(_is_common, word.decode()))


def _is_valid(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_common(char: str) -> bool:
    """Tell whether a character can be meant in UTF-8.

    Words of few letters in other encodings can be valid UTF-8, but of scripts hardly ever used.
    """
    return char.isascii() or (
        char.isalpha() and not "\u0100" <= char < "\u0370" and not "\u0800" <= char < "\u0e00"
    )


def _weigh(text: bytes) -> float:
    """Return the share of the bytes above 0x7F that form characters in UTF-8."""
    high = count_high(text)
    return (len(text) - len(_UTF8.sub(b"", text))) / high if high else 1.0
