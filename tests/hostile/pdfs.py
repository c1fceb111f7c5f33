"""PDFs that expand, contain loops, or are truncated."""

import zlib
from collections.abc import Iterator

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    EmptyFileError,
    NoTextError,
    PasswordProtectedError,
)
from tests.documents import (
    make_pdf,
    make_pdf_objects,
    make_stream,
)
from tests.hostile.case import Hostile


def _page_tree(pages: str, *others: str) -> bytes:
    return make_pdf_objects(["<</Type /Catalog /Pages 2 0 R>>", pages, *others])


def _many_pages(count: int) -> bytes:
    kids = "3 0 R " * count
    return _page_tree(
        f"<</Type /Pages /Count {count} /Kids [{kids}]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
    )


_PAGE = (
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
    "/Resources <</XObject <</X 5 0 R>>>>>>"
)


def _pdf_with_content(content: bytes, entries: str = "", *more: str | bytes) -> bytes:
    return make_pdf_objects(
        [
            "<</Type /Catalog /Pages 2 0 R>>",
            "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
            _PAGE,
            make_stream(content, entries),
            *more,
        ]
    )


def _make_flate_bomb() -> bytes:
    content = zlib.compress(zlib.compress(bytes(200_000_000), 9), 9)
    return _pdf_with_content(content, "/Filter [/FlateDecode /FlateDecode]")


def _make_endless_page() -> bytes:
    return _pdf_with_content(zlib.compress(b"(a) Tj " * 2_000_000), "/Filter /FlateDecode")


def list_pdfs() -> Iterator[Hostile]:
    refused = (DamagedFileError, ConversionLimitError, NoTextError)
    loop = "<</Type /Pages /Count 2 /Kids [2 0 R 2 0 R]>>"
    yield Hostile("loop.pdf", lambda: _page_tree(loop), refused)
    far = "<</Type /Pages /Count 9 /Kids [3 0 R]>>", "<</Type /Pages /Kids [2 0 R]>>"
    yield Hostile("far_loop.pdf", lambda: _page_tree(*far), refused)
    yield Hostile("no_pages.pdf", lambda: _page_tree("<</Type /Pages /Count 0 /Kids []>>"), refused)
    yield Hostile("many_pages.pdf", lambda: _many_pages(99_000), (ConversionLimitError,))
    yield Hostile("too_many_pages.pdf", lambda: _many_pages(300_000), refused)
    chain = [f"<</Type /Pages /Count 1 /Kids [{i} 0 R]>>" for i in range(3, 3_000)]
    yield Hostile("chain.pdf", lambda: _page_tree(*chain, "<</Type /Page>>"), refused)
    good = make_pdf(["page one", "page two"])
    for share in (5, 30, 60, 85):
        cut = good[: len(good) * share // 100]
        yield Hostile(f"cut_{share}.pdf", lambda cut=cut: cut, (*refused, EmptyFileError))
    yield Hostile("no_table.pdf", lambda: good[: good.index(b"xref")], refused)
    yield Hostile("only_mark.pdf", lambda: b"%PDF-1.7", refused)
    yield Hostile("deep_array.pdf", lambda: _page_tree("[" * 100_000), refused)
    yield Hostile("deep_dictionary.pdf", lambda: _page_tree("<</A " * 50_000), refused)
    yield Hostile("own_root.pdf", lambda: make_pdf_objects(["1 0 R"]), refused)
    yield Hostile("flate.pdf", _make_flate_bomb, refused)
    yield Hostile("operators.pdf", _make_endless_page, refused)
    form = make_stream(
        b"/X Do /X Do", "/Type /XObject /Subtype /Form /Resources <</XObject <</X 5 0 R>>>>"
    )
    yield Hostile("forms.pdf", lambda: _pdf_with_content(b"/X Do", "", form), refused)
    yield Hostile(
        "unknown_lock.pdf",
        lambda: make_pdf_objects(
            ["<</Type /Catalog>>", "<</Filter /Other /V 9>>"], "/Root 1 0 R /Encrypt 2 0 R"
        ),
        (*refused, PasswordProtectedError),
    )
