from personal_bot.documents.converters.content import Remark, RemarkKind
from tests.blocks import list_remarks, show
from tests.documents import A, P, R, make_pptx, make_relationships, replace_part, shape
from tests.unit.personal_bot.documents.converters.conftest import Read


def test_slides_come_in_the_order_of_the_show_with_their_titles(read: Read) -> None:
    slides = [shape("Start", "ctrTitle") + shape("Hello"), shape("no title"), shape("End", "title")]
    pages = read(make_pptx(slides), ".pptx")
    assert [(page.number, page.title) for page in pages] == [(1, "Start"), (2, None), (3, "End")]
    assert show(pages[:1]) == "Start\nHello"


def test_a_slide_of_pictures_keeps_its_number(read: Read) -> None:
    pages = read(make_pptx([shape("one"), "<p:pic/>", shape("three")]), ".pptx")
    assert [(page.number, bool(page.blocks)) for page in pages] == [
        (1, True),
        (2, False),
        (3, True),
    ]


def test_tables_and_groups_are_read(read: Read) -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(
        f"<a:tr>{''.join(map(cell.format, row))}</a:tr>"
        for row in (["Month", "Sum"], ["May", "5"], ["June", "6"])
    )
    frame = f"<p:graphicFrame><a:graphic><a:tbl>{rows}</a:tbl></a:graphic></p:graphicFrame>"
    (page,) = read(make_pptx([f"<p:grpSp>{shape('grouped')}</p:grpSp>{frame}"]), ".pptx")
    assert show([page]) == "grouped\nMonth | Sum\nMonth: May; Sum: 5\nMonth: June; Sum: 6"


def test_notes_of_the_speaker_are_read_without_the_slide_number(read: Read) -> None:
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": make_relationships(
            f'<Relationship Id="r" Type="{R}/notesSlide" Target="../notesSlides/n.xml"/>'
        ),
        "ppt/notesSlides/n.xml": f'<p:notes xmlns:p="{P}" xmlns:a="{A}">'
        f"{shape('say this', 'body')}{shape('17', 'sldNum')}</p:notes>",
    }
    (page,) = read(make_pptx([shape("slide")], parts), ".pptx")
    assert show([page]) == "slide\n🗒 say this"


def cell(text: str, attributes: str = "", bold: str = "0") -> str:
    run = f'<a:r><a:rPr b="{bold}"/><a:t>{text}</a:t></a:r>'
    return f"<a:tc {attributes}><a:txBody><a:p>{run}</a:p></a:txBody></a:tc>"


def table(*rows: str) -> str:
    body = "".join(f"<a:tr>{row}</a:tr>" for row in rows)
    frame = f'<a:tbl><a:tblPr firstRow="1" bandRow="1"/>{body}</a:tbl>'
    return f"<p:graphicFrame><a:graphic><a:graphicData>{frame}</a:graphicData></a:graphic></p:graphicFrame>"


def test_a_merged_cell_counts_for_every_row_that_it_spans(read: Read) -> None:
    rows = [
        cell("Zone", bold="1") + cell("City", bold="1") + cell("Price", bold="1"),
        cell("East", 'rowSpan="2"') + cell("Kirov") + cell("130"),
        cell("", 'vMerge="1"') + cell("Perm") + cell("150"),
    ]
    assert "Zone: East; City: Perm; Price: 150" in show(read(make_pptx([table(*rows)]), ".pptx"))


def test_the_style_of_the_first_row_makes_no_header(read: Read) -> None:
    rows = [
        cell("Supplier") + cell("Alfa LLC"),
        cell("Customer") + cell("Beta LLC"),
        cell("Amount") + cell("150000"),
    ]
    shown = show(read(make_pptx([table(*rows)]), ".pptx"))
    assert "Customer: Beta LLC" in shown
    assert "Supplier: Customer" not in shown


def test_a_hidden_slide_is_read_and_marked(read: Read) -> None:
    content = make_pptx([shape("secret", "title")])
    slides = replace_part(
        content,
        "ppt/slides/slide1.xml",
        f'<p:sld xmlns:p="{P}" xmlns:a="{A}" show="0"><p:cSld><p:spTree>'
        f"{shape('Plan B', 'title')}{shape('text')}</p:spTree></p:cSld></p:sld>",
    )
    (page,) = read(slides, ".pptx")
    assert page.title == "[hidden] Plan B"
    assert list_remarks([page]) == [Remark(RemarkKind.HIDDEN)]


def test_automatic_numbers_of_a_list_are_counted(read: Read) -> None:
    paragraph = (
        '<a:p><a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr><a:r><a:t>{}</a:t></a:r></a:p>'
    )
    body = "".join(map(paragraph.format, ("first", "second")))
    slide = f"<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody>{body}</p:txBody></p:sp>"
    assert show(read(make_pptx([slide]), ".pptx")) == "1. first\n2. second"


def test_a_large_picture_is_said_not_to_be_read(read: Read) -> None:
    picture = '<p:pic><p:spPr><a:xfrm><a:ext cx="{0}" cy="{0}"/></a:xfrm></p:spPr></p:pic>'
    pages = read(
        make_pptx([shape("text") + picture.format(9_000_000) + picture.format(9)]), ".pptx"
    )
    assert list_remarks(pages) == [Remark(RemarkKind.PICTURE)]


def test_a_chart_is_read_with_its_values(read: Read) -> None:
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": make_relationships(
            f'<Relationship Id="r" Type="{R}/chart" Target="../charts/chart1.xml"/>'
        ),
        "ppt/charts/chart1.xml": f'<c:chartSpace xmlns:c="{chart}"><c:chart><c:plotArea><c:barChart>'
        '<c:ser><c:tx><c:v>Sales</c:v></c:tx><c:cat><c:strLit><c:pt idx="0"><c:v>North</c:v></c:pt>'
        '<c:pt idx="1"><c:v>South</c:v></c:pt></c:strLit></c:cat><c:val><c:numLit><c:pt idx="0">'
        '<c:v>19.2</c:v></c:pt><c:pt idx="1"><c:v>21.4</c:v></c:pt></c:numLit></c:val></c:ser>'
        "</c:barChart></c:plotArea></c:chart></c:chartSpace>",
    }
    frame = (
        f'<p:graphicFrame><a:graphic><a:graphicData><c:chart xmlns:c="{chart}" xmlns:r="{R}" '
        'r:id="r"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    shown = show(read(make_pptx([frame], parts), ".pptx"))
    assert "Sales" in shown
    assert "South; Sales: 21.4" in shown
