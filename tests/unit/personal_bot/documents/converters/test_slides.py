from tests.documents import A, P, R, make_pptx, make_relationships, shape
from tests.unit.personal_bot.documents.converters.conftest import Read


def test_slides_come_in_the_order_of_the_show_with_their_titles(read: Read) -> None:
    slides = [shape("Start", "ctrTitle") + shape("Hello"), shape("no title"), shape("End", "title")]
    pages = read(make_pptx(slides), ".pptx")
    assert [(page.number, page.title) for page in pages] == [(1, "Start"), (2, None), (3, "End")]
    assert pages[0].text == "Start\nHello"


def test_a_slide_of_pictures_keeps_its_number(read: Read) -> None:
    pages = read(make_pptx([shape("one"), "<p:pic/>", shape("three")]), ".pptx")
    assert [page.number for page in pages] == [1, 3]


def test_tables_and_groups_are_read(read: Read) -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(
        f"<a:tr>{''.join(map(cell.format, row))}</a:tr>" for row in (["Month", "Sum"], ["May", "5"])
    )
    frame = f"<p:graphicFrame><a:graphic><a:tbl>{rows}</a:tbl></a:graphic></p:graphicFrame>"
    (page,) = read(make_pptx([f"<p:grpSp>{shape('grouped')}</p:grpSp>{frame}"]), ".pptx")
    assert page.text == "grouped\nMonth | Sum\nMonth: May; Sum: 5"


def test_notes_of_the_speaker_are_read_without_the_slide_number(read: Read) -> None:
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": make_relationships(
            f'<Relationship Id="r" Type="{R}/notesSlide" Target="../notesSlides/n.xml"/>'
        ),
        "ppt/notesSlides/n.xml": f'<p:notes xmlns:p="{P}" xmlns:a="{A}">'
        f"{shape('say this', 'body')}{shape('17', 'sldNum')}</p:notes>",
    }
    (page,) = read(make_pptx([shape("slide")], parts), ".pptx")
    assert page.text == "slide\nsay this"
