import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters.media_types import SUFFIXES, MediaType, detect
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from tests.documents import make_docx, make_epub, make_pdf, make_pptx, make_xlsx, make_zip

CONTENTS = {
    MediaType.PDF: make_pdf(["a"]),
    MediaType.DOCX: make_docx(""),
    MediaType.PPTX: make_pptx([]),
    MediaType.XLSX: make_xlsx({"S": []}),
    MediaType.EPUB: make_epub({}),
}


@pytest.mark.parametrize("suffix", [*SUFFIXES, "", ".bin"])
@pytest.mark.parametrize("media_type", CONTENTS)
def test_content_decides_whatever_the_name(media_type: MediaType, suffix: str) -> None:
    assert detect(io.BytesIO(CONTENTS[media_type]), suffix) is media_type


@pytest.mark.parametrize("suffix", [".txt", ".md", ".csv", ".tsv", ".html", ".htm"])
def test_the_name_decides_among_texts(suffix: str) -> None:
    assert detect(io.BytesIO(b"MZ is no program here"), suffix) is SUFFIXES[suffix]


def test_an_office_archive_without_its_parts_is_damaged() -> None:
    with pytest.raises(RefusalError) as refusal:
        detect(io.BytesIO(make_zip({"a.txt": "a"})), ".docx")
    assert refusal.value.kind is RefusalKind.DAMAGED


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"MZ\x90", ".pdf"),
        (b"hello", ".py"),
        (make_zip({"mimetype": "application/vnd.oasis.opendocument.text"}), ".odt"),
    ],
)
def test_other_types_are_not_supported(content: bytes, suffix: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        detect(io.BytesIO(content), suffix)
    assert refusal.value.kind is RefusalKind.UNSUPPORTED


@given(st.binary(max_size=2_000), st.sampled_from([*SUFFIXES, "", ".x"]))
def test_any_content_has_a_type_or_a_refusal(content: bytes, suffix: str) -> None:
    with contextlib.suppress(RefusalError):
        assert detect(io.BytesIO(content), suffix) in MediaType
