import zlib
from itertools import count

import pytest

from personal_bot.documents.converters.content import BlockKind, Remark, RemarkKind
from personal_bot.documents.converters.pdf import pages as pdf
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from tests.blocks import list_remarks, read, show
from tests.documents import make_pdf, make_pdf_objects, make_stream
from tests.pdf_writer import find_page, lines, rule, text, write_pdf

PICTURE = make_stream(
    b"\x00",
    "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
)


def draw_picture(width: int, height: int) -> str:
    return f"q {width} 0 0 {height} 50 50 cm /X1 Do Q\n"


def show_headings(pages) -> list[tuple[int, str]]:
    return [
        (block.level, block.text)
        for page in pages
        for block in page.blocks
        if block.kind is BlockKind.HEADING
    ]


def test_pages_keep_their_numbers_past_an_empty_one() -> None:
    pages = read(pdf, make_pdf(["first", "", "third"]))
    assert [(page.number, show([page])) for page in pages] == [(1, "first"), (2, ""), (3, "third")]
    assert not list_remarks(pages)


def write_damaged(*contents: str | bytes) -> bytes:
    """Return a PDF with these streams as the contents of its pages."""
    numbers = range(3, 3 + 2 * len(contents), 2)
    objects: list[str | bytes] = [
        "<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Count {len(contents)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}]>>",
    ]
    font = "<</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>"
    for number, content in zip(numbers, contents, strict=True):
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources <</Font {font}>> "
            f"/Contents {number + 1} 0 R>>"
        )
        objects.append(content)
    return make_pdf_objects(objects)


DAMAGED = make_stream(b"damaged", "/Filter /NoSuchDecode")


def test_a_damaged_page_costs_only_itself() -> None:
    damaged, found = read(pdf, write_damaged(DAMAGED, make_stream(b"BT /F 9 Tf (readable) Tj ET")))
    assert damaged.remarks == [Remark(RemarkKind.DAMAGED)]
    assert (found.number, show([found]), found.remarks) == (2, "readable", [])


def test_a_file_without_a_readable_page_is_refused() -> None:
    with pytest.raises(RefusalError) as refusal:
        read(pdf, write_damaged(DAMAGED))
    assert refusal.value.kind is RefusalKind.DAMAGED


def test_more_pages_than_the_limit_are_refused() -> None:
    assert len(read(pdf, make_pdf(["a"] * 3), Limits(pages=3))) == 3
    with pytest.raises(RefusalError) as refusal:
        read(pdf, make_pdf(["a"] * 4), Limits(pages=3))
    assert (refusal.value.kind, refusal.value.detail) == (RefusalKind.LIMIT, "pages")


@pytest.mark.parametrize(
    ("width", "height", "remarks"), [(500, 700, 1), (300, 410, 1), (90, 90, 0)]
)
def test_a_picture_over_a_quarter_of_a_page_is_mentioned(
    width: int, height: int, remarks: int
) -> None:
    content = draw_picture(width, height) + text(50, 760, "a text above the picture")
    (page,) = read(pdf, write_pdf([content], extra=[PICTURE]))
    assert page.remarks == [Remark(RemarkKind.PICTURE)] * remarks


OUTLINED = "".join(
    f"{x} 700 m {x + 2} 709 {x + 5} 702 {x + 6} 700 c " * 4 + "f\n" for x in range(50, 450, 8)
)


@pytest.mark.parametrize(
    ("content", "remarks"),
    [
        (draw_picture(90, 90), 1),
        (draw_picture(20, 500), 0),
        ("0.8 g 100 100 400 600 re f", 1),
        ("0 0 0 0 k 0 0 600 800 re f", 0),
        ("1 g 0 0 600 800 re f 0 G", 0),
        ("50 50 500 700 re S " + rule(50, 760, 550, 760), 0),
        (OUTLINED, 1),
    ],
)
def test_a_page_without_text_is_mentioned_if_something_is_drawn_on_it(
    content: str, remarks: int
) -> None:
    edges = text(50, 780, "Rules of the house")
    pages = [edges + text(300, 20, str(number)) + text(50, 400, "text") for number in (1, 2, 3)]
    pages.append(edges + content + "\n0 g " + text(300, 20, "4"))
    for found in (write_pdf([content], extra=[PICTURE]), write_pdf(pages, extra=[PICTURE])):
        assert list_remarks(read(pdf, found)) == [Remark(RemarkKind.PICTURE)] * remarks


def test_a_scan_whose_text_was_recognized_is_not_mentioned() -> None:
    recognized = lines(60, 700, ["the words of a scanned page lie above its picture"] * 4)
    (page,) = read(pdf, write_pdf([draw_picture(500, 700) + recognized], extra=[PICTURE]))
    assert "scanned page" in show([page])
    assert not page.remarks


def test_a_scan_in_strips_counts_as_one_picture() -> None:
    strips = "".join(f"q 600 0 0 40 0 {40 * n} cm /X1 Do Q\n" for n in range(20))
    recognized = lines(
        60, 700, ["the words of a scanned page lie above its picture"] * 9, leading=40
    )
    scanned, read_page = read(pdf, write_pdf([strips, strips + recognized], extra=[PICTURE]))
    assert (len(scanned.remarks), len(read_page.remarks)) == (1, 0)


def test_characters_that_the_file_does_not_tell_are_not_read_as_text() -> None:
    mapping = "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <e041>"
    cmap = make_stream(f"begincmap {mapping} endbfrange endcmap".encode())
    font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>"
    content = text(50, 700, "GARBAGE OF GLYPHS", font="F3") + text(50, 600, "plain text")
    pages = read(pdf, write_pdf([content], extra=[font, cmap]))
    assert show(pages) == "plain text"
    assert list_remarks(pages) == [Remark(RemarkKind.UNDECODABLE)]


def test_attached_files_are_mentioned() -> None:
    names = "/Names <</EmbeddedFiles <</Names [(a.txt) 5 0 R (b.txt) 5 0 R]>>>>"
    extra = ["<</Type /Filespec /F (a.txt) /EF <</F 6 0 R>>>>", make_stream(b"inside")]
    pages = read(pdf, write_pdf([text(50, 700, "outside")], catalog=names, extra=extra))
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 2, "attachment")]


def test_bookmarks_are_headings_where_they_point_to() -> None:
    extra = [
        "<</Type /Outlines /First 6 0 R /Last 8 0 R>>",
        "<</Title (Part one) /First 7 0 R /Next 8 0 R /Dest [{first} 0 R /XYZ 0 720 0]>>",
        "<</Title (Keys) /Dest [{first} 0 R /XYZ 0 660 0]>>",
        "<</Title (Appendix) /Dest [{second} 0 R /Fit]>>",
    ]
    places = {"first": find_page(0, extra), "second": find_page(1, extra)}
    extra = [item.format(**places) for item in extra]
    first = lines(50, 700, ["Part one", "The first part begins.", "", "", "1.1 Keys", "Two keys."])
    pages = [first, text(50, 700, "Here are the annexes.")]
    found = read(pdf, write_pdf(pages, catalog="/Outlines 5 0 R", extra=extra))
    assert show_headings(found) == [(1, "Part one"), (2, "1.1 Keys"), (1, "Appendix")]
    assert show(found[:1]).split("\n") == [
        "Part one",
        "The first part begins.",
        "1.1 Keys",
        "Two keys.",
    ]
    assert show(found[1:]) == "Appendix\nHere are the annexes."


def test_without_bookmarks_larger_and_bold_lines_are_headings() -> None:
    body = ["a sentence of the body that is long enough to be the most of the page"] * 3
    content = (
        text(50, 750, "The title", size=20)
        + lines(50, 700, body)
        + text(50, 640, "A bold line", font="F2")
        + lines(50, 620, body)
    )
    assert show_headings(read(pdf, write_pdf([content]))) == [(1, "The title"), (4, "A bold line")]


def test_running_headers_are_read_once_and_page_numbers_do_not_differ() -> None:
    pages = [
        text(50, 780, "Rules of the house")
        + text(50, 600, f"the text of page number {number}")
        + text(290, 20, f"Page {number} of 6")
        for number in range(1, 7)
    ]
    found = read(pdf, write_pdf(pages))
    assert show(found[:1]).split("\n") == [
        "Rules of the house",
        "Page 1 of 6",
        "the text of page number 1",
    ]
    assert [show([page]) for page in found[1:]] == [
        f"the text of page number {number}" for number in range(2, 7)
    ]


def test_a_sentence_goes_on_past_running_rows_that_are_kept() -> None:
    bodies = [["First.", "", "The keys that"], ["were lost.", "", "", "The boat on the"], ["sea."]]
    pages = [
        text(50, 20, f"Page {number} of 3") + lines(50, 600, body)
        for number, body in enumerate(bodies, start=1)
    ]
    for number in (1, 2):
        pages[number] += text(50, 780, "Rules of the house")
    assert [show([page]).split("\n") for page in read(pdf, write_pdf(pages))] == [
        ["Page 1 of 3", "First.", "The keys that"],
        ["were lost.", "Rules of the house", "The boat on the"],
        ["sea.", "Rules of the house"],
    ]


@pytest.mark.parametrize(
    "edge",
    [
        "must be returned to desk {} before the end of June",
        "must be returned before the end of June.",
        "Invoice No. {}",
        "Hall {}: 100 boxes",
    ],
)
def test_text_at_the_edge_that_only_resembles_running_rows_is_kept(edge: str) -> None:
    pages = [
        text(50, 780, edge.format(number)) + lines(50, 600, ["The text", "of a page"])
        for number in range(1, 7)
    ]
    assert all(
        edge.format(number) in show([page])
        for number, page in enumerate(read(pdf, write_pdf(pages)), start=1)
    )


def test_the_header_of_a_table_at_the_top_of_each_page_is_kept() -> None:
    pages = []
    for number in range(4):
        rows = [("Name", "Boxes", "Price"), *((f"n{number}{n}", f"{n}", f"{n}0") for n in range(9))]
        content = text(50, 780, "Stock of the hall")
        for line, row in enumerate(rows):
            content += "".join(
                text(50 + 150 * n, 740 - 20 * line, cell) for n, cell in enumerate(row)
            )
        pages.append(content)
    found = read(pdf, write_pdf(pages))
    assert all("Name: n" in show([page]) and "Boxes: 3" in show([page]) for page in found)
    assert [show([page]).count("Stock of the hall") for page in found] == [1, 0, 0, 0]


def test_numbers_at_the_edge_that_are_no_page_numbers_are_kept() -> None:
    pages = [text(50, 780, f"Meter {number * number * 7}") for number in range(1, 7)]
    assert [show([page]) for page in read(pdf, write_pdf(pages))] == [
        f"Meter {number * number * 7}" for number in range(1, 7)
    ]


def test_pages_that_are_alike_are_kept() -> None:
    pages = read(pdf, write_pdf([text(50, 780, "Void")] * 4))
    assert [show([page]) for page in pages] == ["Void"] * 4


def test_a_word_cut_at_the_end_of_a_page_is_joined() -> None:
    pages = [text(50, 700, "the tenant signs the agree-"), text(50, 700, "ment and pays")]
    assert [show([page]) for page in read(pdf, write_pdf(pages))] == [
        "the tenant signs the agreement",
        "and pays",
    ]


def test_after_half_of_the_time_pages_are_read_without_their_layout() -> None:
    table = text(50, 700, "Rent") + text(300, 700, "500") + text(50, 680, "Total")
    pages = read(pdf, write_pdf([table]), Limits(cpu_seconds=0))
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, detail="layout")]
    assert show(pages).split() == ["Rent", "500", "Total"]


def test_an_outline_that_points_to_itself_ends() -> None:
    extra = [
        "<</Type /Outlines /First 6 0 R /Last 6 0 R>>",
        "<</Title (Loop) /First 6 0 R /Next 6 0 R /Dest [7 0 R /Fit]>>",
    ]
    pages = read(pdf, write_pdf([text(50, 700, "text")], catalog="/Outlines 5 0 R", extra=extra))
    assert show(pages) == "Loop\ntext"


def test_a_compressed_page_that_expands_without_end_is_refused() -> None:
    content = zlib.compress(zlib.compress(bytes(150_000_000), 9), 9)
    with pytest.raises(RefusalError):
        read(pdf, write_damaged(make_stream(content, "/Filter [/FlateDecode /FlateDecode]")))


def test_what_the_process_did_before_does_not_count_against_the_time_for_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = make_pdf(["a page"])
    monkeypatch.setattr(pdf.time, "process_time", lambda: 1_000_000.0)
    assert list_remarks(read(pdf, content)) == []
    late = count(0, 1_000)
    monkeypatch.setattr(pdf.time, "process_time", lambda: float(next(late)))
    assert [remark.detail for remark in list_remarks(read(pdf, content))] == ["layout"]
