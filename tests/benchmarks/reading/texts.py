"""Plain texts, tables as text, Markdown and JSON."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from tests.benchmarks.reading.facts import Fact, Pair, Together, Value, Verbatim
from tests.benchmarks.reading.generated import FILLER, YEARS, Generated, count_branches

RULES = [f"Rule {number}: tickets of series {number * 37} are refunded" for number in range(1, 31)]
SCRIPT = "\n".join(
    f"def step_{number}(order):\n    if order.number == {number}:\n        return order.close({number * 11})\n"
    for number in range(1, 16)
)


def list_documents() -> Iterator[Generated]:
    yield from list_tables()
    yield from list_markdown()
    yield from list_plain()
    yield from list_json()


def _write_csv(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def list_tables() -> Iterator[Generated]:
    branches = [count_branches(number) for number in range(1, 61)]
    years = _write_csv([["Branch", *YEARS], *([name, *row] for name, row in branches)])
    facts: list[Fact] = [
        Value(name, year, str(value))
        for name, row in branches[2::11]
        for year, value in zip(YEARS[1::2], row[1::2], strict=True)
    ]
    yield Generated("years as names of columns.csv", years.encode(), facts)
    prices = [(f"00{n}", f"Болт М{n}", f"{n},50", f"{n}.03.2024") for n in range(10, 60)]
    russian = _write_csv([["Артикул", "Товар", "Цена", "Дата"], *prices], ";")
    facts = [
        Value(name, column, value)
        for article, name, price, day in prices[1::24]
        for column, value in (("Артикул", article), ("Цена", price), ("Дата", day))
    ]
    yield Generated("semicolons in windows-1251.csv", russian.encode("cp1251"), facts)
    notes = _write_csv(
        [
            ["Order", "Remark", "Courier"],
            ["A-1", "Call before delivery,\nthen leave it at the gate", "Olga"],
            ["A-2", 'The parcel is marked "fragile"', "Pavel"],
            ["A-3", "", "Rita"],
        ]
    )
    facts = [
        Value("A-1", "Remark", "Call before delivery, then leave it at the gate"),
        Value("A-1", "Courier", "Olga"),
        Value("A-2", "Remark", 'The parcel is marked "fragile"'),
        Value("A-3", "Courier", "Rita"),
    ]
    yield Generated("quotes and lines in cells.csv", notes.encode("utf-8-sig"), facts)
    wide = [[f"S-{n}", *(n * 100 + column for column in range(1, 61))] for n in range(1, 9)]
    names = ["Sensor", *(f"Channel {column}" for column in range(1, 61))]
    facts = [
        Value(f"S-{n}", f"Channel {column}", str(n * 100 + column))
        for n, column in ((1, 1), (1, 59), (4, 33), (8, 60))
    ]
    yield Generated("rows longer than a passage.csv", _write_csv([names, *wide]).encode(), facts)
    pairs = [("Supplier", "Alfa LLC"), ("Customer", "Beta LLC"), ("Amount", "150000")]
    facts = [Pair(*pair) for pair in pairs]
    yield Generated("names and values.csv", _write_csv(pairs).encode(), facts)


def list_markdown() -> Iterator[Generated]:
    branches = [count_branches(number) for number in range(1, 61)]
    rows = [("Branch", *YEARS), ("---",) * 5, *((name, *row) for name, row in branches)]
    table = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
    facts: list[Fact] = [
        Value(name, year, str(value))
        for name, row in branches[5::15]
        for year, value in zip(YEARS[::3], row[::3], strict=True)
    ]
    text = f"# Revenue\n\nIn thousands of roubles.\n\n{table}\n"
    facts.append(Together("Revenue", branches[50][0]))
    yield Generated("a table longer than a passage.md", text.encode(), facts)
    facts = [
        Verbatim("    if order.number == 2:\n        return order.close(22)"),
        Verbatim("    if order.number == 14:\n        return order.close(154)"),
        *(Together("```python", f"step_{number}") for number in (1, 8, 15)),
        *(Together("Closing an order", f"step_{number}") for number in (1, 15)),
        Verbatim("systemctl stop orders\nsystemctl start orders"),
    ]
    text = (
        f"# Manual\n\n## Closing an order\n\n```python\n{SCRIPT}```\n\n## Restart\n\n"
        "    systemctl stop orders\n    systemctl start orders\n\nRun as `root`.\n"
    )
    yield Generated("code.md", text.encode(), facts)
    items = "\n".join(f"{n}. {rule}\n   - form R-{n * 13}" for n, rule in enumerate(RULES, 1))
    facts = [
        *(Together("not before the first of May:", RULES[number]) for number in (0, 12, 29)),
        *(Together(RULES[number], f"form R-{(number + 1) * 13}") for number in (0, 12, 29)),
        *(Together("Tickets", "Refunds", RULES[number]) for number in (3, 25)),
    ]
    text = (
        f"# Tickets\n\n{FILLER}\n\n## Refunds\n\nPaid out, but not before the first of May:\n\n"
        f"{items}\n\n## Exchange\n\n{FILLER}\n\n{FILLER}\n\nAn exchange costs 4\\*5 roubles, see "
        "file_name_v2.txt and [the form](https://example.com/form-77).\n"
    )
    facts += [
        Together("Exchange", "An exchange costs 4*5 roubles"),
        Together("file_name_v2.txt"),
        Together("https://example.com/form-77"),
    ]
    yield Generated("lists below headings.md", text.encode(), facts)


def list_plain() -> Iterator[Generated]:
    russian = "Договор № 4471-Б. Склад открыт с 9:00 до 18:00. Ключ хранится у Ивановой."
    for encoding in ("cp1251", "koi8-r", "utf-16", "cp866"):
        facts: list[Fact] = [
            Together("Договор № 4471-Б" if encoding in {"cp1251", "utf-16"} else "4471-Б"),
            Together("Склад открыт с 9:00 до 18:00."),
            Together("Ключ хранится у Ивановой"),
        ]
        text = russian if encoding in {"cp1251", "utf-16"} else russian.replace("№", "N")
        yield Generated(f"Russian in {encoding}.txt", text.encode(encoding), facts)
    chinese = "仓库的地址是北京市朝阳区建国路八十八号。\n仓库周一至周五开放,钥匙由王芳保管。\n合同金额为十五万元。\n"
    facts = [Together("建国路八十八号"), Together("钥匙由王芳保管"), Together("合同金额为十五万元")]
    yield Generated("Chinese in GBK.txt", chinese.encode("gbk"), facts)
    lines = [f"Запись {n}: вагон {n * 7} прибыл на склад" for n in range(1, 26)]
    mixed = b"\n".join(
        line.encode("cp1251" if number % 5 == 4 else "utf-8") for number, line in enumerate(lines)
    )
    facts = [Together(lines[number]) for number in (0, 4, 9, 13, 24)]
    yield Generated("lines in two encodings.txt", mixed, facts)
    deposit = (
        "The deposit for a key of the northern gate is 1450 roubles, paid back when the key is "
        "returned undamaged before the end of June."
    )
    wrapped = "\n\n".join(map(_wrap, (FILLER, deposit, FILLER)))
    facts = [
        Together("The deposit for a key of the northern gate is 1450 roubles"),
        Together("paid back when the key is returned undamaged before the end of June."),
    ]
    yield Generated("wrapped lines.txt", wrapped.encode(), facts)
    listed = f"{FILLER}\n\nPaid out, but not before May:\n" + "".join(
        f"- {each};\n" for each in RULES
    )
    facts = [Together("not before May:", RULES[number]) for number in (0, 14, 29)]
    yield Generated("a list longer than a passage.txt", listed.encode(), facts)


def _wrap(text: str, width: int = 40) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def list_json() -> Iterator[Generated]:
    records = [
        {
            "name": name,
            "revenue": dict(zip(YEARS, row, strict=True)),
            "manager": f"Manager {name[5:]}",
        }
        for name, row in map(count_branches, range(1, 61))
    ]
    facts: list[Fact] = [
        fact
        for record in records[3::14]
        for fact in (
            Together(str(record["name"]), "revenue", "2023", str(record["revenue"]["2023"])),  # type: ignore[index]
            Together(str(record["name"]), "manager", str(record["manager"])),
        )
    ]
    yield Generated("records.json", json.dumps(records, indent=2).encode(), facts)
    lines = "\n".join(
        json.dumps({"visitor": f"V-{n}", "hall": f"Hall {n * 3}", "notes": [f"badge {n * 7}"]})
        for n in range(1, 61)
    )
    facts = [
        Together(f"V-{n}", part, value)
        for n in (5, 33, 60)
        for part, value in (("hall", f"Hall {n * 3}"), ("notes", f"badge {n * 7}"))
    ]
    yield Generated("a record a line.jsonl", lines.encode(), facts)
    settings = {
        "server": {"host": "10.0.0.7", "port": 8443, "tls": {"enabled": True, "minimum": "1.2"}},
        "storage": {"host": "10.0.0.9", "port": 5432, "backup": None},
        "адрес": "Тверь, Советская 5",
        "admins": ["anna@example.com", "boris@example.com"],
    }
    facts = [
        *(Together("server", "port", "8443"), Together("storage", "port", "5432")),
        *(Together("tls", "minimum", "1.2"), Together("server", "10.0.0.7")),
        *(Together("адрес", "Тверь, Советская 5"), Together("admins", "boris@example.com")),
    ]
    yield Generated("settings.json", json.dumps(settings).encode(), facts)
