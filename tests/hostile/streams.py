"""PDFs with decompression bombs, false declarations, active content or self-references."""

import base64
import zlib
from collections.abc import Iterator
from functools import cache

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    DocumentError,
    NoTextError,
    PasswordProtectedError,
)
from tests.documents import make_pdf, make_pdf_objects, make_stream
from tests.hostile.case import Hostile

_FONT = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
_TEXT = b"BT /F1 12 Tf 50 700 Td (a page of text) Tj ET"


def make_page(
    content: bytes = _TEXT,
    entries: str = "",
    *more: str | bytes,
    font: str = _FONT,
    page: str = "",
    contents: str = "4 0 R",
    catalog: str = "",
    trailer: str = "/Root 1 0 R",
) -> bytes:
    """Return a one-page PDF; object 5 is its font, and objects from 6 on are `more`."""
    return make_pdf_objects(
        [
            f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
            "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
            (
                f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {contents} "
                f"/Resources <</Font <</F1 5 0 R>>>> {page}>>"
            ),
            make_stream(content, entries),
            font,
            *more,
        ],
        trailer,
    )


def _pack(content: bytes, times: int) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


@cache
def _make_bomb() -> bytes:
    return _pack(bytes(300_000_000), 1)


def _make_xref_stream(entries: str, content: bytes = bytes(60)) -> bytes:
    """Return a PDF whose cross-reference table is a stream with these dictionary entries."""
    body = b"%PDF-1.7\n"
    start = len(body)
    stream = make_stream(content, f"/Type /XRef /Root 1 0 R {entries}")
    return body + b"7 0 obj\n" + stream + f"\nendobj\nstartxref\n{start}\n%%EOF".encode()


def _make_previous_loop() -> bytes:
    good = make_pdf(["a page of text"])
    start = good.rindex(b"startxref\n") + 10
    place = int(good[start:].split()[0])
    return good.replace(b"/Root 1 0 R", f"/Root 1 0 R /Prev {place}".encode())


def _make_mapping(ranges: str) -> tuple[str, bytes]:
    """Return a font and its ToUnicode map with these ranges."""
    table = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> "
        f"endcodespacerange {ranges} endcmap"
    )
    font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>"
    return font, make_stream(table.encode())


def list_streams() -> Iterator[Hostile]:
    refused = (DamagedFileError, ConversionLimitError, NoTextError)
    flate = "/Filter /FlateDecode"
    yield Hostile("flate_once.pdf", lambda: make_page(_make_bomb(), flate), refused)
    chain = "/Filter [" + "/FlateDecode " * 60 + "]"
    yield Hostile("chain60.pdf", lambda: make_page(_pack(_TEXT, 60), chain), text="a page of text")
    lzw = b"\x80" + b"\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 500_000
    yield Hostile("lzw.pdf", lambda: make_page(lzw, "/Filter /LZWDecode"), refused)
    runs = b"\x81A" * 2_000_000 + b"\x80"
    yield Hostile("runs.pdf", lambda: make_page(runs, "/Filter /RunLengthDecode"), refused)
    both = "/Filter [/ASCIIHexDecode /FlateDecode]"
    yield Hostile("hex.pdf", lambda: make_page(_make_bomb().hex().encode() + b">", both), refused)
    both85 = "/Filter [/ASCII85Decode /FlateDecode]"
    yield Hostile(
        "a85.pdf", lambda: make_page(base64.a85encode(_make_bomb()) + b"~>", both85), refused
    )
    predictor = f"{flate} /DecodeParms <</Predictor 15 /Columns 1000000000>>"
    yield Hostile("columns.pdf", lambda: make_page(_pack(_TEXT, 1), predictor), refused)
    yield Hostile("unknown.pdf", lambda: make_page(_TEXT, "/Filter /Nothing"), text="a page")
    picture = "/Filter [/DCTDecode /JBIG2Decode /CCITTFaxDecode]"
    yield Hostile("picture_filters.pdf", lambda: make_page(_TEXT, picture), text="a page")
    objects = make_stream(
        _pack(b"9 0 " * 100_000, 1), f"/Type /ObjStm /N 1000000000 /First 4 {flate}"
    )
    yield Hostile("object_stream.pdf", lambda: make_page(_TEXT, "", objects), text="a page of text")
    own = make_stream(b"6 0 <<>>", "/Type /ObjStm /N 1 /First 4 /Extends 6 0 R")
    yield Hostile("own_stream.pdf", lambda: make_page(_TEXT, "", own), text="a page of text")
    yield Hostile(
        "wide_table.pdf", lambda: _make_xref_stream("/Size 10 /W [1 99999999 2]"), refused
    )
    many = "/Size 1000000000000 /Index [0 1000000000000] /W [1 2 1]"
    yield Hostile("long_table.pdf", lambda: _make_xref_stream(many), refused)
    empty = "/Size 1000000000 /Index [0 1000000000] /W [0 0 0]"
    yield Hostile("empty_table.pdf", lambda: _make_xref_stream(empty), refused)
    packed = f"/Size 75000000 /W [1 2 1] {flate}"
    yield Hostile("packed_table.pdf", lambda: _make_xref_stream(packed, _make_bomb()), refused)
    back = "/Size 10 /W [1 2 1] /Prev 9"
    yield Hostile("previous_table.pdf", lambda: _make_xref_stream(back), refused)
    yield Hostile("previous.pdf", _make_previous_loop, text="a page of text")
    good = make_pdf(["a page of text"])
    yield Hostile(
        "far_start.pdf", lambda: good.replace(b"startxref\n", b"startxref\n9"), text="a page"
    )
    yield Hostile(
        "long_stream.pdf", lambda: good.replace(b"/Length 5", b"/Length 99999995"), text="a page"
    )
    yield Hostile(
        "own_length.pdf", lambda: good.replace(b"/Length 57", b"/Length 5 0 R"), text="a page"
    )
    digits = b"1" * 2_000_000
    yield Hostile("digits.pdf", lambda: make_page(b"BT " + digits + b" 0 Td (a) Tj ET"), refused)
    yield Hostile("brackets.pdf", lambda: make_page(b"BT /F1 9 Tf " + b"(" * 1_000_000), refused)
    yield Hostile("arrays.pdf", lambda: make_page(b"[" * 200_000), refused)
    yield Hostile(
        "inline.pdf", lambda: make_page(_TEXT + b" BI /W 9 ID " + b"E" * 3_000_000), text="a page"
    )
    yield Hostile("saves.pdf", lambda: make_page(b"q " * 500_000 + _TEXT), text="a page of text")
    yield Hostile(
        "not_numbers.pdf",
        lambda: make_page(b"BT /F1 nan Tf 1e999 inf Td (a page) Tj ET"),
        (*refused,),
    )


def list_actions() -> Iterator[Hostile]:
    """List PDFs with scripts, launches, external links, attachments, or self-references."""
    text = "a page of text"
    script = "/OpenAction <</S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\))>>"
    yield Hostile("script.pdf", lambda: make_page(catalog=script), text=text)
    launch = "/AA <</O <</S /Launch /F (/bin/sh) /Win <</F (cmd.exe)>>>>>>"
    yield Hostile("launch.pdf", lambda: make_page(page=launch), text=text)
    remote = "/OpenAction <</S /GoToR /F (\\\\\\\\127.0.0.1\\\\share\\\\a.pdf) /D [0 /Fit]>>"
    yield Hostile("remote.pdf", lambda: make_page(catalog=remote), text=text)
    outside = make_stream(b"", "/F (/etc/passwd) /FFilter /FlateDecode")
    yield Hostile(
        "outside.pdf",
        lambda: make_page(_TEXT, "", outside, contents="6 0 R"),
        (NoTextError, DamagedFileError),
    )
    attached = "/Names <</EmbeddedFiles <</Names [(a.exe) <</EF <</F 6 0 R>>>>]>>>>"
    program = make_stream(b"MZ" + bytes(99), "/Type /EmbeddedFile")
    yield Hostile(
        "attached.pdf", lambda: make_page(_TEXT, "", program, catalog=attached), text=text
    )
    form = "/AcroForm <</XFA 6 0 R /Fields [7 0 R]>>"
    xfa = make_stream(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    field = "<</Kids [7 0 R] /Parent 7 0 R /T (a)>>"
    yield Hostile("form.pdf", lambda: make_page(_TEXT, "", xfa, field, catalog=form), text=text)
    outline = (
        "<</First 6 0 R /Last 6 0 R /Next 6 0 R /Prev 6 0 R /Parent 6 0 R /Title (a) /Count 9>>"
    )
    yield Hostile(
        "outline.pdf", lambda: make_page(_TEXT, "", outline, catalog="/Outlines 6 0 R"), text=text
    )
    labels = "/PageLabels <</Kids [6 0 R]>>"
    yield Hostile(
        "labels.pdf", lambda: make_page(_TEXT, "", "<</Kids [6 0 R]>>", catalog=labels), text=text
    )
    notes = "<</Type /Annot /Subtype /Popup /Parent 6 0 R /Popup 6 0 R>>"
    yield Hostile(
        "notes.pdf", lambda: make_page(_TEXT, "", notes, page="/Annots [6 0 R]"), text=text
    )
    any_end: tuple[type[DocumentError], ...] = (DamagedFileError, ConversionLimitError, NoTextError)
    descendants = "<</Type /Font /Subtype /Type0 /BaseFont /A /DescendantFonts [5 0 R] /Encoding /Identity-H>>"
    yield Hostile("own_font.pdf", lambda: make_page(font=descendants), (NoTextError,))
    encoding = "<</Type /Font /Subtype /Type1 /BaseFont /A /Encoding 5 0 R /ToUnicode 5 0 R /Widths 5 0 R>>"
    yield Hostile("own_encoding.pdf", lambda: make_page(font=encoding), text=text)
    drawn = "<</Type /Font /Subtype /Type3 /CharProcs <</a 4 0 R>> /Resources <</Font <</F1 5 0 R>>>> /FontMatrix [1 0 0 1 0 0]>>"
    yield Hostile("drawn_font.pdf", lambda: make_page(font=drawn), (NoTextError,))
    differences = (
        "<</Type /Font /Subtype /Type1 /BaseFont /A /Encoding <</Differences [0 "
        + "/a " * 500_000
        + "]>>>>"
    )
    yield Hostile("differences.pdf", lambda: make_page(font=differences), text="a")
    font, table = _make_mapping("1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange")
    yield Hostile("range.pdf", lambda: make_page(_TEXT, "", table, font=font), text="a")
    more = "100 beginbfrange " + "<0000> <FFFF> <0041> " * 2_000 + "endbfrange"
    font, wide = _make_mapping(more)
    yield Hostile("ranges.pdf", lambda: make_page(_TEXT, "", wide, font=font), text="a")
    again = "[" + "4 0 R " * 200_000 + "]"
    yield Hostile("again.pdf", lambda: make_page(_TEXT * 500, contents=again), any_end)
    own_parent = (
        make_page()
        .replace(b"/Parent 2 0 R", b"/Parent 3 0 R")
        .replace(b"/Resources", b"/Resourced")
    )
    yield Hostile("own_parent.pdf", lambda: own_parent, text=text)
    lock = "/Root 1 0 R /Encrypt <</Filter /Standard /V 5 /R 6 /Length 999999999 /O () /U () /P -1>> /ID [() ()]"
    locked = (*any_end, PasswordProtectedError)
    yield Hostile("empty_lock.pdf", lambda: make_page(trailer=lock), locked)
    own_lock = "/Root 1 0 R /Encrypt 6 0 R /ID [() ()]"
    circle = "<</Filter /Standard /V 4 /R 4 /O 6 0 R /U 6 0 R /P -1 /CF 6 0 R /StmF /A /StrF /A>>"
    yield Hostile("own_lock.pdf", lambda: make_page(_TEXT, "", circle, trailer=own_lock), locked)
    yield Hostile("late_mark.pdf", lambda: b"\n" * 900 + make_page(), text=text)
    yield Hostile(
        "web_page.pdf", lambda: b"<html><script>alert(1)</script>" + make_page(), text=text
    )
