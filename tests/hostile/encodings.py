"""Texts with wrongly declared or broken encodings, deceptive characters or extreme sizes."""

import random
from collections.abc import Iterator

from personal_bot.errors import (
    ConversionLimitError,
    EmptyFileError,
    NoTextError,
    UnsupportedFileError,
)
from tests.hostile.case import Hostile

RUSSIAN = "привет, это обычный русский текст"


def _make_high_bytes() -> bytes:
    return bytes(random.Random(1).choices(range(0x80, 0x100), k=1_000_000))


def list_encodings() -> Iterator[Hostile]:
    utf7 = b'<meta charset="utf-7"><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4- fine'
    yield Hostile("utf7.html", lambda: utf7, text="fine")
    escaped = b'<meta charset="unicode_escape"><p>\\u0 \xef\xf0\xe8\xe2\xe5\xf2'
    yield Hostile("escape.html", lambda: escaped, text="привет")
    for number, name in enumerate(
        ("idna", "punycode", "mbcs", "base64_codec", "utf-16", "utf-32", "../../x", "oem")
    ):
        lie = f'<meta charset="{name}"><p>'.encode() + RUSSIAN.encode("cp1251")
        yield Hostile(f"charset_{number}.html", lambda lie=lie: lie, text="привет")
    yield Hostile("utf16_said.html", f'<meta charset="utf-16"><p>{RUSSIAN}'.encode, text=RUSSIAN)
    yield Hostile("utf32.txt", lambda: RUSSIAN.encode("utf-32"), text=RUSSIAN)
    beyond = b"\xff\xfe\x00\x00" + b"\xff\xff\xff\x7f" * 100 + "word".encode("utf-32-le")
    yield Hostile("beyond.txt", lambda: beyond, text="word")
    yield Hostile("odd.txt", lambda: RUSSIAN.encode("utf-16") + b"\x04", text=RUSSIAN)
    yield Hostile("bare16.txt", lambda: RUSSIAN.encode("utf-16-be"), text=RUSSIAN)
    mixed = RUSSIAN.encode() + b"\n" + RUSSIAN.encode("cp1251") + b"\n"
    yield Hostile("mixed.txt", lambda: mixed * 40_000, text=f"{RUSSIAN}\n{RUSSIAN}")
    words = (RUSSIAN.encode() + b" " + RUSSIAN.encode("cp1251") + b" ") * 30_000
    yield Hostile("words.txt", lambda: words, text=f"{RUSSIAN} {RUSSIAN}")
    yield Hostile("alone.txt", lambda: b"\xe0\n" * 5_000_000, (UnsupportedFileError,))
    yield Hostile("high.txt", _make_high_bytes, (UnsupportedFileError,))
    escapes = b"\x1b$B" * 1_000_000 + b"\x1b(B word"
    yield Hostile("escapes.txt", lambda: escapes, text="word")
    yield Hostile("two_marks.txt", lambda: b"\xef\xbb\xbf" * 9 + b"word", text="word")
    overlong = b"\xc0\xaf\xc0\xae" + RUSSIAN.encode() * 20
    yield Hostile("overlong.txt", lambda: overlong, text=RUSSIAN)
    surrogates = b"\xed\xa0\x80\xed\xb0\x80 " + RUSSIAN.encode() * 20
    yield Hostile("surrogates.txt", lambda: surrogates, text=RUSSIAN)
    shown = "pay \u202e001 \u2066to\u2069 \u200bMir\u00ada\ufeff \U000e0041"
    yield Hostile("directions.txt", shown.encode, text="pay 001 to Mira")
    controls = "a\x1b[31mred\x1b[0m\x07\x08 word\x00 \x9b0m"
    yield Hostile("controls.txt", (controls + "word " * 200).encode, text="word")
    yield Hostile("marks.txt", ("a" + "\u0301" * 500_000).encode, text="á")
    yield Hostile("wide_letters.txt", ("\ufdfa" * 500_000 + " word").encode, text="word")
    yield Hostile("nulls.txt", lambda: bytes(5_000_000) + b"word", (EmptyFileError,))
    yield Hostile("null_between.txt", lambda: b"w\0o\0r\0d\0" * 500, text="word")
    yield Hostile("bells.txt", lambda: b"\x07" * 5_000 + b"word", (UnsupportedFileError,))
    yield Hostile("lines.txt", lambda: b"\n" * 15_000_000 + b"word", text="word")
    yield Hostile("returns.txt", lambda: b"\r" * 1_000_000 + b"word", text="word")
    yield Hostile("hyphens.txt", lambda: "\u00ad\n".encode() * 400_000 + b"word", text="word")
    yield Hostile("separators.txt", lambda: "\u2028\u2029\x85".encode() * 300_000, (NoTextError,))
    yield Hostile("too_much.txt", lambda: b"word " * 4_100_000, (ConversionLimitError,))
    yield Hostile("field.csv", lambda: b'a;b\n"' + b"word " * 300_000 + b'";2\n', text="word")
    yield Hostile("quotes.csv", lambda: b"a,b\n" + b'"' * 1_000_001 + b"\n1,2", text="b")
    yield Hostile("columns.csv", lambda: b"a;b\n" + b"1;2\n" * 100_000 + b"word;9", text="word")
    yield Hostile("formula.csv", lambda: b"a,b\n=cmd|' /C calc'!A0,word\n", text="=cmd")
    yield Hostile("returns.csv", lambda: b"a,b\r1,word\r\r2,3", text="word")
    yield Hostile("tabs.tsv", lambda: b"\t" * 3_000_000 + b"word", text="word")
