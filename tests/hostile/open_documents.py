"""OpenDocument files that expand, nest deeply, repeat endlessly or refer in circles."""

from collections.abc import Iterator
from functools import partial

from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    NoTextError,
    PasswordProtectedError,
)
from tests.documents import replace_part
from tests.hostile.case import BOMB, STEALING, Hostile
from tests.open_documents import (
    EMBEDDED,
    NAMESPACES,
    cell,
    make_object,
    make_odp,
    make_ods,
    make_odt,
    number,
    paragraph,
    row,
    table,
    text_box,
)

_LIMIT = (ConversionLimitError,)
_DAMAGED = (DamagedFileError,)


def list_open_documents() -> Iterator[Hostile]:
    yield from _list_texts()
    yield from _list_sheets()
    slides = make_odp(f"<draw:page>{text_box(paragraph('x'))}</draw:page>" * 5_001)
    yield Hostile("crowd.odp", lambda: slides, _LIMIT)
    groups = f"{'<draw:g>' * 5_000}{text_box(paragraph('x'))}{'</draw:g>' * 5_000}"
    yield Hostile("groups.odp", lambda: make_odp(f"<draw:page>{groups}</draw:page>"), _LIMIT)


def _list_texts() -> Iterator[Hostile]:
    text = make_odt(paragraph("a letter"))
    replace = partial(replace_part, text, "content.xml")
    root = f"<office:document-content {NAMESPACES}>&i;</office:document-content>"
    yield Hostile("laughs.odt", lambda: replace(BOMB + root), _DAMAGED)
    yield Hostile("stealing.odt", lambda: replace(STEALING + root.replace("&i;", "&a;")), _DAMAGED)
    yield Hostile("torn.odt", lambda: replace(root[:90]), _DAMAGED)
    yield Hostile("spaces.odt", lambda: replace(" " * 90_000_000), _LIMIT)
    yield Hostile("no_text.odt", lambda: make_odt(paragraph("")), (NoTextError,))
    yield Hostile("no_body.odt", lambda: replace(root.replace("&i;", "")), (NoTextError,))
    manifest = (
        '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    locked = {"META-INF/manifest.xml": manifest}
    yield Hostile("locked.odt", lambda: make_odt("", parts=locked), (PasswordProtectedError,))
    for depth, outcome in ((30, {"text": "deep"}), (5_000, {"refusals": _LIMIT})):
        lists = f"{'<text:list><text:list-item>' * depth}{paragraph('deep')}"
        lists += "</text:list-item></text:list>" * depth
        yield Hostile(f"lists{depth}.odt", lambda lists=lists: make_odt(lists), **outcome)
    around = "".join(
        f'<style:style style:name="{a}" style:family="paragraph" style:parent-style-name="{b}"/>'
        for a, b in ("ab", "ba")
    )
    yield Hostile("styles.odt", lambda: make_odt(paragraph("styled", "a"), around), text="styled")
    wide = 'table:number-columns-spanned="999999999" table:number-rows-spanned="999999999"'
    spanned = table(row(cell("wide", wide), cell("b")), row(cell("c"), cell("d")))
    yield Hostile("spans.odt", lambda: make_odt(spanned), text="wide")
    repeated = table(row(cell("x", 'table:number-columns-repeated="999999999"')))
    yield Hostile("repeated.odt", lambda: make_odt(repeated), text="x")
    inner = f"<office:spreadsheet>{table(row(cell('a'), cell(EMBEDDED)))}</office:spreadsheet>"
    within = make_odt(paragraph(f"text {EMBEDDED}"), parts=make_object(inner))
    yield Hostile("within_itself.odt", lambda: within, text="text")


def _list_sheets() -> Iterator[Hostile]:
    once = number("1", "1")
    columns = 'table:number-columns-repeated="{}"'.format
    rows = 'table:number-rows-repeated="{}"'.format
    sheets = {
        "wide": table(row(number("1", "1", columns(10**9)), attributes=rows(1_000_000))),
        "tall": table(row(once, attributes=rows(10**9))),
        "corners": table(row(once), row(cell(), attributes=rows(2_000_000)), row(once)),
    }
    for name, content in sheets.items():
        yield Hostile(f"{name}.ods", lambda content=content: make_ods(content), _LIMIT)
    empty = row(cell("", columns(16_384)), attributes=rows(1_048_575))
    yield Hostile("empty.ods", lambda: make_ods(table(row(cell("cell")), empty)), text="cell")
    merged = 'table:number-columns-spanned="16384" table:number-rows-spanned="1048576"'
    whole = make_ods(table(row(cell("cell", merged))))
    yield Hostile("merged.ods", lambda: whole, text="cell")
    odd = (
        number("1e999", "", 'office:currency="X"'),
        cell("", 'office:value-type="date" office:date-value="99999-99-99"'),
        cell("", 'office:value-type="time" office:time-value="PT999999999999H"'),
        cell("", 'office:value-type="float" office:value="x"'),
    )
    yield Hostile("odd.ods", lambda: make_ods(table(row(*odd, cell("cell")))), text="cell")
    torn = replace_part(
        whole, "content.xml", f"<office:document-content {NAMESPACES}><office:body>"
    )
    yield Hostile("torn.ods", lambda: torn, _DAMAGED)
    bomb = f"{BOMB}<office:document-content {NAMESPACES}/>"
    yield Hostile("laughs.ods", lambda: replace_part(whole, "content.xml", bomb), _DAMAGED)
