import pytest

from personal_bot.documents.converters.numbering import _write
from tests.documents import W, make_docx, table
from tests.unit.personal_bot.documents.converters.conftest import Read

LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="russianLower"/><w:lvlText w:val="%3)"/></w:lvl>'
)
BULLETS = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
PARTS = {
    "word/numbering.xml": f'<w:numbering xmlns:w="{W}">'
    f'<w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1">{BULLETS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>',
    "word/styles.xml": f'<w:styles xmlns:w="{W}">'
    '<w:style w:styleId="Clause"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    '</w:pPr></w:style><w:style w:styleId="Own"><w:basedOn w:val="Clause"/></w:style></w:styles>',
}


def item(text: str, level: int = 0, number: int = 1) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style: str) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def lines_of(read: Read, body: str) -> list[str]:
    (page,) = read(make_docx(body, PARTS), ".docx")
    return page.text.split("\n")


def test_clauses_of_a_contract_are_numbered_as_on_paper(read: Read) -> None:
    body = (
        item("Предмет")
        + item("Объект", 1)
        + item("Оплата")
        + item("Срок", 1)
        + item("Пеня", 1)
        + item("нал", 2)
        + item("безнал", 2)
        + item("Возврат", 1)
    )
    assert lines_of(read, body) == [
        "1. Предмет",
        "1.1. Объект",
        "2. Оплата",
        "2.1. Срок",
        "2.2. Пеня",
        "а) нал",
        "б) безнал",
        "2.3. Возврат",
    ]


def test_a_style_numbers_its_paragraphs_and_those_based_on_it(read: Read) -> None:
    body = item("Раздел") + styled("один", "Clause") + styled("два", "Own")
    assert lines_of(read, body) == ["1. Раздел", "1.1. один", "1.2. два"]


def test_bullets_do_not_count_and_do_not_stop_the_count(read: Read) -> None:
    assert lines_of(read, item("a") + item("b", number=2) + item("c")) == ["1. a", "• b", "2. c"]


def test_a_list_starts_where_it_says(read: Read) -> None:
    assert lines_of(read, item("a", number=3) + item("b", number=3)) == ["7. a", "8. b"]


def test_a_paragraph_taken_out_of_its_list_has_no_number(read: Read) -> None:
    assert lines_of(read, item("a", number=0) + item("b", number=99)) == ["a", "b"]


def test_a_number_goes_to_the_page_of_its_text(read: Read) -> None:
    parts = {**PARTS, "docProps/app.xml": "<Properties><Pages>2</Pages></Properties>"}
    second = item("second").replace("<w:t>", "<w:lastRenderedPageBreak/><w:t>")
    pages = read(make_docx(item("first") + second, parts), ".docx")
    assert [(page.number, page.text) for page in pages] == [(1, "1. first"), (2, "2. second")]


def test_rows_of_a_table_are_numbered_too(read: Read) -> None:
    assert lines_of(read, table([item("x")], [item("y")])) == ["1. x", "2. y"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (2, "upperLetter", "B"),
        (27, "lowerLetter", "aa"),
        (1, "russianUpper", "А"),
        (7, "decimalZero", "07"),
        (7, "none", ""),
        (7, "ordinalText", "7"),
    ],
)
def test_numbers_are_written_in_their_form(number: int, form: str, text: str) -> None:
    assert _write(number, form) == text
