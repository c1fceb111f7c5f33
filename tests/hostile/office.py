"""Office files that expand, nest deeply, or refer to missing or external parts."""

import random
from collections.abc import Iterator
from functools import partial

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    NoTextError,
)
from tests.documents import (
    R,
    W,
    make_docx,
    make_pptx,
    make_relationships,
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
    yield from _list_formulas()
    yield from _list_strings()


def _list_formulas() -> Iterator[Hostile]:
    """List workbooks whose formulas take unlimited time, memory or depth to compute."""
    formulas = {
        "circle": "=A2",
        "sequence": "=SUM(SEQUENCE(1048576,16384))",
        "repeated": '=LEN(REPT("a",2000000000))',
        "nested": f"={'ABS(' * 30_000}1{')' * 30_000}",
        "columns": "=SUMPRODUCT((C1:XFD1048576=1)*1)",
    }
    for name, formula in formulas.items():
        content = make_xlsx({"S": [["cell"], [formula]]})
        yield Hostile(f"{name}.xlsx", lambda content=content: content, text="cell")
    doubled = make_xlsx({"S": [["ab"], *([f"=A{row}&A{row}"] for row in range(1, 60))]})
    yield Hostile("doubled.xlsx", lambda: doubled, (DamagedFileError, ConversionLimitError))


def _list_strings() -> Iterator[Hostile]:
    """List workbooks with oversized or invalid strings, rows and values, or an external sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = '<c r="{0}" t="inlineStr"><is><t>cell</t></is></c>'
    cell = text.format("A1")
    limit = (ConversionLimitError,)

    def shared(strings: str, cells: str) -> bytes:
        content = make_xlsx_of_xml(f"<sheetData><row>{cells}</row></sheetData>")
        types = (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sheet.main+xml"/><Override '
            'PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
        )
        content = replace_part(content, "[Content_Types].xml", types)
        table = f'<sst xmlns="{main}" count="1" uniqueCount="1">{strings}</sst>'
        return replace_part(content, "xl/sharedStrings.xml", table)

    long = f"<si><t>{'long ' * 1_000_000}</t></si>"
    first = '<c t="s"><v>0</v></c>'
    yield Hostile("shared.xlsx", lambda: shared(long, first * 100), limit)
    many = "".join(f"<si><t>{n}</t></si>" for n in range(150_000))
    yield Hostile("strings.xlsx", lambda: shared(many, first + '<c t="s"><v>7</v></c>'), text="7")
    beyond = '<c t="s"><v>999999999</v></c><c t="s"><v>-9</v></c><c t="s"><v>x</v></c>' + cell
    yield Hostile(
        "no_string.xlsx", lambda: shared("<si><t>a</t></si>", beyond), (DamagedFileError,)
    )
    empty = "".join(f'<row r="{n}"/>' for n in range(1, 400_000, 2))
    rows = f"<sheetData><row>{cell}</row>{empty}</sheetData>"
    yield Hostile("empty_rows.xlsx", lambda: make_xlsx_of_xml(rows), text="cell")
    back = f'<row r="9">{text.format("A9")}</row><row r="1">{cell}</row><row r="-5">{cell}</row>'
    yield Hostile(
        "backwards.xlsx", lambda: make_xlsx_of_xml(f"<sheetData>{back}</sheetData>"), text="cell"
    )
    formula = (
        "<c><f>WEBSERVICE(\"http://127.0.0.1:9/\")</f><v>5</v></c><c><f>cmd|'/C calc'!A0</f></c>"
    )
    sheet = f"<sheetData><row>{cell}{formula}</row></sheetData>"
    yield Hostile("formula.xlsx", lambda: make_xlsx_of_xml(sheet), text="cell | 5")
    merged = f'{"<sheetData>"}<row>{cell}</row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield Hostile("merged.xlsx", lambda: make_xlsx_of_xml(merged), text="cell")
    odd = '<c s="1" t="d"><v>99999-99-99</v></c><c t="n"><v>1e999</v></c><c t="e"><v>#REF!</v></c>'
    yield Hostile(
        "odd.xlsx",
        lambda: make_xlsx_of_xml(f"<sheetData><row>{cell}{odd}</row></sheetData>"),
        (DamagedFileError,),
    )
    digits = f"<c><v>{''.join(random.Random(1).choices('0123456789', k=500_000))}</v></c>"
    yield Hostile(
        "digits.xlsx",
        lambda: make_xlsx_of_xml(f"<sheetData><row>{cell}{digits}</row></sheetData>"),
        (DamagedFileError,),
    )
    gone = f'<Relationship Id="rId1" Type="{R}/worksheet" Target="http://127.0.0.1:9/a.xml" TargetMode="External"/>'
    book = make_xlsx_of_xml(f"<sheetData><row>{cell}</row></sheetData>")
    outside = replace_part(book, "xl/_rels/workbook.xml.rels", make_relationships(gone))
    yield Hostile("outside.xlsx", lambda: outside, (NoTextError,))
