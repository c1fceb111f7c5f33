from dataclasses import replace
from functools import partial

import pytest

from personal_bot.documents.converters.content import Block, BlockKind, Remark, RemarkKind
from personal_bot.documents.converters.opendocument import pages as opendocument
from personal_bot.documents.converters.protocol import DEFAULT, RefusalError, RefusalKind
from tests import blocks
from tests.blocks import show
from tests.open_documents import cell, frame, items, make_odp, paragraph, row, table, text_box

read = partial(blocks.read, opendocument)


def slide(*shapes: str, style: str = "") -> str:
    return f'<draw:page draw:style-name="{style}">{"".join(shapes)}</draw:page>'


def placed(text: str, kind: str) -> str:
    return text_box(paragraph(text), f'presentation:class="{kind}"')


def test_slides_are_numbered_pages_with_titles() -> None:
    slides = (
        slide(placed("Start", "title"), placed("Hello", "subtitle"))
        + slide()
        + slide(placed("End", "title"))
    )
    pages = read(make_odp(slides))
    assert [(page.number, page.title) for page in pages] == [(1, "Start"), (2, None), (3, "End")]
    assert pages[0].blocks == [Block("Start", BlockKind.HEADING, 1), Block("Hello")]


def test_numbers_and_dates_of_the_layout_are_left_out() -> None:
    (page,) = read(
        make_odp(
            slide(placed("7", "page-number"), placed("May", "date-time"), placed("a", "outline"))
        )
    )
    assert show([page]) == "a"


def test_notes_follow_their_slide() -> None:
    notes = f"<presentation:notes>{frame('', '')}{placed('say this', 'notes')}{placed('3', 'page-number')}</presentation:notes>"
    assert show(read(make_odp(slide(placed("a", "title"), notes)))) == "a\n🗒 say this"


def test_a_hidden_slide_is_read_and_marked() -> None:
    style = (
        '<style:style style:name="dp1" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    (page,) = read(make_odp(slide(placed("secret", "title"), style="dp1"), style))
    assert (page.title, page.remarks) == ("[hidden] secret", [Remark(RemarkKind.HIDDEN)])


def test_comments_are_read() -> None:
    comment = (
        f"<office:annotation><dc:creator>Ann</dc:creator>{paragraph('why?')}</office:annotation>"
    )
    assert show(read(make_odp(slide(placed("a", "outline"), comment)))) == "a\n[💬 Ann: why?]"


def test_lists_tables_and_groups_are_read() -> None:
    bullets = (
        '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="●"/>'
        '<text:list-level-style-bullet text:level="2" text:bullet-char="–"/></text:list-style>'
    )
    outline = text_box(items(paragraph("one") + items(paragraph("two")), style="L1"))
    rows = table(
        row(cell("Name"), cell("Price")), row(cell("Tea"), cell("5")), row(cell("Rye"), cell("6"))
    )
    (page,) = read(make_odp(slide(outline, f"<draw:g>{frame(rows)}</draw:g>"), bullets))
    assert page.blocks[:2] == [Block("• one", BlockKind.ITEM, 0), Block("• two", BlockKind.ITEM, 1)]
    assert "Name: Tea; Price: 5" in show([page])


def test_a_large_picture_is_reported_on_its_slide() -> None:
    picture = frame("<draw:image/>", 'svg:width="20cm" svg:height="10cm"')
    first, second = read(make_odp(slide(picture) + slide(placed("a", "title"))))
    assert (first.number, first.blocks, first.remarks) == (1, [], [Remark(RemarkKind.PICTURE)])
    assert second.remarks == []


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(RefusalError) as caught:
        read(make_odp(slide() * 3), replace(DEFAULT, pages=2))
    assert caught.value.kind is RefusalKind.LIMIT
