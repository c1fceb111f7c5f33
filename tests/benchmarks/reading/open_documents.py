"""OpenDocument and RTF, written as text, because light libraries do not make all of this."""

from collections.abc import Iterator

from tests.benchmarks.reading.facts import Fact, Pair, Together, Value
from tests.benchmarks.reading.generated import FILLER, YEARS, Generated, count_branches
from tests.benchmarks.reading.texts import RULES
from tests.documents import make_zip

SPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("number", "datastyle"),
            ("draw", "drawing"),
        )
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def list_documents() -> Iterator[Generated]:
    yield _make_odt()
    yield _make_ods()
    yield from _list_rtf()


def _make_open(media: str, body: str) -> bytes:
    media = f"application/vnd.oasis.opendocument.{media}"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return make_zip(
        {
            "mimetype": media,
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}"><m:file-entry '
            f'm:full-path="/" m:media-type="{media}"/><m:file-entry m:full-path="content.xml" '
            'm:media-type="text/xml"/></m:manifest>',
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            f'{SPACES} office:version="1.3">{NUMBERED}<office:body>{body}</office:body>'
            "</office:document-content>",
        }
    )


def _cell(text: object, attributes: str = "", after: str = "") -> str:
    return f"<table:table-cell {attributes}>{after}<text:p>{text}</text:p></table:table-cell>"


def _row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def _table(name: str, *rows: str) -> str:
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


NUMBERED = (
    '<office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number '
    'text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    "</office:automatic-styles>"
)
COVERED = "<table:covered-table-cell/>"


def _make_zones() -> tuple[str, list[Fact]]:
    rows = [(f"Zone {1 + n // 20}", f"City-{n}", 100 + n) for n in range(40)]
    span = 'table:number-rows-spanned="20" office:value-type="string"'
    lines = [
        _row(_cell(zone, span) if n % 20 == 0 else COVERED, _cell(city), _cell(tariff))
        for n, (zone, city, tariff) in enumerate(rows)
    ]
    facts: list[Fact] = [
        fact
        for zone, city, tariff in rows[5::11]
        for fact in (Value(city, "Zone", zone), Value(city, "Tariff", str(tariff)))
    ]
    head = _row(_cell("Zone"), _cell("City"), _cell("Tariff"))
    return _table("Zones", head, *lines), facts


def _make_odt() -> Generated:
    table, facts = _make_zones()
    rules = "".join(f"<text:list-item><text:p>{rule}</text:p></text:list-item>" for rule in RULES)
    terms = [("Supplier", "Alfa LLC"), ("Customer", "Beta LLC"), ("Signed by", "Ivan Petrov")]
    pairs = _table("Terms", *(_row(*map(_cell, term)) for term in terms))
    body = (
        '<office:text><text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<text:p>14</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="1">Handbook</text:h>'
        f'<text:p>{FILLER}</text:p><text:h text:outline-level="2">Payment</text:h>'
        f"<text:p>{FILLER}</text:p><text:p>Payment is due within<text:s/><text:change text:change-id"
        '="c1"/>30 days<text:note text:note-class="footnote"><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>Except for fuel.</text:p></text:note-body>"
        "</text:note>.</text:p><text:p>The price is fixed<office:annotation><dc:creator>Olga"
        "</dc:creator><text:p>Ask about inflation</text:p></office:annotation> for two years.</text:p>"
        f"{table}<text:p>Paid out, but not before the first of May:</text:p>"
        f'<text:list text:style-name="L1">{rules}</text:list>'
        f"{pairs}<text:p><draw:frame><draw:text-box><text:p>Emergency "
        "number: 8800-77</text:p></draw:text-box></draw:frame></text:p></office:text>"
    )
    facts += [
        Together("Payment is due within 30 days"),
        *(Together("Payment", "due within 30 days", "Except for fuel."),),
        Together("The price is fixed", "Ask about inflation"),
        Together("Handbook", "Payment", "due within"),
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        Together("Emergency number: 8800-77"),
        *(Together(f"{number + 1}. {RULES[number]}") for number in (0, 29)),
        *(Pair(*term) for term in terms),
    ]
    return Generated("a handbook.odt", _make_open("text", body), facts)


def _make_ods() -> Generated:
    zones, facts = _make_zones()
    branches = [count_branches(number) for number in range(1, 41)]

    def number(value: int | str, shown: str = "", after: str = "") -> str:
        kind = f'office:value-type="float" office:value="{value}"'
        return _cell(shown or value, kind, after)

    years = _table(
        "Revenue",
        _row(_cell("Branch", 'office:value-type="string"'), *map(number, YEARS)),
        *(_row(_cell(name), *map(number, row)) for name, row in branches),
    )
    facts += [
        Value(name, year, str(value))
        for name, row in branches[3::12]
        for year, value in zip(YEARS[::2], row[::2], strict=True)
    ]
    note = "<office:annotation><text:p>agreed with the baker</text:p></office:annotation>"
    date = 'office:value-type="date" office:date-value="2024-02-03"'
    share = 'office:value-type="percentage" office:value="0.125"'
    goods = _table(
        "Goods",
        _row(*map(_cell, ("Item", "Article", "Price", "Share", "Delivered"))),
        _row(
            _cell("Bread"),
            number(123, "00123"),
            number(1234.5, "1,234.50 €", note),  # type: ignore[arg-type]
            _cell("12.5%", share),
            _cell("03.02.2024", date),
        ),
        _row(
            _cell("Salt"),
            *(number(124, "00124"), number(19, "19.00 €"), _cell("2%"), _cell("04.02.2024", date)),
            attributes='table:visibility="collapse"',
        ),
    )
    facts += [
        *(Value("Bread", "Article", "00123"), Value("Bread", "Price", "1,234.50 €")),
        *(Value("Bread", "Share", "12.5%"), Value("Bread", "Delivered", "03.02.2024")),
        *(Together("Bread", "agreed with the baker"), Value("Salt", "Price", "19.00 €")),
        *(Together("Revenue", "Omsk-40"), Together("Goods", "Bread")),
    ]
    body = f"<office:spreadsheet>{zones}{years}{goods}</office:spreadsheet>"
    return Generated("three sheets.ods", _make_open("spreadsheet", body), facts)


def _escape(text: str) -> str:
    return "".join(
        character if character.isascii() else f"\\u{ord(character)}?" for character in text
    )


def _list_rtf() -> Iterator[Generated]:
    edges = "".join(f"\\cellx{2000 * edge}" for edge in range(1, 4))
    rows = [
        ("Room", "Area", "Keeper"),
        *((f"Room {n}", f"{n + 20} m2", f"Keeper-{n * 3}") for n in range(1, 41)),
    ]
    table = "".join(
        f"\\trowd{edges}"
        + ("" if n else "\\trhdr ")
        + "".join(f"\\intbl {cell}\\cell " for cell in row)
        + "\\row\n"
        for n, row in enumerate(rows)
    )
    rules = "".join(f"{{\\pntext\\f0 {n}.\\tab}}{rule}\\par\n" for n, rule in enumerate(RULES, 1))
    content = (
        "{\\rtf1\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0\\fcharset204 Arial;}}"
        "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}}"
        "{\\header\\pard Contract No. 4471-B\\par}{\\footer\\pard Tax number 7701234567\\par}\n"
        f"\\pard\\s1\\outlinelevel0 Storage\\par\\pard\\s0 {FILLER}\\par\n{FILLER}\\par\n"
        "The store opens at 8:40{\\super\\chftn}{\\footnote\\pard Not on Mondays.}.\\par\n"
        f"{_escape('Склад открыт с 9:00.')}\\par\n"
        + "".join(f"\\'{byte:02x}" for byte in "Ключ у Ивановой.".encode("cp1251"))
        + f"\\par\n{table}\\pard Paid out, but not before the first of May:\\par\n{rules}"
        "{\\v hidden words}Payment is due within {\\deleted 14 }{\\revised 30 }days.\\par\n"
        '{\\field{\\*\\fldinst HYPERLINK "https://example.com"}{\\fldrslt All tariffs}} are '
        "public.\\par}"
    )
    facts: list[Fact] = [
        fact
        for room, area, keeper in rows[5::12]
        for fact in (Value(room, "Area", area), Value(room, "Keeper", keeper))
    ]
    facts += [
        *(Together("Contract No. 4471-B"), Together("Tax number 7701234567")),
        *(Together("Storage", "The store opens at 8:40"), Together("8:40", "Not on Mondays.")),
        *(Together("Склад открыт с 9:00."), Together("Ключ у Ивановой.")),
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        *(Together("Payment is due within 30 days."), Together("All tariffs", "are public.")),
    ]
    yield Generated("a handbook.rtf", content.encode("ascii"), facts)
    pairs = [("Supplier", "Alfa LLC"), ("Customer", "Beta LLC"), ("Signed by", "Ivan Petrov")]
    short = "".join(
        f"\\trowd\\cellx2000\\cellx4000\\intbl {name}\\cell {value}\\cell\\row\n"
        for name, value in pairs
    )
    facts = [Pair(*pair) for pair in pairs]
    yield Generated("names and values.rtf", f"{{\\rtf1\\ansi {short}\\pard\\par}}".encode(), facts)
