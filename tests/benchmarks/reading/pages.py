"""Web pages, books and mails."""

from collections.abc import Iterator
from email.message import EmailMessage

from tests.benchmarks.reading.facts import Fact, Pair, Together, Value, Verbatim
from tests.benchmarks.reading.generated import FILLER, Generated
from tests.benchmarks.reading.texts import RULES
from tests.documents import make_epub

COMMANDS = "apt update\n  apt install nginx\nsystemctl start nginx"


def list_documents() -> Iterator[Generated]:
    yield from list_web()
    yield from list_books()
    yield from list_mails()


def _make_tariffs() -> tuple[str, list[Fact]]:
    """Return a table in HTML, in which the first column spans rows, and what it states."""
    cities = [(f"Zone {1 + n // 20}", f"City-{n}", 100 + n) for n in range(40)]
    rows = "".join(
        f"<tr>{f'<td rowspan=20>{zone}</td>' if n % 20 == 0 else ''}<td>{city}</td>"
        f"<td>{tariff}</td><td>{tariff + 500}</td></tr>"
        for n, (zone, city, tariff) in enumerate(cities)
    )
    head = (
        "<tr><th rowspan=2>Zone</th><th rowspan=2>City</th><th colspan=2>Tariff</th></tr>"
        "<tr><th>Day</th><th>Night</th></tr>"
    )
    facts = [
        fact
        for zone, city, tariff in cities[3::11]
        for fact in (
            Value(city, "Zone", zone),
            Value(city, ("Tariff", "Day"), str(tariff)),
            Value(city, ("Tariff", "Night"), str(tariff + 500)),
        )
    ]
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>", facts


def list_web() -> Iterator[Generated]:
    table, facts = _make_tariffs()
    rules = "".join(f"<li>{rule}</li>" for rule in RULES)
    content = (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Handbook</title></head>"
        f"<body><main><article><h1>Handbook</h1><p>{FILLER}</p><h2>Install</h2>"
        f"<p>{FILLER}</p><pre><code class='language-sh'>{COMMANDS}</code></pre>"
        "<h2>Terms</h2><dl><dt>Fee</dt><dd>What a visitor pays at the gate, 340 roubles.</dd>"
        "<dt>Deposit</dt><dd>What is paid back in June, 125 roubles.</dd></dl>"
        f"<h2>Tariffs</h2><p>{FILLER}</p>{table}<h2>Refunds</h2><p>{FILLER}</p>"
        f"<p>Paid out, but not before the first of May:</p><ol>{rules}</ol>"
        f"<h2>Questions</h2><p>{FILLER}</p><details><summary>May I bring a dog?</summary>"
        "<p>Only on a lead, and not into hall 14.</p></details>"
        "<p>Water boils at 10<sup>2</sup> degrees; see <a href='https://example.com/steam-9'>steam"
        "</a>. <del>Entry is free.</del></p></article></main></body></html>"
    )
    facts += [
        *(Verbatim(COMMANDS), Together("Install", "systemctl start nginx")),
        Pair("Fee", "What a visitor pays at the gate, 340 roubles."),
        Pair("Deposit", "What is paid back in June, 125 roubles."),
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        *(Together("Refunds", RULES[number]) for number in (5, 29)),
        *(Together(f"{number + 1}. {RULES[number]}") for number in (0, 29)),
        Together("May I bring a dog?", "Only on a lead, and not into hall 14."),
        Together(("10^2", "10²", "10^{2}", "10<sup>2</sup>")),
    ]
    yield Generated("a handbook.html", content.encode(), facts)
    paragraphs = "".join(f"<p>Заметка {n}: {FILLER}</p>" for n in range(2))
    russian = (
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1251'>"
        f"<title>Склад</title></head><body><h1>Склад</h1>{paragraphs}<h2>Часы работы</h2>"
        f"<p>Склад открыт с 9:00 до 18:00.</p>{paragraphs}</body></html>"
    )
    facts = [Together("Часы работы", "Склад открыт с 9:00 до 18:00."), Together("Заметка 1")]
    yield Generated("Russian in windows-1251.html", russian.encode("cp1251"), facts)


def list_books() -> Iterator[Generated]:
    table, facts = _make_tariffs()
    frame = "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:epub='http://www.idpf.org/2007/ops'><head><title>{0}</title></head><body>{1}</body></html>"
    table = table.replace("rowspan=2>", 'rowspan="2">').replace("rowspan=20>", 'rowspan="20">')
    table = table.replace("colspan=2>", 'colspan="2">')
    rules = "".join(f"<li>{rule}</li>" for rule in RULES)
    chapters = {
        "c1.xhtml": frame.format(
            "One",
            f"<h1>The gate</h1><p>{FILLER}</p><p>{FILLER}</p><p>The gate was painted green in 1911"
            "<a epub:type='noteref' href='#n1'>1</a>.</p><aside epub:type='footnote' id='n1'><p>1. Some say in 1912.</p></aside>",
        ),
        "c2.xhtml": frame.format(
            "Two",
            f"<h1>The road</h1><p>{FILLER}</p><h2>Distances</h2><p>{FILLER}</p>"
            f"<p>From the mill to the bridge it is 640 steps.</p><pre>{COMMANDS}</pre>"
            f"<p>Paid out, but not before the first of May:</p><ul>{rules}</ul>",
        ),
        "c3.xhtml": frame.format("Three", f"<h1>Tariffs</h1>{table}"),
    }
    facts += [
        *(Together("The gate", "painted green in 1911"), Together("Some say in 1912.")),
        Together("The road", "Distances", "From the mill to the bridge it is 640 steps."),
        *(Together("not before the first of May:", RULES[number]) for number in (0, 14, 29)),
        *(Verbatim(COMMANDS), Together("Tariffs", "City-36")),
    ]
    yield Generated("a book.epub", make_epub(chapters), facts)


def list_mails() -> Iterator[Generated]:
    table, facts = _make_tariffs()
    mail = EmailMessage()
    mail["From"] = "Ольга Смирнова <olga@example.com>"
    mail["To"] = "Pavel <pavel@example.com>"
    mail["Subject"] = "Тарифы на июнь"
    mail["Date"] = "Mon, 03 Jun 2024 10:15:00 +0300"
    mail.set_content("Добрый день! Тарифы в таблице. Ключ у охраны, код 7741.", charset="koi8-r")
    mail.add_alternative(
        f"<html><body><p>Добрый день! Ключ у охраны, код 7741.</p>{table}</body></html>",
        subtype="html",
    )
    mail.add_attachment(
        b"Room;Keeper\nHall 7;Rita\nHall 8;Oleg\n",
        maintype="text",
        subtype="csv",
        filename="rooms.csv",
    )
    facts += [
        *(Together("Тарифы на июнь"), Together("Ольга Смирнова"), Together("olga@example.com")),
        Together(("3 Jun 2024", "03 Jun 2024", "2024-06-03", "03.06.2024")),
        *(Together("Ключ у охраны, код 7741."), Value("Hall 7", "Keeper", "Rita")),
    ]
    yield Generated("a mail with a table.eml", bytes(mail), facts)
    plain = EmailMessage()
    plain["From"], plain["Subject"] = "anna@example.com", "Order 5512"
    plain.set_content(
        "The order is confirmed for Friday.\n\n> When will it be confirmed?\n> The deposit was 900.\n",
        cte="quoted-printable",
    )
    facts = [
        *(Together("Order 5512", "The order is confirmed for Friday."),),
        *(Together("The deposit was 900."), Together("anna@example.com")),
    ]
    yield Generated("a plain mail.eml", bytes(plain), facts)
