import pytest

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.office.numbering import write_number
from personal_bot.documents.converters.word import pages as word
from tests.blocks import read, show
from tests.documents import W, make_docx, table

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


def lines_of(body: str, parts: dict[str, str] = PARTS) -> list[str]:
    return show(read(word, make_docx(body, parts))).split("\n")


def lists(abstract: str, uses: str) -> dict[str, str]:
    return {"word/numbering.xml": f'<w:numbering xmlns:w="{W}">{abstract}{uses}</w:numbering>'}


def test_clauses_of_a_contract_are_numbered_as_on_paper() -> None:
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
    assert lines_of(body) == [
        "1. Предмет",
        "1.1. Объект",
        "2. Оплата",
        "2.1. Срок",
        "2.2. Пеня",
        "а) нал",
        "б) безнал",
        "2.3. Возврат",
    ]


def test_a_style_numbers_its_paragraphs_and_those_based_on_it() -> None:
    body = item("Раздел") + styled("один", "Clause") + styled("два", "Own")
    assert lines_of(body) == ["1. Раздел", "1.1. один", "1.2. два"]


def test_bullets_do_not_count_and_do_not_stop_the_count() -> None:
    assert lines_of(item("a") + item("b", number=2) + item("c")) == ["1. a", "• b", "2. c"]


def test_a_list_starts_where_it_says() -> None:
    assert lines_of(item("a", number=3) + item("b", number=3)) == ["7. a", "8. b"]


def test_a_paragraph_taken_out_of_its_list_has_no_number() -> None:
    assert lines_of(item("a", number=0) + item("b", number=99)) == ["a", "b"]


def test_a_number_goes_to_the_page_of_its_text() -> None:
    parts = {**PARTS, "docProps/app.xml": "<Properties><Pages>2</Pages></Properties>"}
    second = item("second").replace("<w:t>", "<w:lastRenderedPageBreak/><w:t>")
    pages = read(word, make_docx(item("first") + second, parts))
    assert [(page.number, show([page])) for page in pages] == [(1, "1. first"), (2, "2. second")]


def test_items_know_their_level() -> None:
    (page,) = read(word, make_docx(item("a") + item("b", 1) + item("c", number=2), PARTS))
    assert [(block.kind, block.level) for block in page.blocks] == [
        (BlockKind.ITEM, 0),
        (BlockKind.ITEM, 1),
        (BlockKind.ITEM, 0),
    ]


def test_rows_of_a_table_are_numbered_too() -> None:
    body = table([item(""), item("x", number=0)], [item(""), item("y", number=0)])
    assert lines_of(body) == ["1. | x", "2. | y"]


def test_bullets_that_tell_something_are_kept() -> None:
    level = (
        '<w:lvl w:ilvl="{}"><w:numFmt w:val="bullet"/><w:lvlText w:val="{}"/><w:rPr><w:rFonts '
        'w:ascii="Wingdings"/></w:rPr></w:lvl>'
    )
    levels = level.format(0, "\uf0fe") + level.format(1, "\uf0a7")
    parts = lists(
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>',
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    assert lines_of(item("done") + item("plain", 1), parts) == ["☑ done", "• plain"]


def test_a_list_may_be_defined_by_a_list_style() -> None:
    parts = lists(
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="L"/>{LEVELS}</w:abstractNum>',
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    assert lines_of(item("a") + item("b"), parts) == ["1. a", "2. b"]


def test_a_use_of_a_list_may_change_its_levels() -> None:
    change = '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:lvlText w:val="§ %1"/></w:lvl></w:lvlOverride>'
    parts = lists(
        f'<w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>',
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/>{change}</w:num>',
    )
    assert lines_of(item("a") + item("b", 1), parts) == ["§ 1 a", "1.1. b"]


def test_numbers_may_be_decimal_throughout_and_never_restart() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:lvlRestart w:val="0"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>'
    )
    parts = lists(
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>',
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    body = item("a") + item("b", 1) + item("c") + item("d", 1)
    assert lines_of(body, parts) == ["I. a", "1.1 b", "II. c", "2.2 d"]


def test_a_level_may_name_the_style_that_belongs_to_it() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:pStyle w:val="Clause"/><w:lvlText w:val="%1.%2."/></w:lvl>'
    )
    parts = lists(
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>',
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    parts["word/styles.xml"] = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style></w:styles>"
    )
    assert lines_of(item("a") + styled("b", "Clause"), parts) == ["1. a", "1.1. b"]


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
    assert write_number(number, form) == text
