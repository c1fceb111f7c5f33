from functools import partial

import pytest

from personal_bot.documents.converters.content import Block, BlockKind, Remark, RemarkKind
from personal_bot.documents.converters.opendocument import pages as opendocument
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from tests import blocks
from tests.blocks import list_remarks, show
from tests.documents import make_zip
from tests.open_documents import (
    EMBEDDED,
    NAMESPACES,
    cell,
    frame,
    heading,
    items,
    make_object,
    make_odt,
    make_page_count,
    make_styles,
    number,
    paragraph,
    row,
    table,
    text_box,
)

read = partial(blocks.read, opendocument)


def read_blocks(body: str, styles: str = "", parts: dict[str, str] | None = None) -> list[Block]:
    return [block for page in read(make_odt(body, styles, parts)) for block in page.blocks]


def style(name: str, properties: str = "", attributes: str = "", family: str = "paragraph") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" {attributes}>'
        f"{properties}</style:style>"
    )


HIDING = '<style:text-properties text:display="none"/>'
BOLD = '<style:text-properties fo:font-weight="bold"/>'


def test_headings_have_levels_and_titles_are_headings() -> None:
    body = paragraph("Report", "Title") + heading("One", 1) + heading("Two", 2) + paragraph("text")
    assert read_blocks(body, style("Title")) == [
        Block("Report", BlockKind.HEADING, 1),
        Block("One", BlockKind.HEADING, 1),
        Block("Two", BlockKind.HEADING, 2),
        Block("text"),
    ]


def test_spaces_tabs_and_line_breaks_are_those_that_people_see() -> None:
    body = paragraph('a \n  b<text:s text:c="3"/>c<text:tab/>d<text:line-break/>e')
    assert show(read(make_odt(body))) == "a b   c\td\ne"


def test_notes_and_comments_stand_where_the_text_refers_to_them() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{paragraph('see below')}</text:note-body></text:note>"
    )
    comment = (
        f"<office:annotation><dc:creator>Ann</dc:creator>{paragraph('why?')}</office:annotation>"
    )
    body = paragraph(f"price{note} is 5{comment}.")
    assert show(read(make_odt(body))) == "price (see below) is 5 [💬 Ann: why?]."


def test_tracked_changes_are_accepted() -> None:
    deleted = f"<text:tracked-changes><text:changed-region><text:deletion>{paragraph('old')}"
    deleted += "</text:deletion></text:changed-region></text:tracked-changes>"
    kept = paragraph('<text:change-start/>new<text:change-end/><text:change text:change-id="1"/>')
    assert show(read(make_odt(deleted + kept))) == "new"


def test_hidden_text_is_left_out_and_reported() -> None:
    body = paragraph('seen <text:span text:style-name="T1">secret</text:span>')
    pages = read(make_odt(body, style("T1", HIDING, family="text")))
    assert show(pages).strip() == "seen"
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 1, "hidden text")]


def test_a_hidden_section_is_read_and_marked() -> None:
    section = f'<text:section text:display="none">{paragraph("a")}{paragraph("b")}</text:section>'
    empty = '<text:section text:display="none"/>'
    assert show(read(make_odt(empty + paragraph("c")))) == "c"
    pages = read(make_odt(section + paragraph("c")))
    assert show(pages) == "[hidden] a\nb\nc"
    assert list_remarks(pages) == [Remark(RemarkKind.HIDDEN)]


def test_links_show_their_addresses() -> None:
    body = paragraph('see <text:a xlink:href="https://example.com/a">this</text:a>')
    assert show(read(make_odt(body))) == "see this (https://example.com/a)"


def test_preformatted_paragraphs_are_code() -> None:
    preformatted = style("P1", attributes='style:parent-style-name="Preformatted_20_Text"')
    parts = make_styles(style("Preformatted_20_Text"))
    body = paragraph("def f():", "P1") + paragraph('<text:s text:c="4"/>pass', "P1")
    assert read_blocks(body, preformatted, parts) == [
        Block("def f():\n    pass", BlockKind.CODE),
    ]


def test_headers_and_footers_come_once_before_their_section_without_page_numbers() -> None:
    master = (
        '<style:master-page style:name="Standard" style:next-style-name="Other"><style:header>'
        f"{paragraph('Contract 7')}</style:header><style:footer>"
        f"{paragraph('Page <text:page-number>1</text:page-number>')}</style:footer>"
        '</style:master-page><style:master-page style:name="Other"><style:header>'
        f"{paragraph('Contract 7')}{paragraph('Draft')}</style:header></style:master-page>"
    )
    pages = read(make_odt(paragraph("text"), parts=make_styles(masters=master)))
    assert show(pages) == "Contract 7\nDraft\ntext"


def test_pages_have_numbers_if_their_breaks_match_the_page_count() -> None:
    broken = style("P1", '<style:paragraph-properties fo:break-before="page"/>')
    body = paragraph("one <text:soft-page-break/>two") + paragraph("three", "P1")
    pages = read(make_odt(body, broken, make_page_count(3)))
    assert [(page.number, show([page]).strip()) for page in pages] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]
    assert [page.number for page in read(make_odt(body, broken, make_page_count(4)))] == [None]


def test_a_caption_is_the_title_of_its_table_and_the_name_of_the_table_is_not() -> None:
    caption = style("Table", attributes='style:parent-style-name="Caption"') + style("Caption")
    rows = [
        row(cell("Name"), cell("Price")),
        row(cell("Tea"), cell("5")),
        row(cell("Rye"), cell("7")),
    ]
    body = paragraph("Table 1: Prices", "Table") + table(*rows)
    (block,) = read_blocks(body, caption)
    assert block.lead == "Table 1: Prices"
    assert "Name: Tea; Price: 5" in block.text


def test_merged_cells_count_for_every_row_that_they_span() -> None:
    rows = [
        f"<table:table-header-rows>{row(cell('Zone'), cell('City'), cell('Price'))}</table:table-header-rows>",
        row(cell("East", 'table:number-rows-spanned="2"'), cell("Kirov"), cell("130")),
        row("<table:covered-table-cell/>", cell("Perm"), cell("150")),
    ]
    assert "Zone: East; City: Perm; Price: 150" in show(read(make_odt(table(*rows))))


def test_a_bold_row_is_a_header() -> None:
    def bold(text: str) -> str:
        return cell(f'<text:span text:style-name="T1">{text}</text:span>')

    rows = [row(bold("Town"), bold("Mayor")), row(cell("Kirov"), cell("Ivanov"))]
    rows.append(row(cell("Perm"), cell("Petrov")))
    styles = style("T1", BOLD, family="text")
    assert "Town: Perm; Mayor: Petrov" in show(read(make_odt(table(*rows), styles)))


def test_tables_within_cells_follow_their_row() -> None:
    inner = table(row(cell("a"), cell("b")), row(cell("c"), cell("d")))
    outer = table(
        row(cell("left"), f"<table:table-cell>{inner}</table:table-cell>"),
        row(cell("x"), cell("y")),
    )
    shown = show(read(make_odt(outer)))
    assert [shown.index(text) for text in ("left", "a | b", "x | y")] == sorted(
        shown.index(text) for text in ("left", "a | b", "x | y")
    )


def test_text_boxes_and_shapes_follow_the_paragraph_that_anchors_them() -> None:
    shape = f"<draw:g><draw:custom-shape>{paragraph('shape')}</draw:custom-shape></draw:g>"
    body = paragraph(f"before{text_box(paragraph('boxed'))}{shape}after") + paragraph("next")
    assert show(read(make_odt(body))) == "beforeafter\nboxed\nshape\nnext"


def test_a_large_picture_is_reported_and_its_description_is_read() -> None:
    described = "<draw:image/><svg:title>Plan</svg:title><svg:desc>of the house</svg:desc>"
    large = frame(described, 'svg:width="12cm" svg:height="3in"')
    logo = frame("<draw:image/><svg:title>logo.png</svg:title>", 'svg:width="2cm" svg:height="9cm"')
    pages = read(make_odt(paragraph(large) + paragraph(logo)))
    assert show(pages).strip() == "[picture: Plan — of the house]"
    assert list_remarks(pages) == [Remark(RemarkKind.PICTURE)]


def test_a_chart_is_a_table_with_its_title() -> None:
    rows = [
        f"<table:table-header-rows>{row(cell(), cell('Sales'))}</table:table-header-rows>",
        row(cell("2023"), number("5.5", "5.5")),
        row(cell("2024"), number("7", "7")),
        row(cell("2025"), number("NaN", "NaN")),
    ]
    chart = (
        f"<office:chart><chart:chart><chart:title>{paragraph('Growth')}</chart:title>"
        '<chart:plot-area><chart:axis chart:dimension="x"><chart:title>'
        f"{paragraph('Year')}</chart:title></chart:axis></chart:plot-area>"
        f"{table(*rows)}</chart:chart></office:chart>"
    )
    (block,) = read_blocks(paragraph(EMBEDDED), parts=make_object(chart))
    assert block.lead == "Growth"
    assert "Year: 2024; Sales: 7" in block.text
    assert "NaN" not in block.text


def test_a_formula_is_read_within_its_line() -> None:
    fraction = "<math:mfrac><math:mrow><math:mi>a</math:mi><math:mo>+</math:mo><math:mi>b</math:mi></math:mrow><math:mn>2</math:mn></math:mfrac>"
    formula = f"<math:math {NAMESPACES}><math:semantics>{fraction}<math:annotation>a+b over 2</math:annotation></math:semantics></math:math>"
    old = f'<!DOCTYPE math:math PUBLIC "-//OpenOffice.org//DTD" "math.dtd">{formula}'
    for root in (formula, old):
        body = paragraph(f"the mean {EMBEDDED} is")
        assert (
            show(read(make_odt(body, parts={"Object 1/content.xml": root})))
            == "the mean (a+b)/2 is"
        )


def test_form_controls_show_their_values() -> None:
    form = (
        "<office:forms><form:form>"
        '<form:checkbox form:id="c1" form:label="agreed" form:current-state="checked"/>'
        '<form:checkbox form:id="c2" form:label="paid"/>'
        '<form:text form:id="c3" form:current-value="Ann"/>'
        '<form:listbox form:id="c4"><form:option form:label="red"/>'
        '<form:option form:label="blue" form:current-selected="true"/></form:listbox>'
        "</form:form></office:forms>"
    )
    body = form + paragraph("".join(f'<draw:control draw:control="c{n}"/>' for n in range(1, 5)))
    assert show(read(make_odt(body))).strip() == "☑ agreed ☐ paid Ann blue"


def test_form_fields_of_word_show_their_values() -> None:
    box = '<field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX"><field:param field:name="Checkbox_Checked" field:value="true"/></field:fieldmark>'
    prompt = (
        '<loext:content-control loext:showing-place-holder="true">enter</loext:content-control>'
    )
    assert show(read(make_odt(paragraph(f"{box} yes {prompt}")))).strip() == "☑ yes"


def test_prompts_and_readings_of_characters_are_left_out() -> None:
    ruby = "<text:ruby><text:ruby-base>東京</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text></text:ruby>"
    body = paragraph(f"{ruby} <text:placeholder>&lt;name&gt;</text:placeholder>")
    assert show(read(make_odt(body))).strip() == "東京"


def test_an_embedded_object_of_another_kind_is_reported() -> None:
    pages = read(make_odt(paragraph(f"text {EMBEDDED}")))
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 1, "object")]


def test_damaged_styles_are_reported() -> None:
    pages = read(make_odt(paragraph("text"), parts={"styles.xml": "<cut"}))
    assert (show(pages), list_remarks(pages)) == ("text", [Remark(RemarkKind.DAMAGED)])


def test_lists_in_cells_keep_their_bullets() -> None:
    body = table(
        row(
            f"<table:table-cell>{items(paragraph('a'), paragraph('b'), style='L1')}</table:table-cell>",
            cell("c"),
        )
    )
    bullets = '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/></text:list-style>'
    assert "• a • b | c" in show(read(make_odt(body, bullets)))


@pytest.mark.parametrize("kind", ["graphics", "chart"])
def test_other_kinds_of_documents_are_refused(kind: str) -> None:
    content = make_zip(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"}
    )
    with pytest.raises(RefusalError) as caught:
        read(content)
    assert caught.value.kind is RefusalKind.UNSUPPORTED


@pytest.mark.parametrize("mimetype", ["text-template", "text-master", "text"])
def test_templates_are_read_like_documents(mimetype: str) -> None:
    content = f"<office:document-content {NAMESPACES}><office:body><office:text>{paragraph('text')}</office:text></office:body></office:document-content>"
    mimetype = f"application/vnd.oasis.opendocument.{mimetype}"
    assert show(read(make_zip({"mimetype": mimetype, "content.xml": content}))) == "text"
    manifest = f'<m:manifest xmlns:m="m"><m:file-entry m:full-path="/" m:media-type="{mimetype}"/></m:manifest>'
    parts = {"META-INF/manifest.xml": manifest, "content.xml": content}
    assert show(read(make_zip(parts))) == "text"


def test_an_encrypted_document_is_refused() -> None:
    manifest = '<m:manifest xmlns:m="m"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(RefusalError) as caught:
        read(make_odt("", parts={"META-INF/manifest.xml": manifest}))
    assert caught.value.kind is RefusalKind.PASSWORD
