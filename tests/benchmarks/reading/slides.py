"""Presentations by python-pptx."""

import io
from collections.abc import Iterator

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation as Slides
from pptx.slide import Slide
from pptx.util import Inches

from tests.benchmarks.reading.facts import Fact, Pair, Together, Value
from tests.benchmarks.reading.generated import Generated
from tests.benchmarks.reading.texts import RULES

AREA = (Inches(1), Inches(2), Inches(8), Inches(4))


def list_documents() -> Iterator[Generated]:
    slides = Presentation()
    facts = [
        *_add_text(slides),
        *_add_list(slides),
        *_add_charts(slides),
        *_add_table(slides),
        *_add_group(slides),
        *_add_hidden(slides),
    ]
    stream = io.BytesIO()
    slides.save(stream)
    yield Generated("a presentation.pptx", stream.getvalue(), facts)


def _add(slides: Slides, title: str, layout: int = 5) -> Slide:
    slide = slides.slides.add_slide(slides.slide_layouts[layout])
    slide.shapes.title.text = title
    return slide


def _add_text(slides: Slides) -> list[Fact]:
    slide = _add(slides, "Schedule", 1)
    frame = slide.placeholders[1].text_frame
    frame.text = "The office opens at 8:40"
    point = frame.add_paragraph()
    point.text, point.level = "On Fridays at 9:20", 1
    slide.notes_slide.notes_text_frame.text = "Mention that the lift is out of order until June."
    return [
        Together("Schedule", "The office opens at 8:40"),
        Together("Schedule", "On Fridays at 9:20"),
        Together("Schedule", "Mention that the lift is out of order until June."),
    ]


def _add_list(slides: Slides) -> list[Fact]:
    frame = _add(slides, "Refunds", 1).placeholders[1].text_frame
    frame.text = "Paid out, but not before the first of May:"
    frame.paragraphs[0]._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))
    for rule in RULES:
        point = frame.add_paragraph()
        point.text = rule
        number = parse_xml(f'<a:buAutoNum type="arabicPeriod" {nsdecls("a")}/>')
        point._p.get_or_add_pPr().append(number)
    return [
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        *(Together(f"{number + 1}. {RULES[number]}") for number in (0, 29)),
    ]


def _add_charts(slides: Slides) -> list[Fact]:
    facts: list[Fact] = []
    kinds = (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.LINE)
    for title, kind, shift in zip(("Sales", "Returns"), kinds, (0, 50), strict=True):
        data = CategoryChartData()
        data.categories = ["North", "South", "West"]
        data.add_series("2023", (19.2 + shift, 21.4 + shift, 16.7 + shift))
        data.add_series("2024", (22.3 + shift, 28.6 + shift, 15.2 + shift))
        slide = _add(slides, title)
        slide.shapes.add_chart(kind, *AREA, data)
        facts += [
            Value("North", "2023", f"{19.2 + shift:g}"),
            Value("South", "2024", f"{28.6 + shift:g}"),
            Together(title, f"{15.2 + shift:g}"),
        ]
    data = CategoryChartData()
    data.categories = ["Rent", "Wages"]
    data.add_series("Costs", (31.5, 68.5))
    _add(slides, "Costs").shapes.add_chart(XL_CHART_TYPE.PIE, *AREA, data)
    return [*facts, Pair("Wages", "68.5")]


def _add_table(slides: Slides) -> list[Fact]:
    rows = [
        ["Zone", "City", "Tariff"],
        ["Zone 1", "Perm", "110"],
        ["", "Ufa", "120"],
        ["Zone 2", "Kirov", "130"],
        ["", "Tver", "140"],
    ]
    table = _add(slides, "Tariffs").shapes.add_table(5, 3, *AREA).table
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(4, 0))
    return [
        *(Value("Ufa", "Tariff", "120"), Value("Ufa", "Zone", "Zone 1")),
        *(Value("Tver", "Tariff", "140"), Value("Tver", "Zone", "Zone 2")),
        Together("Tariffs", "Kirov"),
    ]


def _add_group(slides: Slides) -> list[Fact]:
    group = _add(slides, "Contacts").shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    for shapes, text in ((group, "Guard: 44-17"), (inner, "Doctor: 44-03")):
        shapes.shapes.add_textbox(*AREA).text_frame.text = text
    return [Together("Contacts", "Guard: 44-17"), Together("Contacts", "Doctor: 44-03")]


def _add_hidden(slides: Slides) -> list[Fact]:
    slide = _add(slides, "Reserve", 1)
    slide.placeholders[1].text_frame.text = "The reserve is 7300 litres"
    slide._element.set("show", "0")
    return [Together("Reserve", "The reserve is 7300 litres")]
