"""What the file of a document's tables holds: a list of the tables, and one of their columns.

A table `t1` has the column `row`, its own columns and, where they apply, `page` and `group_label`.
Rows of totals are in `t1_totals`, so that they are not added to what they sum.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

ROW: Final = "row"
PAGE: Final = "page"
GROUP: Final = "group_label"
TOTALS: Final = "_totals"
SAMPLES: Final = 3  # values of a column

SCHEMA: Final = """
CREATE TABLE catalog (
    number INTEGER PRIMARY KEY, sheet TEXT NOT NULL, title TEXT NOT NULL, rows INTEGER NOT NULL,
    first_row INTEGER NOT NULL, last_row INTEGER NOT NULL, first_page INTEGER, last_page INTEGER,
    totals TEXT NOT NULL, may_have_header INTEGER NOT NULL
);
CREATE TABLE catalog_column (
    number INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, original TEXT NOT NULL,
    type TEXT NOT NULL, unit TEXT NOT NULL, samples TEXT NOT NULL, PRIMARY KEY (number, position)
);
"""


class ColumnCard(NamedTuple):
    """A column; `original` is its name in the document, `samples` are values as they are shown."""

    name: str
    original: str
    type: str
    unit: str
    samples: tuple[str, ...]


class TableCard(NamedTuple):
    """A table; `totals` are the numbers of its rows of totals, which it leaves out.

    `first_page` is None for formats without pages.
    """

    number: int
    sheet: str
    title: str
    rows: int
    first_row: int
    last_row: int
    first_page: int | None
    last_page: int | None
    totals: tuple[int, ...]
    may_have_header: bool
    columns: tuple[ColumnCard, ...]


def write_card(connection: sqlite3.Connection, card: TableCard) -> None:
    connection.execute(
        "INSERT INTO catalog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*card[:8], json.dumps(card.totals), card.may_have_header),
    )
    connection.executemany(
        "INSERT INTO catalog_column VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (card.number, position, *column[:4], json.dumps(column.samples, ensure_ascii=False))
            for position, column in enumerate(card.columns)
        ],
    )


def read_cards(connection: sqlite3.Connection, database: str) -> Iterator[TableCard]:
    """Yield the tables of an attached database. Raises sqlite3.Error and ValueError."""
    columns: dict[int, list[ColumnCard]] = {}
    for number, _, *fields, samples in connection.execute(
        f"SELECT * FROM {database}.catalog_column ORDER BY number, position"  # noqa: S608 - own name
    ):
        columns.setdefault(number, []).append(
            ColumnCard._make([*fields, tuple(json.loads(samples))])
        )
    for number, *fields, totals, may_have_header in connection.execute(
        f"SELECT * FROM {database}.catalog ORDER BY number"  # noqa: S608
    ):
        others = [tuple(json.loads(totals)), bool(may_have_header), tuple(columns.get(number, ()))]
        yield TableCard._make([number, *fields, *others])
