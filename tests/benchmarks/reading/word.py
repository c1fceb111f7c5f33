"""Word documents by python-docx, with what it cannot make added as XML."""

import io
from collections.abc import Callable, Iterator, Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table

from tests.benchmarks.reading.facts import Fact, Pair, Together, Value
from tests.benchmarks.reading.generated import FILLER, Generated
from tests.benchmarks.reading.texts import RULES

SPACES = (
    f'{nsdecls("w")} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
TICKED, EMPTY = ("☑", "☒", "🗹", "[x]", "✓", "✔"), ("☐", "🞎", "[ ]")


def list_documents() -> Iterator[Generated]:
    makers: dict[str, Callable[[WordDocument], Sequence[Fact]]] = {
        "headings": _write_headings,
        "merged cells": _write_merged,
        "a repeated header row": _write_long_table,
        "names and values": _write_pairs,
        "header, footer and notes": _write_parts,
        "boxes and equations": _write_boxes,
        "tracked changes and a text box": _write_changes,
        "numbered lists": _write_lists,
    }
    for name, write in makers.items():
        document = Document()
        facts = write(document)
        stream = io.BytesIO()
        document.save(stream)
        yield Generated(f"{name}.docx", stream.getvalue(), facts)


def _add_xml(document: WordDocument, content: str) -> None:
    """Add a paragraph given as the XML of its runs."""
    element = parse_xml(f"<w:p {SPACES}>{content}</w:p>")
    document.add_paragraph()._p.addprevious(element)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _write_headings(document: WordDocument) -> Sequence[Fact]:
    document.add_heading("Handbook", 0)
    for chapter in ("Leave", "Travel", "Equipment"):
        document.add_heading(chapter, 1)
        document.add_paragraph(FILLER)
        document.add_heading(f"{chapter}: deadlines", 2)
        document.add_paragraph(FILLER)
        document.add_paragraph(FILLER)
        document.add_paragraph(f"Requests are decided within {len(chapter)} working days.")
    return [
        Together(f"{chapter}: deadlines", f"decided within {len(chapter)} working days")
        for chapter in ("Leave", "Travel", "Equipment")
    ]


def _fill(table: Table, rows: Sequence[Sequence[object]]) -> None:
    for row, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            if value != "":
                cell.text = str(value)


def _write_merged(document: WordDocument) -> Sequence[Fact]:
    cities = [f"City-{number}" for number in range(1, 41)]
    rows = [[1 if n <= 20 else 2, city, 100 + n, 400 + n] for n, city in enumerate(cities, 1)]
    table = document.add_table(42, 4)
    _fill(
        table,
        [
            ["Zone", "City", "Tariff", ""],
            ["", "", "Day", "Night"],
            *([f"Zone {row[0]}" if n in (0, 20) else "", *row[1:]] for n, row in enumerate(rows)),
        ],
    )
    for first, last in (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3))):
        table.cell(*first).merge(table.cell(*last))
    table.cell(2, 0).merge(table.cell(21, 0))
    table.cell(22, 0).merge(table.cell(41, 0))
    chosen = (2, 19, 20, 38)
    return [
        *(Value(cities[n], "Zone", f"Zone {rows[n][0]}") for n in chosen),
        *(Value(cities[n], ("Tariff", "Day"), str(rows[n][2])) for n in chosen),
        *(Value(cities[n], ("Tariff", "Night"), str(rows[n][3])) for n in chosen),
    ]


def _write_long_table(document: WordDocument) -> Sequence[Fact]:
    table = document.add_table(61, 3)
    rows = [[f"Room {n}", f"{n + 20} m²", f"Keeper-{n * 3}"] for n in range(1, 61)]
    _fill(table, [["Room", "Area", "Keeper"], *rows])
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:tblHeader {SPACES}/>"))
    return [
        fact
        for room, area, keeper in rows[4::18]
        for fact in (Value(room, "Area", area), Value(room, "Keeper", keeper))
    ]


def _write_pairs(document: WordDocument) -> Sequence[Fact]:
    pairs = [("Supplier", "Alfa LLC"), ("Customer", "Beta LLC"), ("Signed by", "Ivan Petrov")]
    _fill(document.add_table(3, 2), pairs)
    return [Pair(*pair) for pair in pairs]


def _write_parts(document: WordDocument) -> Sequence[Fact]:
    section = document.sections[0]
    section.header.paragraphs[0].text = "Contract No. 4471-B of 12 May 2024"
    section.footer.paragraphs[0].text = "Tax number 7701234567"
    for _ in range(4):
        document.add_paragraph(FILLER)
    price = document.add_paragraph("The price is fixed for two years.")
    document.add_comment(price.runs[0], text="Ask Olga about inflation", author="Pavel")
    notes = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        f'<w:footnotes {SPACES}><w:footnote w:id="2"><w:p>{_run("Except for fuel.")}</w:p>'
        "</w:footnote></w:footnotes>".encode(),
        document.part.package,
    )
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    _add_xml(document, _run("Goods are paid on delivery") + reference + _run("."))
    return [
        *(Together("Contract No. 4471-B of 12 May 2024"), Together("Tax number 7701234567")),
        Together("The price is fixed for two years.", "Ask Olga about inflation"),
        Together("Goods are paid on delivery", "Except for fuel."),
    ]


def _write_boxes(document: WordDocument) -> Sequence[Fact]:
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    ticked, empty = symbol.format("F0FE"), symbol.format("F0A8")
    _add_xml(document, ticked + _run(" insured ") + empty + _run(" not insured"))
    box = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    _add_xml(document, box.format(1, "☒") + _run(" by post "))
    _add_xml(document, box.format(0, "☐") + _run(" by courier"))
    half = "<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>"
    letters = "<m:r><m:t>{}</m:t></m:r>"
    fraction = half.format(letters.format("a+b"), letters.format("2"))
    power = f"<m:sSup><m:e>{letters.format('v')}</m:e><m:sup>{letters.format('2')}</m:sup></m:sSup>"
    _add_xml(document, _run("The mean is ") + f"<m:oMath>{fraction}</m:oMath>" + _run("."))
    _add_xml(document, _run("Energy is ") + f"<m:oMath>{letters.format('m')}{power}</m:oMath>")
    return [
        Together(tuple(f"{mark} insured" for mark in TICKED)),
        Together(tuple(f"{mark} not insured" for mark in EMPTY)),
        Together(tuple(f"{mark} by post" for mark in TICKED)),
        Together(tuple(f"{mark} by courier" for mark in EMPTY)),
        Together(("(a+b)/2", r"\frac{a+b}{2}", "(a + b)/2", "(a+b) / 2")),
        Together(("mv^2", "mv^{2}", "mv²", "m v^2")),
    ]


def _write_changes(document: WordDocument) -> Sequence[Fact]:
    mark = 'w:id="1" w:author="Olga" w:date="2024-05-01T00:00:00Z"'
    _add_xml(
        document,
        _run("Payment is due within ")
        + f'<w:del {mark}><w:r><w:delText xml:space="preserve">14 </w:delText></w:r></w:del>'
        + f"<w:ins {mark}>{_run('30 ')}</w:ins>"
        + _run("days."),
    )
    _add_xml(
        document,
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>"
        + _run("Emergency number: 8800-77")
        + "</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    )
    link = document.part.relate_to("https://example.com/tariffs", RELATIONSHIP_TYPE.HYPERLINK, True)
    _add_xml(
        document,
        f'<w:hyperlink r:id="{link}" {nsdecls("r")}>{_run("All tariffs")}</w:hyperlink>'
        + _run(" are public."),
    )
    return [
        Together("Payment is due within 30 days."),
        Together("Emergency number: 8800-77"),
        Together("All tariffs", "are public."),
    ]


def _write_lists(document: WordDocument) -> Sequence[Fact]:
    document.add_paragraph(FILLER)
    document.add_paragraph("Paid out, but not before the first of May:")
    for rule in RULES:
        document.add_paragraph(rule, style="List Number")
    return [
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        *(Together(f"{number + 1}. {RULES[number]}") for number in (0, 14, 29)),
    ]
