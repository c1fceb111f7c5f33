"""Reads charts of DOCX, PPTX and XLSX as tables, from the values stored with them.

A classic chart has categories and series; one of the newer kinds (`cx:chartSpace`: waterfall,
funnel, treemap …) has dimensions.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.office.package import Package, read_tag
from personal_bot.documents.converters.tables.table import Cell, render_table
from personal_bot.documents.converters.values.number_formats import show_number

_CLASSIC: Final = "chart"
_NEW: Final = "chartEx"
_POINTS: Final = 10_000  # of a series; others are left out
_GENERAL: Final = "General"

Values = dict[int, Cell]  # by position


def find_charts(package: Package, part: str) -> dict[str, str]:
    """Return the charts that a part relates to: part names by relationship id."""
    return {
        key: target
        for key, kind, target in package.read_relationships(part)
        if kind in {_CLASSIC, _NEW}
    }


def read_chart(root: etree._Element) -> Iterator[Block]:
    """Yield the table of a chart, given the root of its part, with the chart's title above it."""
    chart = root.find("{*}chart")
    if chart is None:
        return
    title = _read_text(chart.find("{*}title"))
    columns = [*_list_dimensions(root)] or [*_list_columns(chart)]
    positions = sorted({position for _, values in columns for position in values})
    if not positions:
        if title:
            yield Block(title)
        return
    rows = [{number: Cell(name, is_header=True) for number, (name, _) in enumerate(columns)}]
    for position in positions[:_POINTS]:
        cells = {
            number: values[position]
            for number, (_, values) in enumerate(columns)
            if position in values
        }
        rows.append(cells)
    yield from render_table(rows, title=title, header_rows=1, header_columns=1)


def _list_columns(chart: etree._Element) -> Iterator[tuple[str, Values]]:
    """Yield the name and values of the categories and of each series."""
    axes = [
        _read_text(axis.find("{*}title"))
        for axis in chart.iterfind(".//{*}plotArea/*")
        if read_tag(axis) in {"catAx", "dateAx"}
    ]
    shown: Values | None = None
    for number, series in enumerate(chart.iterfind(".//{*}plotArea/*/{*}ser"), start=1):
        categories = _read_values(series, ("cat", "xVal"))
        if categories and categories != shown:
            yield next(filter(None, axes), ""), categories
            shown = categories
        elif shown is None:
            shown = {}
            yield "", {}
        name = " ".join(cell.text for cell in _read_values(series, ("tx",)).values())
        yield name or str(number), _read_values(series, ("val", "yVal"))
        if sizes := _read_values(series, ("bubbleSize",)):
            yield name or str(number), sizes


def _read_values(series: etree._Element, names: Iterable[str]) -> Values:
    found = (series.find(f"{{*}}{name}") for name in names)
    source = next((element for element in found if element is not None), None)
    if source is None:
        return {}
    levels = source.findall(".//{*}lvl")
    if levels:  # the innermost level comes first
        return _join_levels([_read_points(level, _GENERAL) for level in reversed(levels)])
    code = source.findtext(".//{*}formatCode") or _GENERAL
    points = _read_points(source, code)
    value = source.find("{*}v")
    return points or ({} if value is None else {0: Cell(value.text or "")})


def _join_levels(levels: list[Values]) -> Values:
    """Join the names of nested categories; an outer one stands only at its first inner one."""
    joined: Values = {}
    current = [""] * len(levels)
    for position in sorted({position for level in levels for position in level}):
        for number, level in enumerate(levels):
            if position in level:
                current[number] = level[position].text
        joined[position] = Cell(" › ".join(filter(None, current)))
    return joined


def _read_points(source: etree._Element, code: str) -> Values:
    values: Values = {}
    is_text = read_tag(source) in {"tx", "lvl"} or source.find(".//{*}strCache") is not None
    for point in source.iter("{*}pt"):
        index = point.get("idx", "")
        text = point.findtext("{*}v")
        text = point.text if text is None else text
        if index.isdecimal() and len(index) < 9 and text and text.strip():
            values[int(index)] = _show(text, point.get("formatCode") or code, is_number=not is_text)
    return values


def _show(text: str, code: str, *, is_number: bool) -> Cell:
    try:
        value = float(text)
    except ValueError:
        return Cell(text)
    if not is_number or not math.isfinite(value):
        return Cell(text)
    shown, kind = show_number(value, code)
    return Cell(shown, kind)


def _list_dimensions(root: etree._Element) -> Iterator[tuple[str, Values]]:
    names = [
        _read_text(series.find("{*}tx")) for series in root.iterfind(".//{*}plotArea//{*}series")
    ]
    for number, data in enumerate(root.iterfind("{*}chartData/{*}data")):
        for dimension in data:
            levels = dimension.findall("{*}lvl")
            code = next((level.get("formatCode", _GENERAL) for level in levels), _GENERAL)
            is_text = read_tag(dimension) == "strDim"
            points = [_read_points(level, code) for level in reversed(levels)]
            if is_text:
                yield "", _join_levels(points)
            elif points:
                name = names[number] if number < len(names) else ""
                numbers = {
                    position: _show(cell.text, code, is_number=True)
                    for position, cell in points[-1].items()
                }
                yield name, numbers


def _read_text(element: etree._Element | None) -> str:
    """Return the text of a title or name, typed or taken from cells."""
    if element is None:
        return ""
    paragraphs = [
        "".join(run.text or "" for run in paragraph.iter("{*}t"))
        for paragraph in element.iter("{*}p")
    ]
    cached = (value.text or "" for value in element.iter("{*}v"))
    return " ".join(filter(str.strip, paragraphs)) or " ".join(cached)
