"""Valid documents and random changes to them."""

import io
import random
import zipfile
from collections.abc import Callable
from typing import Final

from tests.documents import (
    make_docx,
    make_epub,
    make_pdf,
    make_pptx,
    make_xlsx,
    make_zip,
    paragraph,
    shape,
    table,
)

PARTS: Final = {
    "word/styles.xml": '<w:styles xmlns:w="http://x"><w:style w:styleId="a"><w:name w:val="title"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>',
    "word/numbering.xml": '<w:numbering xmlns:w="http://x"><w:abstractNum w:abstractNumId="1"><w:lvl '
    'w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
    "docProps/app.xml": "<Properties><Pages>2</Pages></Properties>",
}
PAGE: Final = (
    '<html><head><meta charset="utf-8"><title>Title</title></head><body><h1>One</h1><p>some text of a '
    "page</p><table><tr><td>a</td><td>1</td></tr></table><ul><li>item</li></ul></body></html>"
)
DOCUMENTS: Final[dict[str, bytes]] = {
    ".pdf": make_pdf(["page one\nof a text", "page two"]),
    ".docx": make_docx(
        paragraph("head", "a") + table([paragraph("a"), paragraph("1")]) + paragraph("end"), PARTS
    ),
    ".pptx": make_pptx([shape("a title", "title") + shape("a text"), shape("more")]),
    ".xlsx": make_xlsx({"S": [["name", "price"], ["bread", 4.5], [None, "x"]], "T": [[1]]}),
    ".epub": make_epub({"one.xhtml": PAGE, "two.xhtml": PAGE}),
    ".zip": make_zip({"a.txt": "a text", "b/c.html": PAGE, "d.pdf": make_pdf(["inner"])}),
    ".html": PAGE.encode(),
    ".csv": 'name;price\n"a; b";1\nпривет;2\n'.encode("cp1251"),
    ".tsv": b"name\tprice\nbread\t4\n",
    ".md": b"# One\n\ntext\n\n```py\n# no heading\n```\n## Two\n\n- item [1]\n",
    ".txt": "Обычный текст, and some of another language.\n".encode("utf-16"),
}
_WORDS: Final = (
    *(b"<", b">", b"&", b'"', b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"]]>", b"<!--", b"%", b"\r"),
    *(b"-1", b"0", b"99999999999999999999", b"1e999", b"nan", b"<<", b">>", b"[", b"]", b"("),
    *(b"endobj", b"stream", b"/Kids [2 0 R]", b"/Filter /FlateDecode", b"/Length 0", b"5 0 R"),
    *(b"<!DOCTYPE x>", b"<w:p>", b"</w:p>", b"<w:tbl>", b"r:id=", b'val=""', b"PK\x03\x04"),
    *("й".encode("cp1251"), "\u202e\ud800".encode("utf-8", "surrogatepass"), b"\x1b[2J"),
)


def mutate(content: bytes, dice: random.Random) -> bytes:
    """Change a document in a few random places; in an archive, mostly inside its parts."""
    if content.startswith(b"PK") and dice.random() < 0.8:
        return _repack(content, dice)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        content = dice.choice(_CHANGES)(content, dice)
    return content


def _repack(content: bytes, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice([*parts])
    changed = mutate(parts.pop(name), dice)
    if dice.random() < 0.1:
        return make_zip(parts)
    if dice.random() < 0.1:
        name = dice.choice([*parts, "../a", "a\nb", "x" * 300, "[Content_Types].xml"])
    return make_zip({**parts, name: changed})


def _place(content: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(content) + 1)
    return start, min(len(content), start + dice.choice((1, 2, 8, 64, 1_000)))


def _flip(content: bytes, dice: random.Random) -> bytes:
    if not content:
        return b"x"
    changed = bytearray(content)
    changed[dice.randrange(len(content))] = dice.randrange(256)
    return bytes(changed)


def _cut(content: bytes, dice: random.Random) -> bytes:
    start, end = _place(content, dice)
    return content[:start] + content[end:]


def _repeat(content: bytes, dice: random.Random) -> bytes:
    start, end = _place(content, dice)
    return content[:end] + content[start:end] * dice.choice((1, 3, 300)) + content[end:]


def _insert(content: bytes, dice: random.Random) -> bytes:
    start, _ = _place(content, dice)
    return content[:start] + dice.choice(_WORDS) + content[start:]


def _replace(content: bytes, dice: random.Random) -> bytes:
    start, end = _place(content, dice)
    return content[:start] + dice.choice(_WORDS) + content[end:]


def _end(content: bytes, dice: random.Random) -> bytes:
    return content[: _place(content, dice)[0]]


_CHANGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    *(_flip, _flip, _cut, _repeat, _insert, _insert, _replace, _replace, _end),
)
