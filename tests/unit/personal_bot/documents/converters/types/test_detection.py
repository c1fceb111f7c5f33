import contextlib
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters.protocol import Hints, RefusalError, RefusalKind
from personal_bot.documents.converters.types.detection import detect
from personal_bot.documents.converters.types.media_types import SUFFIXES, TEXTS, MediaType
from personal_bot.documents.converters.types.signatures import CATEGORIES
from tests.compound import make_ole
from tests.documents import make_docx, make_epub, make_pdf, make_pptx, make_xlsx, make_zip

MAIL = b"Received: from a\nMIME-Version: 1.0\nFrom: a@b.c\n"
MAIN = '<Override PartName="/{}" ContentType="application/vnd.{}+xml"/>'
CONTENTS = {
    MediaType.PDF: b"junk\n" * 100 + make_pdf(["a"]),
    MediaType.DOCX: make_docx(""),
    MediaType.PPTX: make_pptx([]),
    MediaType.XLSX: make_xlsx({"S": []}),
    MediaType.EPUB: make_epub({}),
    MediaType.ODT: make_zip({"mimetype": MediaType.ODT, "content.xml": ""}),
    MediaType.ODS: make_zip({"mimetype": f"{MediaType.ODS}-template", "content.xml": ""}),
    MediaType.XLS: make_ole({"Workbook": b"x"}),
    MediaType.MSG: make_ole({"__properties_version1.0": b"x"}),
}


def find(content: bytes, suffix: str = "", mime_type: str = "") -> MediaType:
    return detect(io.BytesIO(content), Hints(suffix, mime_type))


@pytest.mark.parametrize("suffix", [*SUFFIXES, "", ".bin", ".12"])
@pytest.mark.parametrize("media_type", CONTENTS)
def test_content_decides_whatever_the_name(media_type: MediaType, suffix: str) -> None:
    assert find(CONTENTS[media_type], suffix) is media_type


@pytest.mark.parametrize(
    ("part", "declared", "media_type"),
    [
        ("w/d2.xml", "openxmlformats-officedocument.wordprocessingml.document.main", "DOCX"),
        ("w/d2.xml", "ms-word.document.macroEnabled.main", "DOCX"),
        ("x/book.xml", "ms-excel.sheet.macroEnabled.main", "XLSX"),
        ("p/p.xml", "openxmlformats-officedocument.presentationml.slideshow.main", "PPTX"),
    ],
)
def test_an_office_package_is_what_it_declares_to_be(
    part: str, declared: str, media_type: str
) -> None:
    types = f"<Types>{MAIN.format(part, declared)}</Types>"
    content = make_zip({"[Content_Types].xml": types, part: ""})
    assert find(content) is MediaType[media_type]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".csv", ".tsv", ".html", ".py", ".log", ".json"])
def test_the_name_decides_among_texts(suffix: str) -> None:
    assert find(b"MZ is no program here", suffix) is SUFFIXES[suffix]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<!-- saved --><html><p>a</p></html>", MediaType.HTML),
        (b"<div><p>one</p><p>two</p></div>", MediaType.HTML),
        (b'{"a": [1, 2]}', MediaType.JSON),
        (b"<?xml version='1.0'?><a/>", MediaType.XML),
        (b"#!/bin/sh\necho hello\n", MediaType.CODE),
        (b"{\\rtf1 hello}", MediaType.RTF),
        (MAIL + b"\nHello", MediaType.EML),
        (b"From: saved\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\nx", MediaType.MHT),
        ("Товар;Цена;Вес\nХлеб;45;1\nСыр;900;2\n".encode("cp1251"), MediaType.CSV),
        (b"name\tprice\nbread\t4\nsalt\t5\n", MediaType.CSV),
        (b"# Title\n\nSome **bold** words\n", MediaType.MARKDOWN),
        (b"2024-05-01 10:00:00 start\n2024-05-01 10:00:01 stop\n", MediaType.LOG),
        ("Договор аренды, заключённый сторонами".encode("cp1251"), MediaType.TEXT),
        (b"A letter, with commas, in it.\nAnd, another, line, here\n", MediaType.TEXT),
    ],
)
def test_a_text_without_a_known_suffix_is_what_it_looks_like(
    content: bytes, media_type: MediaType
) -> None:
    assert find(content) is media_type
    assert find(content, ".12", "application/octet-stream") is media_type


def test_the_type_that_the_sender_states_beats_the_name() -> None:
    assert find(b"a;b\n1;2\n", ".dat", "text/csv; charset=utf-8") is MediaType.CSV
    assert find(b"a b", ".txt", "text/markdown") is MediaType.MARKDOWN
    assert find(b"a b", ".log", "text/plain") is MediaType.LOG


def test_what_programs_call_an_excel_file_is_read_as_what_it_is() -> None:
    assert find(b"<html><table><td>cell</td></table>", ".xls") is MediaType.HTML
    assert find(b"a\tb\n1\t2\n3\t4\n", ".xls") is MediaType.CSV
    with pytest.raises(RefusalError, match="damaged: not a xls"):
        find(b"hello", ".xls")


def test_an_office_archive_without_its_parts_is_damaged() -> None:
    with pytest.raises(RefusalError) as refusal:
        find(make_zip({"a.txt": "a"}), ".docx")
    assert refusal.value.kind is RefusalKind.DAMAGED


@pytest.mark.parametrize(
    ("content", "suffix", "detail"),
    [
        (b"MZ\x90\0", ".pdf", "exe"),
        (b"\0\0\0\x20ftypisom", ".txt", "mp4"),
        (b"\0\0\0\x20ftypheic", "", "heic"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", "webp"),
        (b"\xff\xd8\xff\xe0", "", "jpeg"),
        (b"\0\x01\0\0Standard Jet DB\0", "", "access"),
        (make_ole({"WordDocument": b"x"}), ".docx", "doc"),
        (make_ole({"PowerPoint Document": b"x"}), "", "ppt"),
        (bytes(range(1, 256)) * 20, ".xyz", "xyz"),
        (bytes(range(1, 256)) * 20, "", "binary"),
    ],
)
def test_a_refusal_names_the_kind_of_file(content: bytes, suffix: str, detail: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        find(content, suffix)
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.UNSUPPORTED, detail)
    known = {kind for kinds in CATEGORIES.values() for kind in kinds}
    assert detail in {*known, suffix.removeprefix("."), "binary"}


def test_an_encrypted_office_file_wants_a_password() -> None:
    with pytest.raises(RefusalError) as refusal:
        find(make_ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), ".docx")
    assert refusal.value.kind is RefusalKind.PASSWORD


def test_every_type_has_a_suffix() -> None:
    assert {*SUFFIXES.values()} == {*MediaType}
    assert set(MediaType) > TEXTS


@given(st.binary(max_size=2_000), st.sampled_from([*SUFFIXES, "", ".x"]))
def test_any_content_has_a_type_or_a_refusal(content: bytes, suffix: str) -> None:
    with contextlib.suppress(RefusalError):
        assert find(content, suffix) in MediaType


def test_a_text_of_nothing_but_separators_takes_linear_time() -> None:
    content = "\u2028\u2029\x85".encode() * 300_000

    started = time.process_time()
    assert find(content, ".txt") is MediaType.TEXT

    assert time.process_time() - started < 3
