"""PDF files by reportlab."""

import io
from collections.abc import Iterator

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from tests.benchmarks.reading.facts import Fact, Together, Value
from tests.benchmarks.reading.generated import FILLER, YEARS, Generated, count_branches

WIDTH, HEIGHT = A4
LEFT = [
    "The northern gate is opened by the guard at six in the morning",
    "and locked again at eleven in the evening on every working day.",
]
RIGHT = [
    "The southern gate has been walled up since the flood of 1998",
    "and deliveries must therefore take the road along the river.",
]

SENTENCES = [
    ("Every key that was given to a visitor in winter", "must be returned before the end of June."),
    ("The lift behind the northern hall carries loads", "of up to four hundred kilograms."),
    ("Drivers who arrive after the closing of the gate", "wait on the square beside the mill."),
    ("Oil and paint are stored in the cellar, where", "smoking is punished with dismissal."),
]


def list_documents() -> Iterator[Generated]:
    yield _make_columns()
    yield _make_running_header()
    yield _make_invoices()
    yield _make_form()
    yield _make_table()
    yield _make_spaced()


def _save(canvas: Canvas) -> bytes:
    return bytes(canvas.getpdfdata())


def _make_columns() -> Generated:
    style = getSampleStyleSheet()["BodyText"]
    stream = io.BytesIO()
    frames = [Frame(x, 60, WIDTH / 2 - 60, HEIGHT - 120) for x in (40, WIDTH / 2 + 20)]
    template = BaseDocTemplate(stream, pagesize=A4)
    template.addPageTemplates(PageTemplate(frames=frames))
    texts = [" ".join(LEFT), *[FILLER] * 9, " ".join(RIGHT), *[FILLER] * 9]
    template.build([Paragraph(text, style) for text in texts])
    facts = [Together(text) for text in (" ".join(LEFT), " ".join(RIGHT))]
    middle = "Copies are made on request and handed out at the desk."
    return Generated("two columns.pdf", stream.getvalue(), [*facts, Together(middle)])


def _make_running_header() -> Generated:
    """Sentences continue on the next page, between the footer and the header."""
    canvas = Canvas("", pagesize=A4)
    for page in range(1, 6):
        canvas.drawString(60, HEIGHT - 40, "Rules of the Northern Warehouse, edition 7")
        canvas.drawString(60, 30, f"Page {page} of 5")
        text = canvas.beginText(60, HEIGHT - 90)
        if page > 1:
            text.textLine(SENTENCES[page - 2][1])
            text.textLine("")
        for number in range(38):
            text.textLine(f"Shelf {page}-{number} holds parts of the series {page * 100 + number}.")
        text.textLine("")
        if page < 5:
            text.textLine(SENTENCES[page - 1][0])
        canvas.drawText(text)
        canvas.showPage()
    facts: list[Fact] = [Together(" ".join(halves)) for halves in SENTENCES]
    return Generated(
        "sentences over pages.pdf",
        _save(canvas),
        [
            *facts,
            Together("Rules of the Northern Warehouse, edition 7"),
            Together("Shelf 3-20 holds parts of the series 320."),
        ],
    )


def _make_invoices() -> Generated:
    """Each page begins with a line that differs from that of other pages in its number alone."""
    canvas = Canvas("", pagesize=A4)
    totals = {5000 + 7 * page: 340 + 31 * page for page in range(1, 7)}
    for number, total in totals.items():
        text = canvas.beginText(60, HEIGHT - 60)
        text.textLine(f"Invoice No. {number}")
        text.textLine("")
        text.textLine(f"For the storage of {total // 10} boxes in the northern hall.")
        text.textLine("")
        text.textLine(f"Total: {total} roubles")
        canvas.drawText(text)
        canvas.showPage()
    facts = [
        Together(f"Invoice No. {number}", f"Total: {totals[number]} roubles") for number in totals
    ]
    return Generated("invoices.pdf", _save(canvas), facts)


def _make_form() -> Generated:
    canvas = Canvas("", pagesize=A4)
    values = (("Surname", "Sokolova"), ("Car number", "K482MX"), ("Flat", "117"))
    for row, (name, value) in enumerate(values):
        canvas.drawString(60, 700 - 40 * row, f"{name}:")
        canvas.acroForm.textfield(
            name=name, value=value, x=160, y=694 - 40 * row, width=200, height=20, borderColor=black
        )
    for row, (name, checked) in enumerate((("Resident", True), ("Guest", False))):
        canvas.drawString(60, 500 - 40 * row, f"{name}:")
        canvas.acroForm.checkbox(name=name, checked=checked, x=160, y=496 - 40 * row, size=14)
    canvas.freeTextAnnotation(
        "Paid in cash on 28 June", "/Helv 12 Tf 0 g", (60, 300, 300, 330), relative=0
    )
    canvas.textAnnotation("Call the owner back", (60, 200, 80, 220), relative=0)
    facts: list[Fact] = [
        Together((f"{name}: {value}", f"{name} {value}")) for name, value in values
    ]
    ticked = tuple(f"Resident: {mark}" for mark in ("☑", "☒", "[x]", "Yes", "✓", "✔"))
    empty = tuple(f"Guest: {mark}" for mark in ("☐", "[ ]", "Off", "No"))
    return Generated(
        "a filled form with notes.pdf",
        _save(canvas),
        [
            *facts,
            *(Together(ticked), Together(empty)),
            *(Together("Paid in cash on 28 June"), Together("Call the owner back")),
        ],
    )


def _make_table() -> Generated:
    branches = [count_branches(number) for number in range(1, 81)]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, black)]
    stream = io.BytesIO()
    rows = [["Branch", *YEARS], *([name, *map(str, row)] for name, row in branches)]
    merged = [["Zone", "City", "Tariff"]] + [
        [f"Zone {n // 6 + 1}" if n % 6 == 0 else "", f"Town-{n}", str(500 + n)] for n in range(12)
    ]
    spans = [("SPAN", (0, 1), (0, 6)), ("SPAN", (0, 7), (0, 12))]
    style = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(stream, pagesize=A4).build(
        [
            Paragraph("Revenue of all branches in thousands.", style),
            Table(rows, style=grid),
            Paragraph("Tariffs for all towns by zone.", style),
            Table(merged, style=[*grid, *spans]),
        ]
    )
    facts: list[Fact] = [
        Value(name, year, str(value))
        for name, row in branches[6::18]
        for year, value in zip(YEARS[::3], row[::3], strict=True)
    ]
    facts += [Value(f"Town-{n}", "Zone", f"Zone {n // 6 + 1}") for n in (0, 4, 10)]
    facts += [Value(f"Town-{n}", "Tariff", str(500 + n)) for n in (4, 10)]
    return Generated("ruled tables over pages.pdf", stream.getvalue(), facts)


def _make_spaced() -> Generated:
    canvas = Canvas("", pagesize=A4)
    text = canvas.beginText(60, 750)
    text.setFont("Helvetica-Bold", 16)
    text.setCharSpace(6)
    text.textLine("WAREHOUSE RULES")
    text.setCharSpace(0)
    text.setFont("Helvetica", 11)
    text.textLine("")
    for line in (
        "The keeper of the warehouse is responsible for the inven-",
        "tory of all goods and reports every short-",
        "age to the office on the same day. Boxes of series K-",
        "17 are counted twice.",
    ):
        text.textLine(line)
    canvas.drawText(text)
    canvas.drawString(60, 600, "Opening hours: 9 to 17")
    return Generated(
        "spaced letters and broken words.pdf",
        _save(canvas),
        [
            Together("WAREHOUSE RULES"),
            Together("responsible for the inventory of all goods"),
            Together("every shortage to the office"),
            Together("Boxes of series K-17 are counted twice."),
            Together("Opening hours: 9 to 17"),
        ],
    )
