"""Charts are tables: categories in rows, series in columns, values as the chart shows them."""

import pytest
from lxml import etree

from personal_bot.documents.converters.office.charts import read_chart
from tests.blocks import show_block

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
CX = "http://schemas.microsoft.com/office/drawing/2014/chartex"


def texts(*values: str) -> str:
    return points("str", *values)


def numbers(*values: str, code: str = "General") -> str:
    return points("num", *values, before=f"<c:formatCode>{code}</c:formatCode>")


def points(kind: str, *values: str, before: str = "") -> str:
    inner = "".join(
        f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>'
        for index, value in enumerate(values)
        if value
    )
    return f"<c:{kind}Ref><c:{kind}Cache>{before}{inner}</c:{kind}Cache></c:{kind}Ref>"


def series(name: str, categories: str, values: str) -> str:
    return (
        f"<c:ser><c:tx>{texts(name)}</c:tx><c:cat>{categories}</c:cat>"
        f"<c:val>{values}</c:val></c:ser>"
    )


def read(plot: str, title: str = "Sales") -> str:
    root = etree.fromstring(
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart><c:title><c:tx><c:rich><a:p><a:r>'
        f"<a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        f"<c:plotArea>{plot}</c:plotArea></c:chart></c:chartSpace>"
    )
    return "\n".join(map(show_block, read_chart(root)))


def test_each_category_is_a_row_with_the_names_of_the_series() -> None:
    regions = texts("North", "South")
    shown = read(
        "<c:barChart>"
        + series("Plan", regions, numbers("10", "20"))
        + series("Fact", regions, numbers("19.2", "21.4"))
        + "</c:barChart>"
    )
    assert shown.startswith("Sales\n")
    assert "North; Plan: 10; Fact: 19.2" in shown
    assert "South; Plan: 20; Fact: 21.4" in shown


def test_values_are_shown_as_the_chart_formats_them() -> None:
    chart = series("Share", texts("A", "B"), numbers("0.25", "0.75", code="0%"))
    assert "25%" in read(f"<c:pieChart>{chart}{chart}</c:pieChart>")


def test_a_missing_value_is_left_out() -> None:
    regions = texts("North", "South")
    shown = read(
        "<c:lineChart>"
        + series("Plan", regions, numbers("", "20"))
        + series("Fact", regions, numbers("19", "21"))
        + "</c:lineChart>"
    )
    assert "North; Fact: 19" in shown


def test_nested_categories_are_joined() -> None:
    levels = (
        "<c:multiLvlStrRef><c:multiLvlStrCache>"
        '<c:lvl><c:pt idx="0"><c:v>Q1</c:v></c:pt><c:pt idx="1"><c:v>Q2</c:v></c:pt></c:lvl>'
        '<c:lvl><c:pt idx="0"><c:v>2024</c:v></c:pt></c:lvl>'
        "</c:multiLvlStrCache></c:multiLvlStrRef>"
    )
    chart = series("Plan", levels, numbers("1", "2")) + series("Fact", levels, numbers("3", "4"))
    assert "2024 › Q2; Plan: 2; Fact: 4" in read(f"<c:barChart>{chart}</c:barChart>")


def test_a_point_of_a_scatter_chart_has_both_coordinates() -> None:
    plot = (
        f"<c:scatterChart><c:ser><c:tx>{texts('Height')}</c:tx><c:xVal>{numbers('1', '2')}</c:xVal>"
        f"<c:yVal>{numbers('10', '20')}</c:yVal></c:ser></c:scatterChart>"
    )
    shown = read(plot)
    assert "1" in shown
    assert "20" in shown


def test_a_new_kind_of_chart_is_read_from_its_dimensions() -> None:
    root = etree.fromstring(
        f'<cx:chartSpace xmlns:cx="{CX}" xmlns:a="{A}"><cx:chartData><cx:data id="0">'
        '<cx:strDim type="cat"><cx:lvl><cx:pt idx="0">Start</cx:pt><cx:pt idx="1">End</cx:pt>'
        '</cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl formatCode="0.0">'
        '<cx:pt idx="0">5</cx:pt><cx:pt idx="1">7.25</cx:pt></cx:lvl></cx:numDim></cx:data>'
        "</cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r><a:t>Cash</a:t></a:r></a:p>"
        "</cx:rich></cx:tx></cx:title></cx:chart></cx:chartSpace>"
    )
    shown = "\n".join(map(show_block, read_chart(root)))
    assert shown.startswith("Cash\n")
    assert "Start: 5.0" in shown or "Start | 5.0" in shown


@pytest.mark.parametrize("plot", ["", "<c:barChart/>", "<c:barChart><c:ser/></c:barChart>"])
def test_a_chart_without_values_keeps_its_title(plot: str) -> None:
    assert read(plot) == "Sales"
