"""Malformed or oversized texts, web pages and books."""

from collections.abc import Iterator

from personal_bot.errors import (
    ArchiveError,
    ConversionLimitError,
    DamagedFileError,
    NoTextError,
    PasswordProtectedError,
    UnsupportedFileError,
)
from tests.compound import Tree, make_ole
from tests.documents import (
    CONTAINER,
    make_epub,
    replace_part,
)
from tests.hostile.case import BOMB, Hostile


def list_texts() -> Iterator[Hostile]:
    yield Hostile("nuls.csv", lambda: b"name;price\nbread\0;4\0" + b"5\n" * 3, text="bread")
    yield Hostile("quote.csv", lambda: b'a;b\n"never closed;1\n' + b"2;3\n" * 50_000, text="closed")
    yield Hostile("wide.csv", lambda: b";" * 1_000_000 + b"x", text="x")
    yield Hostile("sep.csv", lambda: b"sep=;\na;b\n1;2", text="a: 1")
    yield Hostile("sep_only.csv", lambda: b"sep=;", (NoTextError,))
    deep = b"<div>" * 100_000 + b"deep" + b"</div>" * 100_000
    yield Hostile("deep.html", lambda: b"<p>top</p>" + deep, text="top")
    yield Hostile("bold.html", lambda: b"<p>top</p>" + b"<b>" * 100_000, text="top")
    yield Hostile("attributes.html", lambda: b"<p " + b"a=1 " * 100_000 + b">text", text="text")
    laughs = BOMB.encode() + b"<html><p>fine &i;</p></html>"
    yield Hostile("laughs.html", lambda: laughs, text="fine")
    yield Hostile("script.html", lambda: b"<script>alert(1)</script>", (NoTextError,))
    lie = b'<meta charset="undefined"><p>\xef\xf0\xe8\xe2\xe5\xf2'
    yield Hostile("liar.html", lambda: lie, text="привет")
    rot = b'<meta charset="rot13"><p>hello'
    yield Hostile("rot13.html", lambda: rot, text="hello")
    bits = b'<meta charset="zlib_codec"><p>\xef\xf0\xe8\xe2\xe5\xf2'
    yield Hostile("zlib.html", lambda: bits, text="привет")
    yield Hostile("spaces.txt", lambda: b" \n\t" * 1_000, (NoTextError,))
    yield Hostile("line.txt", lambda: b"a" * 5_000_000, text="aaa")
    yield Hostile("mark.txt", lambda: b"\xef\xbb\xbf", (NoTextError,))
    yield Hostile("halves.txt", lambda: "a\ud800b".encode("utf-16", "surrogatepass"), text="a")
    yield Hostile("blank.txt", lambda: b" " * 4_000_000 + b"word", text="word")
    yield Hostile("gaps.txt", lambda: b"a  b   c\n" * 100_000 + b"word  x", text="word")
    yield Hostile("items.txt", lambda: b"- a\n" * 100_000 + b"- word", text="word")
    yield Hostile("deep.json", lambda: b"[" * 1_000_000 + b'"word"', text="word")
    keys = b'{"a":' * 900 + b'"word"' + b"}" * 900
    yield Hostile("keys.json", lambda: keys, text="word")
    yield Hostile("names.json", lambda: b"{" + b'"a":1,' * 100_000 + b'"b":"word"}', text="word")
    yield Hostile("digits.json", lambda: b'["word",' + b"9" * 1_000_000 + b"]", text="word")
    yield Hostile("alias.yaml", lambda: b"a: &a [word]\nb: [*a, *a]\n" * 1_000, text="word")
    yield Hostile("laughs.xml", lambda: BOMB.encode() + b"<x>word &i;</x>", text="word &i;")
    yield Hostile("stampless.log", lambda: b"  at x\n" * 500_000 + b"word", text="word")
    yield Hostile("quotes.md", lambda: b">" * 1_000_000 + b" word", text="word")
    yield Hostile("brackets.md", lambda: b"word " + b"[" * 200_000, text="word")
    yield Hostile("links.md", lambda: b"[word](" * 100_000, text="word")
    yield Hostile("nested.md", lambda: b"- " * 100_000 + b"word", text="word")
    yield Hostile("emphasis.md", lambda: b"**a *b " * 50_000 + b"word", text="word")
    yield Hostile("references.md", lambda: b"[a]: b\n" * 30_000 + b"\nword", text="word")
    yield Hostile("formulas.md", lambda: b"$a \\[ " * 20_000 + b"word", text="word")
    yield Hostile("backticks.md", lambda: b"`" * 1_000_000 + b" code", text="code")


def list_mails() -> Iterator[Hostile]:
    head = b"From: a@b.c\nMIME-Version: 1.0\n"
    boundaries = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    )
    nested = head + b"".join(boundaries)
    yield Hostile("nested.eml", lambda: nested, (ConversionLimitError,))
    parts = head + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nword\n" * 10_000
    yield Hostile("parts.eml", lambda: parts, text="word")
    files = head + b"Content-Type: multipart/mixed; boundary=b\n\n"
    files += b"--b\nContent-Disposition: attachment\n\nword\n" * 300
    yield Hostile("files.eml", lambda: files, (ArchiveError,))
    subject = head + b"Subject: " + b"=?utf-8?B?0JjQ?= " * 100_000 + b"\n\nword"
    yield Hostile("subject.eml", lambda: subject, text="word")
    yield Hostile("fields.eml", lambda: head + b"X: a\n" * 100_000 + b"\nword", text="word")
    yield Hostile(
        "begin.eml", lambda: head + b"\n" + b"begin 644 a\n" * 100_000 + b"word", text="word"
    )
    charset = head + b"Content-Type: text/plain; charset=zlib_codec\n\nword"
    yield Hostile("charset.eml", lambda: charset, text="word")
    tree: Tree = {"__properties_version1.0": b"x"}
    for _ in range(20):
        tree = {
            "__properties_version1.0": b"x",
            "__attach_version1.0_#00000000": {"__substg1.0_3701000D": tree},
        }
    yield Hostile(
        "nested.msg", lambda: make_ole({**tree, "__substg1.0_1000001E": b"word"}), text="word"
    )
    flat = make_ole({"__properties_version1.0": b"x", "__substg1.0_1000001E": b"word"})
    loop = flat.replace(b"\xff\xff\xff\xff\x02\0\0\0", b"\x01\0\0\0\x01\0\0\0")
    yield Hostile("loop.msg", lambda: loop, (DamagedFileError, UnsupportedFileError, NoTextError))


def list_books() -> Iterator[Hostile]:
    chapter = "<html><body><h1>One</h1><p>a story</p></body></html>"
    book = make_epub({"one.xhtml": chapter})
    damaged = (DamagedFileError,)
    packed = make_epub({"one.xhtml": BOMB + "<html><body><p>a story &i;</p></body></html>"})
    yield Hostile("laughs.epub", lambda: packed, text="a story")
    laughing = replace_part(book, "OEBPS/book.opf", BOMB + "<package>&i;</package>")
    yield Hostile("laughing.epub", lambda: laughing, text="a story")
    outside = CONTAINER.replace("OEBPS/book.opf", "../../../etc/passwd")
    yield Hostile(
        "outside.epub", lambda: replace_part(book, "META-INF/container.xml", outside), damaged
    )
    up = make_epub({"../../../../etc/passwd": "x"}, spine='<itemref idref="c0"/>')
    yield Hostile("up.epub", lambda: up, (NoTextError,))
    method = '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'
    encryption = f"<encryption><EncryptedData>{method}</EncryptedData></encryption>"
    locked = {"META-INF/encryption.xml": encryption}
    yield Hostile(
        "locked.epub", lambda: make_epub({"one.xhtml": chapter}, locked), (PasswordProtectedError,)
    )
    again = make_epub({"one.xhtml": chapter}, spine='<itemref idref="c0"/>' * 5_000)
    yield Hostile("again.epub", lambda: again, text="a story")
    yield Hostile("no_spine.epub", lambda: make_epub({}), (NoTextError,))
    yield Hostile(
        "spaces.epub", lambda: make_epub({"one.xhtml": " " * 90_000_000}), (ConversionLimitError,)
    )
