from tests.documents import W, make_docx, paragraph, table
from tests.unit.personal_bot.documents.converters.conftest import Read

SAVED_BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"
FORCED_BREAK = '<w:r><w:br w:type="page"/></w:r>'
STYLES = {
    "word/styles.xml": f'<w:styles xmlns:w="{W}">'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:styleId="Own"><w:basedOn w:val="1"/></w:style></w:styles>'
}


def app(pages: int) -> dict[str, str]:
    return {"docProps/app.xml": f"<Properties><Pages>{pages}</Pages></Properties>"}


def text_of(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_page_numbers_are_given_where_word_saved_them(read: Read) -> None:
    body = (
        f"<w:p>{text_of('one')}{SAVED_BREAK}{text_of('two')}{FORCED_BREAK}</w:p>"
        f"<w:p>{SAVED_BREAK}{text_of('three')}</w:p>"
    )
    pages = read(make_docx(body, app(3)), ".docx")
    assert [(page.number, page.text) for page in pages] == [(1, "one"), (2, "two"), (3, "three")]


def test_rows_of_a_table_stand_on_their_own_pages(read: Read) -> None:
    broken = f"<w:p>{SAVED_BREAK}{text_of('May')}</w:p>"
    rows = [paragraph("Month"), paragraph("Sum")], [paragraph("April"), paragraph("1")]
    body = table(*rows, [broken, paragraph("2")])
    pages = read(make_docx(body, app(2)), ".docx")
    assert [(page.number, page.text.split("\n")[-1]) for page in pages] == [
        (1, "Month: April; Sum: 1"),
        (2, "Month: May; Sum: 2"),
    ]


def test_page_numbers_are_not_guessed(read: Read) -> None:
    """Pages get numbers only from breaks that Word saved: a wrong number is worse than none."""
    body = f"<w:p>{text_of('one')}{FORCED_BREAK}{text_of('two')}</w:p>"
    assert [page.number for page in read(make_docx(body, app(2)), ".docx")] == [None]
    saved = f"<w:p>{text_of('one')}{SAVED_BREAK}{text_of('two')}</w:p>"
    assert [page.number for page in read(make_docx(saved, app(7)), ".docx")] == [None]


def test_parts_go_by_their_headings(read: Read) -> None:
    body = (
        paragraph("intro")
        + paragraph("Оплата", "1")
        + paragraph("В срок")
        + paragraph("Сроки", "Own")
    )
    pages = read(make_docx(body, STYLES), ".docx")
    assert [(page.title, page.text) for page in pages] == [
        (None, "intro"),
        ("Оплата", "Оплата\nВ срок"),
        ("Сроки", "Сроки"),
    ]


def test_merged_cells_are_not_repeated(read: Read) -> None:
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph("wide")
    tall = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph("tall")
    below = "<w:tcPr><w:vMerge/></w:tcPr>" + paragraph("")
    body = table([wide], [tall, paragraph("right")], [below, paragraph("right again")])
    (page,) = read(make_docx(body), ".docx")
    assert page.text == "wide\ntall | right\nright again"


def test_a_table_in_a_cell_is_read_once(read: Read) -> None:
    inner = table([paragraph("inner")])
    (page,) = read(make_docx(table([paragraph("outer") + inner, paragraph("next")])), ".docx")
    assert page.text == "outer | next\ninner"


def test_rows_of_numbers_carry_their_header(read: Read) -> None:
    rows = [[paragraph(cell) for cell in row] for row in (["Месяц", "Сумма"], ["Май", "100"])]
    (page,) = read(make_docx(table(*rows)), ".docx")
    assert page.text.endswith("Месяц: Май; Сумма: 100")


def test_text_is_found_wherever_word_puts_it(read: Read) -> None:
    body = (
        f"<w:sdt><w:sdtContent>{paragraph('control')}</w:sdtContent></w:sdt>"
        f"<w:p><w:ins>{text_of('inserted')}</w:ins><w:hyperlink>{text_of(' link')}</w:hyperlink></w:p>"
        f"<w:p><w:r><w:drawing><w:txbxContent>{paragraph('box')}</w:txbxContent></w:drawing></w:r></w:p>"
    )
    (page,) = read(make_docx(body), ".docx")
    assert page.text.split("\n") == ["control", "inserted link", "", "box"]


def test_what_was_deleted_or_moved_away_is_left_out(read: Read) -> None:
    body = (
        f"<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        f"<w:moveFrom>{text_of('moved')}</w:moveFrom>{text_of('stays')}</w:p>"
    )
    (page,) = read(make_docx(body), ".docx")
    assert page.text == "stays"


def test_notes_stand_where_they_are_referred_to(read: Read) -> None:
    notes = {
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">'
        f"{paragraph('see annex')}</w:footnote></w:footnotes>"
    }
    body = f'<w:p>{text_of("price")}<w:r><w:footnoteReference w:id="2"/></w:r>{text_of(".")}</w:p>'
    (page,) = read(make_docx(body, notes), ".docx")
    assert page.text == "price (see annex)."
