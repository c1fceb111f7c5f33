import pytest

from personal_bot.documents.converters.content import BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.rtf import pages as rich_text
from tests.blocks import list_remarks, read, show

FONTS = (
    r"{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 Arial;}{\f2\fcharset2 Wingdings;}"
    r"{\f3\fcharset128 MS Mincho;}}"
)


def read_text(body: str, start: str = r"\ansi\ansicpg1251\deff0" + FONTS) -> list[Page]:
    return read(rich_text, f"{{\\rtf1{start}\n{body}}}".encode("latin-1"))


def show_text(body: str) -> str:
    return show(read_text(body))


def show_blocks(body: str) -> list[tuple[BlockKind, int, str]]:
    return [
        (block.kind, block.level, block.text) for page in read_text(body) for block in page.blocks
    ]


def row(*cells: str, definition: str = "") -> str:
    edges = "".join(f"\\cellx{1000 * number}" for number in range(1, len(cells) + 1))
    texts = "".join(f"\\pard\\intbl {cell}\\cell" for cell in cells)
    return f"\\trowd{definition or edges}{texts}\\row\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\f1 caf\u233\'e9", "café"),
        (r"\f2\'fe\f0  yes", "☑ yes"),
        (r"\f3\'83e\'83X\'83g", "テスト"),
        (r"\u1055?\u1088?\u1080?", "При"),
        (r"\u1055\u1088\u1080", "При"),
        (r"\uc2\u1055??!{\uc0\u1088}\u1080??!", "П!ри!"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\u-3842?", "☑"),
        (r"a\~b\_c\-d \{x\}\\", "a\u00a0b\u2011c\u00add {x}\\"),
        (r"\ldblquote a\rdblquote\emdash b\tab c\line d", "“a”—b\tc\nd"),
        ("one\r\ntwo", "onetwo"),
        (r"seen{\v hidden}{\deleted gone} too", "seen too"),
        (r"{\*\unknown skipped}{\info{\title no}}text", "text"),
        ("{\\pict\\bin5 }{}}{}text", "text"),
    ],
)
def test_text_is_decoded(body: str, text: str) -> None:
    assert show_text(body) == text


def test_text_is_in_the_encoding_of_the_document_unless_its_font_has_one() -> None:
    assert show(read_text(r"\'ef", r"\mac")) == "Ô"
    assert show(read_text(r"\'ef", r"\ansi")) == "ï"
    assert show(read_text(r"\'ef", r"\ansicpg1251{\fonttbl{\f0 Arial;}}\f0")) == "п"
    assert show(read_text(r"\'ef", r"\ansicpg99999")) == "ï"


def test_headings_have_the_level_of_their_style() -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\*\cs3 x;}}"
    body = styles + r"\pard\s1 One\par\pard\s2 Two\par\pard\outlinelevel4 Five\par\pard text\par"
    assert show_blocks(body) == [
        (BlockKind.HEADING, 1, "One"),
        (BlockKind.HEADING, 2, "Two"),
        (BlockKind.HEADING, 5, "Five"),
        (BlockKind.PARAGRAPH, 0, "text"),
    ]


def test_list_items_keep_their_numbers() -> None:
    body = (
        r"\pard{\listtext\pard\plain 1.\tab}\ls1 first\par{\listtext 1.1.\tab}\ls1\ilvl1 deeper\par"
        r"\pard{\pntext\f2\'a7\tab}bullet\par\pard after\par"
    )
    assert show_blocks(body) == [
        (BlockKind.ITEM, 0, "1. first"),
        (BlockKind.ITEM, 1, "1.1. deeper"),
        (BlockKind.ITEM, 0, "• bullet"),
        (BlockKind.PARAGRAPH, 0, "after"),
    ]


def test_tables_have_rows_and_column_names() -> None:
    head = row("Month", "Sum", "Place", definition=r"\trhdr\cellx1000\cellx2000\cellx3000")
    table = head + row("May", "1", "Perm") + row("June", "2", r"a\par b")
    assert show_text(rf"before\par {table}after").split("\n") == [
        "before",
        "Month | Sum | Place",
        "Month: May; Sum: 1; Place: Perm",
        "Month: June; Sum: 2; Place: a b",
        "after",
    ]


def test_merged_cells_count_for_all_they_span() -> None:
    first = r"\clvmgf\cellx1000\cellx2000\cellx3000"
    later = r"\clvmrg\cellx1000\cellx2000\cellx3000"
    body = (
        row("Zone", "City", "Sum")
        + row("North", "Perm", "1", definition=first)
        + row("", "Kirov", "2", definition=later)
    )
    assert show_text(body).endswith("Zone: North; City: Kirov; Sum: 2")
    wide = row("a", "b", "c") + row("wide", "z", definition=r"\cellx2010\cellx3000")
    pages = read_text(wide)
    assert "z" in show(pages)
    assert "b: z" not in show(pages)


def test_a_table_in_a_cell_is_read() -> None:
    inner = (
        r"\pard\intbl\itap2 x\nestcell y\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}"
        r"{\nonesttables\par}"
    )
    body = rf"\trowd\cellx1000\cellx2000 {inner}\pard\intbl out\cell er\cell\row after"
    assert show_text(body).split("\n") == ["out | er", "x | y", "after"]


def test_a_table_of_one_column_only_frames_its_text() -> None:
    assert show_blocks(row("framed")) == [(BlockKind.PARAGRAPH, 0, "framed")]


def test_notes_and_comments_stand_at_their_place() -> None:
    body = (
        r"price{\super\chftn{\footnote\pard\plain {\super\chftn} see annex\par}} is"
        r"{\*\atnid A}{\*\atnauthor Anna}\chatn{\*\annotation{\*\atndate 1}too high} 5"
    )
    assert show_text(body) == "price (see annex) is [💬 Anna: too high] 5"


def test_headers_are_read_once_without_page_numbers() -> None:
    number = r"{\field{\*\fldinst PAGE}{\fldrslt 3}}"
    header = rf"{{\header\pard Contract 4471\par Page {number}\par}}"
    assert show_text(rf"{header}{header}{{\footer Page \chpgn}}text") == "Contract 4471\ntext"


def test_a_field_gives_its_result_and_the_address_of_a_link() -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "https://a.ru/x"}}{\fldrslt{terms}}}'
    assert show_text(f"see {link}.") == "see terms (https://a.ru/x)."


def test_form_fields_show_their_values() -> None:
    form = r"{{\field{{\*\fldinst FORM{{\*\formfield{{{}}}}}}}{{\fldrslt}}}}"
    box = form.format(r"\fftype1\ffres1\ffdefres0")
    empty = form.format(r"\fftype1\ffres25\ffdefres0")
    choice = form.format(r"\fftype2\ffres1{\*\ffname n}{\*\ffl a}{\*\ffl b}")
    assert show_text(f"{box} yes {empty} no {choice}") == "☑ yes ☐ no b"


def test_text_boxes_are_read_once() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt boxed\par}}{\shprslt{\*\do{\dptxbxtext boxed}}}}"
    assert show_text(rf"text{box}\par after") == "text\nboxed\nafter"


def test_equations_are_written_on_a_line() -> None:
    fraction = (
        r"{\mmath{\*\moMath{\mf{\mfPr{\mctrlPr\f1}}{\mnum{\mr a+b}}{\mden{\mr 2}}}"
        r"{\mr +}{\mnary{\mnaryPr{\mchr \u8721?}}{\msub{\mr i}}{\msup{\mr n}}{\me{\mr x}}}}}"
    )
    assert show_text(f"x = {fraction}.") == "x = (a+b)/2+∑_i^n x."


def test_what_is_not_read_is_reported() -> None:
    picture = r"{{\pict\picwgoal{0}\pichgoal{0} 89504e47}}"
    body = (
        rf"text{{\*\shppict{picture.format(4000)}}}{{\nonshppict{picture.format(4000)}}}"
        rf"{picture.format(500)}{{\object{{\*\objdata 00}}{{\result shown}}}}{{\v secret}}"
    )
    pages = read_text(body)
    assert show(pages) == "textshown"
    assert list_remarks(pages) == [
        Remark(RemarkKind.PICTURE),
        Remark(RemarkKind.SKIPPED, 1, "object"),
        Remark(RemarkKind.SKIPPED, 1, "hidden text"),
    ]


def test_a_file_that_was_cut_is_read_as_far_as_it_goes() -> None:
    assert show(read(rich_text, rb"{\rtf1 text\par{\footnote cut \'")) == "text\n (cut)"
    assert show(read(rich_text, rb"{\rtf1 text}}}} more")) == "text more"


def test_other_files_and_deep_nesting_are_refused() -> None:
    with pytest.raises(RefusalError) as refusal:
        read(rich_text, b"text")
    assert refusal.value.kind is RefusalKind.DAMAGED
    with pytest.raises(RefusalError) as refusal:
        read(rich_text, rb"{\rtf1" + b"{" * 100_000)
    assert refusal.value.kind is RefusalKind.LIMIT
