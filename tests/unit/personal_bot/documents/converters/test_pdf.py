import pytest

from personal_bot.documents.converters.pdf import join_hyphenation
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from tests.documents import make_pdf, make_pdf_objects, make_stream
from tests.unit.personal_bot.documents.converters.conftest import Read


def test_pages_keep_their_numbers_past_an_empty_one(read: Read) -> None:
    pages = read(make_pdf(["first", "", "third"]), ".pdf")
    assert [(page.number, page.text) for page in pages] == [(1, "first"), (3, "third")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("согла-\nшение", "соглашение"),
        ("agree-\n  ment", "agreement"),
        ("Ростов-\nНа-Дону", "Ростов-На-Дону"),
        ("1990-\n1995", "1990-\n1995"),
        ("- one\n- two", "- one\n- two"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_joined(text: str, expected: str) -> None:
    assert join_hyphenation(text) == expected


def test_a_damaged_page_costs_only_itself(read: Read) -> None:
    page = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources <</Font <</F 7 0 R>>>> {}>>"
    content = make_pdf_objects(
        [
            "<</Type /Catalog /Pages 2 0 R>>",
            "<</Type /Pages /Count 2 /Kids [3 0 R 4 0 R]>>",
            page.format("/Contents 5 0 R"),
            page.format("/Contents 6 0 R"),
            make_stream(b"damaged", "/Filter /NoSuchDecode"),
            make_stream(b"BT /F 9 Tf (readable) Tj ET"),
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        ]
    )
    (found,) = read(content, ".pdf")
    assert (found.number, found.text) == (2, "readable")


def test_pictures_alone_are_no_text(read: Read) -> None:
    with pytest.raises(RefusalError) as refusal:
        read(make_pdf(["", ""]), ".pdf")
    assert refusal.value.kind is RefusalKind.NO_TEXT


def test_more_pages_than_the_limit_are_refused(read: Read) -> None:
    assert len(read(make_pdf(["a"] * 3), ".pdf", Limits(pages=3))) == 3
    with pytest.raises(RefusalError) as refusal:
        read(make_pdf(["a"] * 4), ".pdf", Limits(pages=3))
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.LIMIT, "pages")
