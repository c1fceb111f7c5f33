from personal_bot.documents.converters.content import BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.word import pages as word
from tests.blocks import list_remarks, read, show
from tests.documents import R, W, make_docx, make_relationships, make_zip, paragraph, table

SAVED_BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"
FORCED_BREAK = '<w:r><w:br w:type="page"/></w:r>'
STYLES = {
    "word/styles.xml": f'<w:styles xmlns:w="{W}">'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:styleId="Own"><w:basedOn w:val="1"/></w:style>'
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Deep"><w:name w:val="heading 7"/></w:style>'
    '<w:style w:styleId="Source"><w:name w:val="HTML Preformatted"/></w:style>'
    '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
}


def app(pages: int) -> dict[str, str]:
    return {"docProps/app.xml": f"<Properties><Pages>{pages}</Pages></Properties>"}


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read_body(body: str, parts: dict[str, str] | None = None) -> list[Page]:
    return read(word, make_docx(body, parts))


def show_body(body: str, parts: dict[str, str] | None = None) -> str:
    return show(read_body(body, parts))


def show_pages(pages: list[Page]) -> list[tuple[int | None, str]]:
    return [(page.number, show([page])) for page in pages]


def test_page_numbers_are_given_where_word_saved_them() -> None:
    body = (
        f"<w:p>{run('one')}{SAVED_BREAK}{run('two')}{FORCED_BREAK}</w:p>"
        f"<w:p>{SAVED_BREAK}{run('three')}</w:p>"
    )
    assert show_pages(read_body(body, app(3))) == [(1, "one"), (2, "two"), (3, "three")]


def test_a_page_without_text_is_a_page() -> None:
    body = f"<w:p>{run('one')}{SAVED_BREAK}</w:p><w:p>{SAVED_BREAK}{run('three')}</w:p>"
    assert show_pages(read_body(body, app(3))) == [(1, "one"), (2, ""), (3, "three")]


def test_page_numbers_are_not_guessed() -> None:
    """Pages get numbers only from breaks that Word saved: a wrong number is worse than none."""
    body = f"<w:p>{run('one')}{FORCED_BREAK}{run('two')}</w:p>"
    assert show_pages(read_body(body, app(2))) == [(None, "one\ntwo")]
    saved = f"<w:p>{run('one')}{SAVED_BREAK}{run('two')}</w:p>"
    assert show_pages(read_body(saved, app(7))) == [(None, "one\ntwo")]


def test_headings_have_the_level_of_their_style_or_its_base() -> None:
    body = "".join(
        paragraph(style, style) for style in ("T", "1", "Own", "Deep", "Heading3", "Unknown")
    )
    (page,) = read_body(body, STYLES)
    heading = BlockKind.HEADING
    assert [(block.kind, block.level) for block in page.blocks] == [
        *[(heading, 1), (heading, 1), (heading, 1), (heading, 7), (heading, 3)],
        (BlockKind.PARAGRAPH, 0),
    ]


def test_a_paragraph_may_set_its_own_outline_level() -> None:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="1"/><w:outlineLvl w:val="{level}"/></w:pPr>{run("x")}</w:p>'
        for level in (2, 9)
    )
    (page,) = read_body(body, STYLES)
    assert [(block.kind, block.level) for block in page.blocks] == [
        (BlockKind.HEADING, 3),
        (BlockKind.PARAGRAPH, 0),
    ]


def test_lines_of_code_are_one_block_with_its_indentation() -> None:
    body = "".join(paragraph(line, "Source") for line in ("def f():", "", "    return 1"))
    (page,) = read_body(paragraph("before") + body, STYLES)
    code = page.blocks[1]
    assert (code.kind, code.text) == (BlockKind.CODE, "def f():\n\n    return 1")


def test_the_main_part_is_the_one_that_the_package_names() -> None:
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph("found", "H")}</w:body></w:document>'
    styles = f'<w:styles xmlns:w="{W}"><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style></w:styles>'
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    parts = {
        "_rels/.rels": make_relationships(
            f'<Relationship Id="a" Type="{strict}/officeDocument" Target="/Word/Document2.xml"/>'
        ),
        "word/document2.xml": document,
        "word/_rels/document2.xml.rels": make_relationships(
            f'<Relationship Id="a" Type="{strict}/styles" Target="../looks.xml"/>'
        ),
        "looks.xml": styles,
    }
    (page,) = read(word, make_zip(parts))
    assert [(block.text, block.level) for block in page.blocks] == [("found", 2)]


def test_text_is_found_wherever_word_puts_it() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{paragraph('control')}</w:sdtContent></w:sdt>"
        f"<w:p><w:ins>{run('inserted')}</w:ins><w:hyperlink>{run(' link')}</w:hyperlink></w:p>"
        f"<w:p><w:r><w:drawing><w:txbxContent>{paragraph('box')}</w:txbxContent></w:drawing></w:r></w:p>"
    )
    assert show_body(body) == "control\ninserted link\nbox"


def test_a_text_box_is_read_once_also_in_a_cell() -> None:
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="mc"><mc:Choice><w:drawing><w:txbxContent>{0}'
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}"
        "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    ).format(paragraph("boxed"))
    assert show_body(box) == "boxed"
    assert show_body(table([box, paragraph("next")])) == "boxed | next"


def test_what_was_deleted_or_moved_away_is_left_out() -> None:
    body = (
        f"<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run('moved')}</w:moveFrom>{run('stays')}</w:p>"
    )
    assert show_body(body) == "stays"


def test_paragraphs_join_if_the_mark_between_them_was_deleted() -> None:
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('one and ')}</w:p>{paragraph('two')}"
    assert show_body(joined) == "one and two"
    last = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>last</w:t></w:r></w:p>"
    assert show_body(last + table([paragraph("a"), paragraph("b")]) + last) == "last\na | b\nlast"
    assert show_body(table([joined, paragraph("next")])) == "one and two | next"


def test_a_content_control_that_shows_its_prompt_is_empty() -> None:
    prompt = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = (
        prompt.format(paragraph("Click here"))
        + f"<w:p>{run('Name: ')}{prompt.format(run('enter it'))}</w:p>"
        + table([paragraph("a"), paragraph("b"), paragraph("c")]).replace(
            "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>",
            prompt.format(f"<w:tc>{paragraph('choose')}</w:tc>"),
        )
    )
    assert show_body(body) == "Name: \na | c"


def test_a_prompt_in_a_cell_or_frame_is_left_out() -> None:
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    ).format(paragraph("choose"))
    assert show_body(table([paragraph("a"), paragraph("b") + prompt])) == "a | b"
    assert show_body(table([prompt + paragraph("frame")])) == "frame"


def test_a_check_box_shows_its_state() -> None:
    control = (
        '<w:sdt xmlns:w14="w14"><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
        "</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    )
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    body = f"<w:p>{control.format(1, symbol)}{run(' a ')}{control.format(0, '')}{run(' b')}</w:p>"
    assert show_body(body) == "☑ a ☐ b"


def test_symbol_fonts_are_read_as_people_see_them() -> None:
    fonts = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'
    box = run("\uf0a8")
    body = (
        f"<w:p>{run('ü', fonts.format('Wingdings'))}{run(' a')}"
        f"{run('P', fonts.format('Wingdings 2'))}{run('m', fonts.format('Symbol'))}{box}</w:p>"
    )
    assert show_body(body) == "✓ a✓μ☐"


def test_hidden_text_is_left_out_and_reported() -> None:
    shown = run(" shown", '<w:vanish w:val="0"/>')
    hidden = run("hidden", "<w:vanish/>")
    body = f"<w:p>{run('seen')}{hidden}{shown}</w:p>{paragraph('style', 'Secret')}"
    pages = read_body(body, STYLES)
    assert show(pages) == "seen shown"
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 2, "hidden text")]


def test_equations_and_readings_stand_in_the_line() -> None:
    fraction = (
        '<m:oMath xmlns:m="m"><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>'
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    ruby = f"<w:r><w:ruby><w:rt>{run('かん')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"
    assert show_body(f"<w:p>{run('x = ')}{fraction}{ruby}</w:p>") == "x = (a+b)/2漢"


def test_what_is_not_read_is_reported_on_its_page() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline xmlns:wp="wp"><wp:extent cx="{0}" cy="{0}"/>'
        '<wp:docPr descr="{1}"/><pic:pic xmlns:pic="pic"/></wp:inline></w:drawing></w:r>'
    )
    body = (
        f"<w:p>{picture.format(300_000, 'logo.png')}{SAVED_BREAK}"
        f"{picture.format(2_000_000, 'A map of the site')}<w:r><w:object/></w:r></w:p>"
        '<w:p><w:r><w:drawing><c:chart xmlns:c="c"/></w:drawing></w:r></w:p>'
    )
    first, second = read_body(body, app(2))
    assert first.remarks == []
    assert show([second]) == "[picture: A map of the site]"
    assert second.remarks == [
        Remark(RemarkKind.PICTURE),
        Remark(RemarkKind.SKIPPED, 1, "object"),
        Remark(RemarkKind.SKIPPED, 1, "chart"),
    ]


def test_old_pictures_are_measured_too() -> None:
    picture = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="v" style="width:{}pt;height:200pt"><v:imagedata/>'
        "</v:shape></w:pict></w:r></w:p>"
    )
    pages = read_body(picture.format(300) + picture.format(100))
    assert list_remarks(pages) == [Remark(RemarkKind.PICTURE)]


def test_a_diagram_is_read_from_its_data() -> None:
    data = (
        '<d:dataModel xmlns:d="d" xmlns:a="a"><d:ptLst><d:pt><d:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p>'
        '</d:t></d:pt><d:pt type="pres"><d:t><a:p><a:r><a:t>copy</a:t></a:r></a:p></d:t></d:pt>'
        "</d:ptLst></d:dataModel>"
    )
    parts = {
        "word/_rels/document.xml.rels": make_relationships(
            f'<Relationship Id="d1" Type="{R}/diagramData" Target="diagrams/data1.xml"/>'
        ),
        "word/diagrams/data1.xml": data,
    }
    body = f'<w:p><w:r><w:drawing><d:relIds xmlns:d="d" xmlns:r="{R}" r:dm="d1"/></w:drawing></w:r></w:p>'
    assert show_body(body, parts) == "Plan"


def test_a_chart_is_a_table_of_its_values() -> None:
    points = '<c:pt idx="0"><c:v>{}</c:v></c:pt>'
    chart = (
        '<c:chartSpace xmlns:c="c"><c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache>'
        f"{points.format('Sales')}</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>"
        f"{points.format('May')}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache>"
        f"{points.format('7')}</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart>"
        "</c:chartSpace>"
    )
    parts = {
        "word/_rels/document.xml.rels": make_relationships(
            f'<Relationship Id="c1" Type="{R}/chart" Target="charts/chart1.xml"/>'
        ),
        "word/charts/chart1.xml": chart,
    }
    drawing = f'<w:r><w:drawing><c:chart xmlns:c="c" xmlns:r="{R}" r:id="c1"/></w:drawing></w:r>'
    pages = read_body(f"<w:p>{run('before')}{drawing}</w:p>{paragraph('after')}", parts)
    assert pages[0].blocks[1].kind is BlockKind.TABLE
    assert show(pages) == "before\nSales\nMay; Sales: 7\nafter"


def test_an_inserted_document_of_another_format_is_read() -> None:
    parts = {
        "word/_rels/document.xml.rels": make_relationships(
            f'<Relationship Id="c1" Type="{R}/aFChunk" Target="chunk.rtf"/>'
            f'<Relationship Id="c2" Type="{R}/aFChunk" Target="chunk.bin"/>'
            f'<Relationship Id="c3" Type="{R}/aFChunk" Target="inner.docx"/>'
        ),
        "word/chunk.rtf": r"{\rtf1 inserted\par}",
        "word/inner.docx": make_docx(paragraph("inner")),
    }
    chunks = "".join(f'<w:altChunk xmlns:r="{R}" r:id="c{number}"/>' for number in (1, 2, 3))
    pages = read_body(paragraph("before") + chunks, parts)
    assert show(pages) == "before\ninserted\ninner"
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 1, "object")]
