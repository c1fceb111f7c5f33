"""Queries the tables of documents, in a confined process for each query."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from personal_bot.documents.tables.catalog import ColumnCard, TableCard
from personal_bot.documents.tables.session import QueryLimits
from personal_bot.documents.workers import WorkerLimitError, run_worker

__all__ = ["QueryLimits", "TableResult", "UsedRows", "describe", "query"]

logger = logging.getLogger(__name__)

Value = str | int | float | None

_START_SECONDS: Final = 10.0  # for the process, on a busy machine
_MOST_BYTES: Final = 4 * 1024 * 1024
_MODULE: Final = "personal_bot.documents.tables.query_worker"


class QueryRefusal(StrEnum):
    """Why a query has no result."""

    WRONG = "wrong"  # SQL; `detail` is what SQLite says
    FORBIDDEN = "forbidden"  # anything but SELECT; `detail` is what SQLite says
    SEVERAL = "several"  # statements
    EMPTY = "empty"
    LONG = "long"
    TIME = "time"
    MEMORY = "memory"
    DAMAGED = "damaged"  # the file of a document


class QueryError(Exception):
    def __init__(self, refusal: QueryRefusal, detail: str = "") -> None:
        super().__init__(f"{refusal}: {detail}" if detail else refusal)
        self.refusal = refusal
        self.detail = detail


@dataclass(frozen=True)
class NamedTable:
    """A table, by the `name` that it has in queries, of the document at position `document`."""

    name: str
    document: int
    card: TableCard


@dataclass(frozen=True)
class UsedRows:
    """The rows of a table that a query looked at: their number, ranges, and pages if it has some.

    `sheet` and `title` may be empty.
    """

    table: str
    document: int
    sheet: str
    title: str
    rows: int
    ranges: tuple[tuple[int, int], ...]
    pages: tuple[int, ...]


@dataclass(frozen=True)
class TableResult:
    """The first rows of a result; `total` is the number of all rows, of more with `is_more`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: int
    is_more: bool
    used: tuple[UsedRows, ...]


async def describe(paths: Sequence[Path], limits: QueryLimits | None = None) -> list[NamedTable]:
    """Return the tables of documents. Raises QueryError."""
    limits = limits or QueryLimits()
    answer = await _ask(paths[: limits.documents], None, limits)
    return [
        NamedTable(name, document, _read_card(card)) for name, document, card in answer["tables"]
    ]


async def query(paths: Sequence[Path], sql: str, limits: QueryLimits | None = None) -> TableResult:
    """Return the result of a query over the tables of documents. Raises QueryError."""
    limits = limits or QueryLimits()
    if len(sql) > limits.sql_chars:
        raise QueryError(QueryRefusal.LONG, str(limits.sql_chars))
    if not sql.strip() or "\0" in sql or (not sql.isascii() and not _is_text(sql)):
        raise QueryError(QueryRefusal.EMPTY)
    answer = await _ask(paths[: limits.documents], sql, limits)
    return TableResult(
        tuple(answer["columns"]),
        tuple(tuple(row) for row in answer["rows"]),
        answer["total"],
        answer["is_more"],
        tuple(_read_used(used) for used in answer["used"]),
    )


def _is_text(sql: str) -> bool:
    try:
        sql.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


async def _ask(paths: Sequence[Path], sql: str | None, limits: QueryLimits) -> dict[str, Any]:
    request = {"paths": [str(path) for path in paths], "sql": sql, "limits": asdict(limits)}
    try:
        answer = await run_worker(
            _MODULE, request, seconds=limits.seconds + _START_SECONDS, most_bytes=_MOST_BYTES
        )
    except WorkerLimitError as error:
        is_time = error.limit == "time"
        raise QueryError(QueryRefusal.TIME if is_time else QueryRefusal.MEMORY) from None
    try:
        found: dict[str, Any] = json.loads(answer.content)
    except ValueError:
        # The process was ended by the kernel: it took too much CPU time or memory.
        logger.warning("A query ended with status %s: %s", answer.status, answer.problem)
        is_time = answer.status in {-24, -9}
        raise QueryError(QueryRefusal.TIME if is_time else QueryRefusal.MEMORY) from None
    if "refusal" in found:
        raise QueryError(QueryRefusal(found["refusal"]), found["detail"])
    return found


def _read_card(fields: list[Any]) -> TableCard:
    *others, totals, may_have_header, columns = fields
    cards = tuple(ColumnCard._make([*column[:4], tuple(column[4])]) for column in columns)
    return TableCard._make([*others, tuple(totals), may_have_header, cards])


def _read_used(fields: dict[str, Any]) -> UsedRows:
    ranges = tuple((first, last) for first, last in fields.pop("ranges"))
    return UsedRows(**{**fields, "ranges": ranges, "pages": tuple(fields["pages"])})
