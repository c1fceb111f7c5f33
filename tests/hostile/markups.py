"""XML and HTML that expands, nests deeply, or refers to external resources."""

import random
from collections.abc import Iterator
from functools import partial

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    NoTextError,
)
from tests.documents import (
    A,
    P,
    R,
    W,
    make_docx,
    make_epub,
    make_pptx,
    make_relationships,
    paragraph,
    replace_part,
    shape,
)
from tests.hostile.case import STEALING, Hostile

_FETCHING = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
_INCLUDING = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
_QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'


def _document(body: str) -> str:
    return f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'


def list_markups() -> Iterator[Hostile]:
    damaged, limit = (DamagedFileError,), (ConversionLimitError,)
    letter = make_docx(paragraph("a letter"))
    replace = partial(replace_part, letter, "word/document.xml")
    many = _QUADRATIC + _document(paragraph("&a;" * 10_000))
    yield Hostile("quadratic.docx", lambda: replace(many), damaged)
    yield Hostile("fetching.docx", lambda: replace(_FETCHING + _document(paragraph("x"))), damaged)
    included = _document(paragraph("a letter") + _INCLUDING)
    yield Hostile("including.docx", lambda: replace(included), text="a letter")
    wrapped = "<w:ins>" * 200 + paragraph("deep") + "</w:ins>" * 200
    yield Hostile("wrapped.docx", lambda: make_docx(wrapped), text="deep")
    deeper = "<w:ins>" * 100_000 + "</w:ins>" * 100_000
    yield Hostile("deeper.docx", lambda: make_docx(deeper), limit)
    attribute = f'<w:p w:a="{"a" * 12_000_000}"/>'
    yield Hostile("attribute.docx", lambda: make_docx(attribute), (*limit, *damaged))
    attributes = "<w:p {}/>".format(" ".join(f'w:a{n}="1"' for n in range(200_000)))
    yield Hostile("attributes.docx", lambda: make_docx(attributes), (NoTextError,))
    spaces = "<w:p {}/>".format(" ".join(f'xmlns:a{n}="urn:{n}"' for n in range(20_000)))
    yield Hostile("namespaces.docx", lambda: make_docx(spaces), (NoTextError, *damaged))
    latin = '<?xml version="1.0" encoding="utf-7"?>' + _document(paragraph("a letter"))
    yield Hostile("utf7.docx", lambda: replace(latin), text="a letter")
    hidden = '<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x SYSTEM "file:///etc/passwd"+AD4-<x/>'
    yield Hostile("hidden_type.docx", lambda: replace(hidden), (*damaged, NoTextError))
    wide = '<?xml version="1.0" encoding="utf-32"?><!DOCTYPE x>' + _document("")
    yield Hostile(
        "utf32_type.docx", lambda: replace(wide.encode("utf-32")), (*damaged, NoTextError)
    )
    noise = random.Random(1).randbytes(1_000_000).hex()  # hardly compressible, so no bomb
    yield Hostile("comment.docx", lambda: replace("<!--" + noise), damaged)
    yield Hostile("section.docx", lambda: replace(_document("<![CDATA[" + noise)), damaged)
    links = make_relationships(
        f'<Relationship Id="rId1" Type="{R}/attachedTemplate" TargetMode="External" '
        'Target="http://127.0.0.1:9/evil.dotm"/>'
        f'<Relationship Id="rId2" Type="{R}/image" Target="file:///etc/passwd"/>'
    )
    picture = f'<w:p><w:r><w:t>a letter</w:t><w:object r:link="rId1" xmlns:r="{R}"/></w:r></w:p>'
    parts = {"word/_rels/document.xml.rels": links, "word/_rels/settings.xml.rels": links}
    yield Hostile("template.docx", lambda: make_docx(picture, parts), text="a letter")
    field = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe "/k calc"</w:instrText><w:t>a letter</w:t></w:r></w:p>'
    yield Hostile("dde.docx", lambda: make_docx(field), text="a letter")
    yield from _list_multiplied()
    yield from _list_slides()


def _list_multiplied() -> Iterator[Hostile]:
    """List documents in which short references expand to long text."""
    limit = (ConversionLimitError,)
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    level = f'<w:lvl w:ilvl="0"><w:lvlText w:val="{"%1 " * 200_000}"/></w:lvl>'
    lists = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    parts = {"word/numbering.xml": lists}
    yield Hostile("numbers.docx", lambda: make_docx(numbered * 2_000, parts), text="a")
    linked = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="a"/>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    style = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:basedOn w:val="a"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    loop = {"word/numbering.xml": linked, "word/styles.xml": style}
    yield Hostile("list_loop.docx", lambda: make_docx(paragraph("item", "a"), loop), text="item")
    start = lists.replace("<w:lvlText", '<w:start w:val="99999999999999999999"/><w:lvlText')
    roman = start.replace("%1 " * 200_000, "%1").replace(
        "<w:lvlText", '<w:numFmt w:val="upperRoman"/><w:lvlText'
    )
    yield Hostile(
        "roman.docx", lambda: make_docx(numbered, {"word/numbering.xml": roman}), text="a"
    )
    note = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1">{paragraph("long " * 200_000)}</w:footnote></w:footnotes>'
    noted = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    yield Hostile(
        "notes.docx", lambda: make_docx(noted * 3_000, {"word/footnotes.xml": note}), text="long"
    )
    own = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1">{noted}{paragraph("note")}</w:footnote></w:footnotes>'
    yield Hostile(
        "own_note.docx", lambda: make_docx(noted, {"word/footnotes.xml": own}), text="note"
    )
    pages = (f'<w:r><w:br w:type="page"/><w:t>{n}a</w:t></w:r>' for n in range(100_000))
    breaks = f"<w:p>{''.join(pages)}</w:p>"
    yield Hostile("breaks.docx", lambda: make_docx(breaks), text="a")
    boxes = "<w:p><w:txbxContent>" * 100 + paragraph("boxed") + "</w:txbxContent></w:p>" * 100
    yield Hostile("boxes.docx", lambda: make_docx(boxes), text="boxed")
    yield Hostile("groups.rtf", lambda: rb"{\rtf1 " + b"{" * 1_000_000, limit)
    yield Hostile(
        "cells.rtf", lambda: rb"{\rtf1\trowd " + rb"a\cell" * 100_000 + rb"\row}", text="a"
    )


def _list_slides() -> Iterator[Hostile]:
    slide = f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>{{}}</p:spTree></p:cSld></p:sld>'
    groups = "<p:grpSp>" * 5_000 + shape("deep") + "</p:grpSp>" * 5_000
    yield Hostile("groups.pptx", lambda: make_pptx([groups]), (ConversionLimitError,))
    ids = "".join(f'<p:sldId id="{n}" r:id="rId0"/>' for n in range(4_000))
    order = f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'
    long = make_pptx([shape("a slide " * 10_000)], {"ppt/presentation.xml": order})
    yield Hostile("again.pptx", lambda: long, (ConversionLimitError,))
    links = make_relationships(
        f'<Relationship Id="a" Type="{R}/notesSlide" Target="slide1.xml"/>'
        f'<Relationship Id="b" Type="{R}/diagramData" Target="slide1.xml"/>'
        f'<Relationship Id="c" Type="{R}/notesSlide" Target="../../../../etc/passwd"/>'
        f'<Relationship Id="d" Type="{R}/notesSlide" TargetMode="External" Target="http://127.0.0.1:9/"/>'
    )
    parts = {"ppt/slides/_rels/slide1.xml.rels": links}
    yield Hostile("own_notes.pptx", lambda: make_pptx([shape("a slide")], parts), text="a slide")
    stealing = {"ppt/slides/slide1.xml": STEALING + slide.format(shape("&a;"))}
    yield Hostile("stealing.pptx", lambda: make_pptx([shape("x")], stealing), (DamagedFileError,))


def list_pages() -> Iterator[Hostile]:
    """List hostile web pages and books."""
    page = "<html><body><h1>One</h1><p>a story</p>{}</body></html>"
    fetching = (
        '<link rel="stylesheet" href="http://127.0.0.1:9/a.css"><base href="file:///etc/">'
        '<iframe src="file:///etc/passwd"></iframe><object data="/etc/passwd"></object>'
        '<img src="http://127.0.0.1:9/a.png"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">'
    )
    yield Hostile("fetching.html", lambda: page.format(fetching).encode(), text="a story")
    yield Hostile("including.html", lambda: page.format(_INCLUDING).encode(), text="a story")
    yield Hostile("stealing.html", (STEALING + page.format("&a;")).encode, text="a story")
    for name, piece in {
        "comments": "<!--",
        "brackets": "<",
        "ampersands": "&",
        "entities": "&amp;",
        "tables": "<table><tr><td>",
        "lists": "<ul><li>",
        "forms": "<form><select><option>",
        "breaks": "<br>",
        "fonts": "<font><a><i>",
        "ends": "</p></b>",
        "sections": "<svg><math><![CDATA[",
    }.items():
        content = page.format(piece * 100_000).encode()
        yield Hostile(f"{name}.html", lambda content=content: content, text="a story")
    data = f'<img src="data:image/png;base64,{"A" * 8_000_000}">'
    yield Hostile("data.html", lambda: page.format(data).encode(), text="a story")
    title = f"<title>{'long ' * 500_000}</title>" + page.format("")
    yield Hostile("title.html", title.encode, text="a story")
    yield Hostile(
        "plaintext.html",
        lambda: page.format("<plaintext><script>alert(1)").encode(),
        text="a story",
    )
    yield Hostile(
        "stealing.epub",
        lambda: make_epub({"a.xhtml": STEALING + page.format("&a;")}),
        text="a story",
    )
    fetched = make_epub({"a.xhtml": _FETCHING + page.format(fetching + _INCLUDING)})
    yield Hostile("fetching.epub", lambda: fetched, text="a story")
    quadratic = _QUADRATIC + page.format("&a;" * 10_000)
    yield Hostile("quadratic.epub", lambda: make_epub({"a.xhtml": quadratic}), text="a story")
    deep = page.format("<div>" * 100_000)
    yield Hostile("deep.epub", lambda: make_epub({"a.xhtml": deep}), text="a story")
    own = replace_part(
        make_epub({"a.xhtml": page.format("")}),
        "META-INF/container.xml",
        '<container><rootfiles><rootfile full-path="META-INF/container.xml"/></rootfiles></container>',
    )
    yield Hostile("own_package.epub", lambda: own, text="a story")
    items = "".join(
        f'<item id="i{n}" href="a.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        for n in range(2_000)
    )
    package = f'<package><manifest>{items}</manifest><spine><itemref idref="i0"/></spine></package>'
    book = replace_part(
        make_epub({"a.xhtml": page.format("x" * 100_000)}), "OEBPS/book.opf", package
    )
    yield Hostile("navigations.epub", lambda: book, (ConversionLimitError, NoTextError))
