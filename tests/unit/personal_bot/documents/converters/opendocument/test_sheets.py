from dataclasses import replace
from functools import partial

import pytest

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.opendocument import pages as opendocument
from personal_bot.documents.converters.protocol import DEFAULT, RefusalError, RefusalKind
from tests import blocks
from tests.blocks import list_remarks, show
from tests.open_documents import (
    EMBEDDED,
    NAMESPACES,
    cell,
    frame,
    make_object,
    make_ods,
    make_styles,
    number,
    paragraph,
    row,
    table,
    text_box,
)

read = partial(blocks.read, opendocument)

HIDDEN = 'table:visibility="collapse"'


def text(shown: str, attributes: str = "") -> str:
    return cell(shown, f'office:value-type="string" {attributes}')


def value(kind: str, stored: str, shown: str = "", attributes: str = "") -> str:
    name = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(
        kind, "value"
    )
    return cell(shown, f'office:value-type="{kind}" office:{name}="{stored}" {attributes}')


def show_cells(*cells: str, styles: str = "") -> list[str]:
    return show(read(make_ods(table(row(*cells)), styles))).split(" | ")


def test_sheets_are_pages_with_their_names() -> None:
    pages = read(make_ods(table(row(text("a")), name="One") + table(row(text("b")), name="Two")))
    assert [(page.number, page.title, show([page])) for page in pages] == [
        (None, "One", "a"),
        (None, "Two", "b"),
    ]


def test_values_are_read_as_people_see_them() -> None:
    cells = (
        value("float", "1234.5678", "1 234,57"),
        value("percentage", "0.125", "12,5%"),
        value("currency", "5", "5,00 €", 'office:currency="EUR"'),
        value("boolean", "true", "WAHR"),
        text("a<text:s/>b"),
    )
    assert show_cells(*cells) == ["1 234,57", "12,5%", "5,00 €", "WAHR", "a b"]


def test_dates_are_followed_by_their_iso_form() -> None:
    cells = (
        value("date", "2024-01-15", "15.01.24"),
        value("date", "2024-01-15", "2024-01-15"),
        value("date", "2024-01-15T10:30:00", "15.01.24 10:30"),
    )
    assert show_cells(*cells) == [
        "15.01.24 (2024-01-15)",
        "2024-01-15",
        "15.01.24 10:30 (2024-01-15 10:30)",
    ]


def test_durations_and_halved_clocks_are_followed_by_their_iso_form() -> None:
    styles = (
        '<number:time-style style:name="N1" number:truncate-on-overflow="false"/>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    cells = (
        value("time", "PT10H30M00S", "10:30"),
        value("time", "PT22H30M00S", "10:30 PM"),
        value("time", "PT10H30M00S", "10:30", 'table:style-name="ce1"'),
        value("time", "PT100H00M05S", "100:00:05"),
    )
    assert show_cells(*cells, styles=styles) == [
        "10:30",
        "10:30 PM (22:30)",
        "10:30 (PT10H30M)",
        "100:00:05 (PT100H5S)",
    ]


def test_values_without_a_stored_text_are_shown() -> None:
    cells = (
        value("float", "0.30000000000000004"),
        value("percentage", "0.07"),
        value("currency", "5", attributes='office:currency="EUR"'),
        value("date", "2024-01-15T10:30:00"),
        value("time", "PT9H05M00S"),
        value("boolean", "false"),
        cell("", 'office:value-type="string" office:string-value="text"'),
    )
    assert show_cells(*cells) == [
        "0.3", "7%", "5 EUR", "2024-01-15 10:30", "09:05", "FALSE", "text",
    ]  # fmt: skip


def test_a_formula_without_a_value_is_shown_and_reported() -> None:
    formula = 'table:formula="of:=SUM([.A1:.A9])*[$Other.B2]"'
    pages = read(make_ods(table(row(text("sum"), cell("", formula)))))
    assert "=SUM(A1:A9)*$Other.B2" in show(pages)
    assert list_remarks(pages) == [Remark(RemarkKind.FORMULA)]
    pages = read(make_ods(table(row(text("sum"), number("7", "7", formula)))))
    assert "=" not in show(pages)
    assert list_remarks(pages) == []


def test_repeated_cells_and_rows_are_repeated_if_they_have_content() -> None:
    rows = (
        row(cell("", 'table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="3"'),
        row(number("1", "1", 'table:number-columns-repeated="2"'), number("2", "2")),
        row(number("3", "3"), number("4", "4"), attributes='table:number-rows-repeated="2"'),
        row(cell("", 'table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048000"'),
    )  # fmt: skip
    assert show(read(make_ods(table(*rows)))) == "1 | 1 | 2\n3 | 4\n3 | 4"


def test_more_cells_than_the_limit_are_refused() -> None:
    limits = replace(DEFAULT, cells=1_000)
    wide = table(row(number("1", "1", 'table:number-columns-repeated="1001"')))
    tall = table(row(number("1", "1"), attributes='table:number-rows-repeated="1001"'))
    beyond = table(row(number("1", "1"), attributes='table:number-rows-repeated="99999999"'))
    for sheets in (wide, tall, beyond):
        with pytest.raises(RefusalError) as caught:
            read(make_ods(sheets), limits)
        assert caught.value.kind is RefusalKind.LIMIT


def test_a_merged_cell_counts_for_every_row_that_it_spans() -> None:
    rows = (
        row(text("Zone"), text("City"), text("Price")),
        row(text("East", 'table:number-rows-spanned="2"'), text("Kirov"), number("130", "130")),
        row("<table:covered-table-cell/>", text("Perm"), number("150", "150")),
        row(text("West"), text("Pskov"), number("90", "90")),
    )
    assert "Zone: East; City: Perm; Price: 150" in show(read(make_ods(table(*rows))))


def test_hidden_rows_columns_and_sheets_are_read_and_marked() -> None:
    columns = f"<table:table-column/><table:table-column {HIDDEN}/>"
    rows = row(text("a"), text("b")), row(text("c"), text("d"), attributes=HIDDEN)
    hidden = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
    sheets = table(columns, *rows, name="S") + table(
        row(text("e")), name="T", attributes='table:style-name="ta1"'
    )
    first, second = read(make_ods(sheets, hidden))
    assert show([first]) == "a | [hidden] b\n[hidden] c | d"
    assert first.remarks == [Remark(RemarkKind.HIDDEN, 2)]
    assert (second.title, second.remarks) == ("[hidden] T", [Remark(RemarkKind.HIDDEN)])


def test_comments_and_links_stand_in_their_cells() -> None:
    note = (
        f"<office:annotation><dc:creator>Ann</dc:creator>{paragraph('check')}</office:annotation>"
    )
    commented = f'<table:table-cell office:value-type="float" office:value="5">{note}{paragraph("5")}</table:table-cell>'
    link = text('<text:a xlink:href="https://example.com/x">site</text:a>')
    assert show_cells(commented, link) == ["5 [💬 Ann: check]", "site (https://example.com/x)"]


NAMES = row(text("North"), text("South"))
TOWNS = [row(text("Kirov"), text("Sochi")), row(text("Perm"), text("Anapa"))]


def test_repeated_rows_on_printed_pages_are_a_header() -> None:
    sheet = table(f"<table:table-header-rows>{NAMES}</table:table-header-rows>", *TOWNS)
    assert "North: Perm; South: Anapa" in show(read(make_ods(sheet)))


def test_a_filtered_range_has_a_header() -> None:
    ranges = (
        '<table:database-ranges><table:database-range table:display-filter-buttons="true" '
        "table:target-range-address=\"'My ''s'.A1:'My ''s'.B3\"/></table:database-ranges>"
    )
    sheet = table(NAMES, *TOWNS, name="My 's")
    assert "North: Perm; South: Anapa" in show(read(make_ods(sheet + ranges)))


def test_frozen_rows_are_a_header() -> None:
    items = "".join(
        f'<config:config-item config:name="{name}">{number}</config:config-item>'
        for name, number in (("VerticalSplitMode", 2), ("VerticalSplitPosition", 1))
    )
    settings = (
        f'<office:document-settings {NAMESPACES}><config:config-item-map-named config:name="Tables">'
        f'<config:config-item-map-entry config:name="S">{items}</config:config-item-map-entry>'
        "</config:config-item-map-named></office:document-settings>"
    )
    content = make_ods(table(NAMES, *TOWNS, name="S"), parts={"settings.xml": settings})
    assert "North: Perm; South: Anapa" in show(read(content))


def test_the_style_of_a_column_applies_to_its_cells() -> None:
    styles = '<style:style style:name="ce1" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    columns = '<table:table-column table:default-cell-style-name="ce1" table:number-columns-repeated="2"/>'
    plain = [
        one.replace("<table:table-row", '<table:table-row table:default-cell-style-name="ce2"')
        for one in TOWNS
    ]
    content = make_ods(table(columns, NAMES, *plain), parts=make_styles(styles))
    assert "North: Perm; South: Anapa" in show(read(content))


def test_shapes_charts_and_pictures_follow_the_cells() -> None:
    chart = f"<office:chart><chart:chart><chart:title>{paragraph('Growth')}</chart:title></chart:chart></office:chart>"
    picture = frame("<draw:image/>", 'svg:width="10cm" svg:height="10cm"')
    anchored = f'<table:table-cell office:value-type="string">{paragraph("a")}{text_box(paragraph("boxed"))}</table:table-cell>'
    sheet = table(f"<table:shapes>{EMBEDDED}{picture}</table:shapes>", row(anchored, text("b")))
    pages = read(make_ods(sheet, parts=make_object(chart)))
    assert show(pages) == "a | b\nGrowth\nboxed"
    assert list_remarks(pages) == [Remark(RemarkKind.PICTURE)]


def test_copies_of_sheets_in_other_files_are_passed_over() -> None:
    linked = table("<table:table-source/>", row(text("cached")), name="'file:///a.ods'#$S")
    link = f"<table:dde-links><table:dde-link>{table(row(text('old')))}</table:dde-link></table:dde-links>"
    assert show(read(make_ods(table(row(text("a"))) + linked + link))) == "a"


def test_grouped_rows_are_read() -> None:
    group = f"<table:table-row-group>{row(text('a'))}<table:table-row-group>{row(text('b'))}</table:table-row-group></table:table-row-group>"
    assert show(read(make_ods(table(group, row(text("c")))))).split() == ["a", "b", "c"]
