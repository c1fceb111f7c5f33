from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.word import pages as word
from tests.blocks import read, show
from tests.documents import W, make_docx, paragraph, table

SAVED_BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"
HEADER = "<w:trPr><w:tblHeader/></w:trPr>"
CAPTIONS = {
    "word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:styleId="C"><w:name w:val="caption"/>'
    '</w:style><w:style w:styleId="Own"><w:basedOn w:val="C"/></w:style></w:styles>'
}


def rows(*texts: str) -> list[list[str]]:
    return [[paragraph(text) for text in row.split("|")] for row in texts]


def cell(text: str, *properties: str) -> str:
    return f"<w:tcPr>{''.join(f'<w:{each}/>' for each in properties)}</w:tcPr>{paragraph(text)}"


def show_body(body: str, parts: dict[str, str] | None = None) -> str:
    return show(read(word, make_docx(body, parts)))


def test_a_merged_cell_counts_for_every_row_it_spans() -> None:
    body = table(
        *rows("Zone|City|Tariff"),
        [cell("North", 'vMerge w:val="restart"'), paragraph("Perm"), paragraph("120")],
        [cell("", "vMerge"), paragraph("Kirov"), paragraph("130")],
        *rows("South|Sochi|140"),
    )
    lines = show_body(body).split("\n")
    assert lines[-3:] == [
        "Zone: North; City: Perm; Tariff: 120",
        "Zone: North; City: Kirov; Tariff: 130",
        "Zone: South; City: Sochi; Tariff: 140",
    ]


def test_a_merged_cell_reaches_the_next_page() -> None:
    later = f"<w:tcPr><w:vMerge/></w:tcPr><w:p>{SAVED_BREAK}</w:p>"
    body = table(
        *rows("Zone|City|Tariff"),
        [cell("North", 'vMerge w:val="restart"'), paragraph("Perm"), paragraph("120")],
        [later, paragraph("Kirov"), paragraph("130")],
    )
    pages = read(word, make_docx(body, {"docProps/app.xml": "<P><Pages>2</Pages></P>"}))
    assert show(pages[1:]) == "Zone: North; City: Kirov; Tariff: 130"


def test_rows_of_a_table_stand_on_their_own_pages() -> None:
    broken = f"<w:p>{SAVED_BREAK}<w:r><w:t>May</w:t></w:r></w:p>"
    april = rows("Month|Sum|Place", "April|1|Perm", "April|3|Kirov", "April|4|Perm")
    body = table(*april, [broken, paragraph("2"), paragraph("Perm")])
    pages = read(word, make_docx(body, {"docProps/app.xml": "<P><Pages>2</Pages></P>"}))
    assert [(page.number, show([page]).split("\n")[-1]) for page in pages] == [
        (1, "Month: April; Sum: 4; Place: Perm"),
        (2, "Month: May; Sum: 2; Place: Perm"),
    ]
    assert "April" not in show(pages[1:])


def test_rows_on_the_next_page_are_not_taken_for_names() -> None:
    broken = f"<w:p>{SAVED_BREAK}<w:r><w:t>Name</w:t></w:r></w:p>"
    body = table(*rows("one text|other text"), [broken, paragraph("Date")], *rows("x y|12"))
    pages = read(word, make_docx(body, {"docProps/app.xml": "<P><Pages>2</Pages></P>"}))
    assert [show([page]) for page in pages] == ["one text | other text", "Name | Date\nx y | 12"]


def test_rows_that_word_repeats_are_the_header() -> None:
    body = table(*rows("Alfa|Beta", "one|two")).replace("<w:tr>", f"<w:tr>{HEADER}", 1)
    assert show_body(body).endswith("Alfa: one; Beta: two")


def test_a_first_row_set_off_by_the_style_of_the_table_is_the_header() -> None:
    styles = {
        "word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:styleId="Grid"><w:tblStylePr '
        'w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style></w:styles>'
    }
    look = '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblLook w:val="0020"/></w:tblPr>'
    body = table(*rows("Alfa|Beta", "one|two", "three|four")).replace("<w:tbl>", f"<w:tbl>{look}")
    assert show_body(body, styles).endswith("Alfa: three; Beta: four")


def test_deleted_rows_and_cells_are_left_out() -> None:
    body = table(
        [cell("gone"), cell("gone")],
        [cell("a"), cell("gone", "cellDel"), cell("b")],
        [cell("c"), cell("d")],
    ).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>", 1)
    assert show_body(body) == "a | b\nc | d"


def test_a_table_in_a_cell_follows_its_row_and_is_read_once() -> None:
    inner = table(*rows("in|ner"))
    body = table([paragraph("outer") + inner, paragraph("next")], *rows("last|row"))
    assert show_body(body) == "outer | next\nin | ner\nlast | row"


def test_a_table_of_one_column_only_frames_its_text() -> None:
    (page,) = read(word, make_docx(table([paragraph("a") + paragraph("b")], [paragraph("c")])))
    assert [(block.kind, block.text) for block in page.blocks] == [
        (BlockKind.PARAGRAPH, "a"),
        (BlockKind.PARAGRAPH, "b"),
        (BlockKind.PARAGRAPH, "c"),
    ]


def test_a_caption_above_or_below_is_the_title() -> None:
    grid = table(*rows("Name|Sum", "A|1", "B|2"))
    caption = paragraph("Table 1. Prices", "Own")
    for body in (caption + grid, grid + caption, grid + caption + paragraph("after")):
        (page,) = read(word, make_docx(body, CAPTIONS))
        assert page.blocks[0].lead == "Table 1. Prices"
        assert show([page]).count("Prices") == 1


def test_a_caption_between_tables_belongs_to_the_one_below() -> None:
    first, second = table(*rows("Name|Sum", "A|1")), table(*rows("Name|Sum", "B|2"))
    (page,) = read(word, make_docx(first + paragraph("Second", "C") + second, CAPTIONS))
    assert [block.lead for block in page.blocks] == ["", "Second"]


def test_the_caption_of_a_figure_is_no_title_of_a_table() -> None:
    grid = table(*rows("Name|Sum", "A|1", "B|2"))
    figure = paragraph("Рис. 1. Схема", "C")
    for body in (figure + grid, grid + figure):
        (page,) = read(word, make_docx(body, CAPTIONS))
        assert sorted(block.lead for block in page.blocks) == ["", ""]


def test_a_table_may_have_a_title_of_its_own() -> None:
    title = '<w:tblPr><w:tblCaption w:val="Prices"/></w:tblPr>'
    body = table(*rows("Name|Sum", "A|1")).replace("<w:tbl>", f"<w:tbl>{title}")
    (page,) = read(word, make_docx(body))
    assert page.blocks[0].lead == "Prices"
