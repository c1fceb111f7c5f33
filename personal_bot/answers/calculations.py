"""What was calculated from tables for an answer, kept so that the owner can see how.

The functions are queries, to be called through `Database.run`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from personal_bot.answers import conversations
from personal_bot.storage.models import Calculation as Row
from personal_bot.storage.models import Exchange, ExchangeDocument

SHOWN_ROWS = 20
SHOWN_COLUMNS = 12

Value = str | int | float | None


@dataclass(frozen=True)
class CalculatedFrom:
    """Rows of a table; `sheet` and `title` may be empty, `pages` are the first and the last."""

    version: str  # Document.sha256
    document_name: str
    sheet: str
    title: str
    rows: int
    ranges: tuple[tuple[int, int], ...]
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Calculation:
    """A query over tables and the first rows of its result.

    `explanation` is the model's, in the language of the question, or empty. `conditions`, `groups`
    and `order` are parts of the query. `total` is the number of all rows, of more with `is_more`.
    """

    explanation: str
    conditions: str
    groups: str
    order: str
    tables: tuple[CalculatedFrom, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: int
    is_more: bool = False

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Self:
        fields = json.loads(text)
        tables = tuple(
            CalculatedFrom(
                **{
                    **table,
                    "ranges": tuple((first, last) for first, last in table["ranges"]),
                    "pages": tuple(table["pages"]),
                }
            )
            for table in fields["tables"]
        )
        rows = tuple(tuple(row) for row in fields["rows"])
        return cls(
            **{**fields, "tables": tables, "rows": rows, "columns": tuple(fields["columns"])}
        )


def record_calculations(exchange_id: int, calculations: Sequence[Calculation]) -> None:
    """Store the calculations of an answer, which is withdrawn with the documents behind them."""
    known = {
        row.version
        for row in ExchangeDocument.select().where(ExchangeDocument.exchange == exchange_id)
    }
    versions = {table.version for calculation in calculations for table in calculation.tables}
    for version in sorted(versions - known):
        ExchangeDocument.create(exchange=exchange_id, version=version)
    for calculation in calculations:
        Row.create(exchange=exchange_id, content=calculation.dump())


def find_calculations(exchange_id: int) -> list[Calculation]:
    """Return the calculations of an answer; none if it may not be used any more."""
    exchange = Exchange.get_or_none(Exchange.exchange_id == exchange_id)
    if exchange is None or not conversations.is_usable(exchange):
        return []
    rows = Row.select().where(Row.exchange == exchange_id).order_by(Row.calculation_id)
    return [Calculation.load(row.content) for row in rows]


def has_calculations(exchange_id: int) -> bool:
    return bool(Row.select().where(Row.exchange == exchange_id).exists())
