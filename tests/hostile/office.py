"""Office files that unfold, nest, or name what is not theirs."""

from collections.abc import Iterator
from functools import partial

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    NoTextError,
)
from tests.documents import (
    W,
    make_docx,
    make_pptx,
    make_xlsx,
    make_xlsx_of_xml,
    make_zip,
    paragraph,
    replace_part,
    shape,
    table,
)
from tests.hostile.case import BOMB, STEALING, Hostile


def _nest(depth: int) -> str:
    content = paragraph("deep")
    for _ in range(depth):
        content = table([content])
    return content


def list_office() -> Iterator[Hostile]:
    damaged = (DamagedFileError,)
    limit = (ConversionLimitError,)
    document = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>'
    letter = make_docx(paragraph("a letter"))
    replace = partial(replace_part, letter, "word/document.xml")
    yield Hostile("laughs.docx", lambda: replace(BOMB + document), damaged)
    yield Hostile("laughs16.docx", lambda: replace((BOMB + document).encode("utf-16")), damaged)
    yield Hostile(
        "stealing.docx", lambda: replace(STEALING + document.replace("&i;", "&a;")), damaged
    )
    yield Hostile("not_xml.docx", lambda: replace("no XML at all"), damaged)
    yield Hostile("cut_xml.docx", lambda: replace(document[:80]), damaged)
    yield Hostile("spaces.docx", lambda: replace(" " * 90_000_000), limit)
    yield Hostile("tables.docx", lambda: make_docx(_nest(40)), text="deep")
    yield Hostile("deep_tables.docx", lambda: make_docx(_nest(5_000)), limit)
    yield Hostile("no_text.docx", lambda: make_docx("<w:p/>"), (NoTextError,))
    yield Hostile("no_body.docx", lambda: replace(f'<w:document xmlns:w="{W}"/>'), (NoTextError,))
    yield Hostile("cut.docx", lambda: letter[:-40], damaged)
    styles = "".join(
        f'<w:style w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>' for a, b in ("ab", "ba")
    )
    around = {"word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>'}
    yield Hostile("styles.docx", lambda: make_docx(paragraph("styled", "a"), around), text="styled")
    wide = f'<w:tcPr><w:gridSpan w:val="{"9" * 20}"/></w:tcPr>{paragraph("wide")}'
    yield Hostile("span.docx", lambda: make_docx(table([wide])), text="wide")
    missing = make_zip({"[Content_Types].xml": "<Types/>", "word/other.xml": "<x/>"})
    yield Hostile("missing.docx", lambda: missing, damaged)
    slides = make_pptx([shape("a slide")])
    part = "ppt/slides/slide1.xml"
    yield Hostile("laughs.pptx", lambda: replace_part(slides, part, BOMB + "<x/>"), damaged)
    yield Hostile("crowd.pptx", lambda: make_pptx([shape("x")] * 5_001), limit)
    yield Hostile("no_text.pptx", lambda: make_pptx(["<p:pic/>"]), (NoTextError,))
    gone = replace_part(slides, "ppt/_rels/presentation.xml.rels", "<Relationships/>")
    yield Hostile("unrelated.pptx", lambda: gone, (NoTextError,))


def list_sheets() -> Iterator[Hostile]:
    row = '<row r="{0}"><c r="{1}" t="inlineStr"><is><t>cell</t></is></c></row>'
    whole = '<dimension ref="A1:XFD1048576"/>'

    def sheet(*places: tuple[int, str]) -> bytes:
        rows = "".join(row.format(number, name) for number, name in places)
        return make_xlsx_of_xml(f"{whole}<sheetData>{rows}</sheetData>")

    limit = (ConversionLimitError,)
    yield Hostile("dimensions.xlsx", lambda: sheet((1, "A1")), text="cell")
    yield Hostile("corners.xlsx", lambda: sheet((1, "A1"), (1_048_576, "XFD1048576")), text="cell")
    yield Hostile("beyond.xlsx", lambda: sheet((10**12, "A1000000000000")), limit)
    wide = [(number, f"XFD{number}") for number in range(1, 20_000)]
    yield Hostile("wide.xlsx", lambda: sheet(*wide), limit)
    yield Hostile("no_cells.xlsx", lambda: make_xlsx({"Empty": []}), (NoTextError,))
    bomb = make_xlsx_of_xml("<sheetData/>", BOMB)
    yield Hostile("laughs.xlsx", lambda: bomb, (DamagedFileError,))
    repeated = [[str(i) * 30_000] for i in range(30)]
    yield Hostile("long.xlsx", lambda: make_xlsx({"S": repeated}), text="0000")
    table_of = make_xlsx({"S": [["a", "b"], [1, 2]]})
    yield Hostile("cut.xlsx", lambda: table_of[: len(table_of) // 2], (DamagedFileError,))
    torn = replace_part(table_of, "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>")
    yield Hostile("torn.xlsx", lambda: torn, (DamagedFileError,))
