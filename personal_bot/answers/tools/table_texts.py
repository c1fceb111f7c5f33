"""Tables and results of queries as text for the model: data, each table on lines of its own."""

from collections.abc import Sequence
from typing import Final

from personal_bot.answers.calculations import CalculatedFrom, Value
from personal_bot.documents.reports import READING
from personal_bot.documents.tables.catalog import ROW, TOTALS, ColumnCard
from personal_bot.documents.tables.columns import HOURS
from personal_bot.documents.tables.queries import NamedTable, QueryError, QueryRefusal, TableResult
from personal_bot.storage.models import Document

LISTED_TABLES: Final = 30
LISTED_COLUMNS: Final = 60  # of a table
FEW_COLUMNS: Final = 10  # of a table, if there are many
LONGEST_LIST: Final = 10_000  # characters of a description
RESULT_CHARS: Final = 8_000

_NO_TABLES: Final = "has no tables to calculate with"
_REFUSALS: Final = {
    QueryRefusal.WRONG: "SQLite cannot run this: {detail}.",
    QueryRefusal.FORBIDDEN: "Only a SELECT from the tables is possible ({detail}).",
    QueryRefusal.SEVERAL: "Give one SELECT statement at a time.",
    QueryRefusal.EMPTY: "Give one SELECT statement.",
    QueryRefusal.LONG: "The statement is too long: at most {detail} characters.",
    QueryRefusal.TIME: "The query takes too long. Filter or group, and join on equal columns.",
    QueryRefusal.MEMORY: "The query needs too much memory. Filter or group, and join on equal "
    "columns.",
    QueryRefusal.DAMAGED: "The tables cannot be opened. Use read or search.",
}


def explain_none(document: Document) -> str:
    if int(document.reading) < READING:
        return (
            f"{_quote(document.name)} {_NO_TABLES} yet, because an earlier version of this program "
            "read it. The person can have it read anew by sending it again."
        )
    return f"{_quote(document.name)} {_NO_TABLES}. Use read or search."


def explain(error: QueryError) -> str:
    """Return what is right instead, for the model."""
    return _REFUSALS[error.refusal].format(detail=error.detail)


def list_tables(tables: Sequence[NamedTable], documents: Sequence[Document]) -> str:
    """Describe tables; with fewer columns, or only the first tables, if there are many."""
    text = "\n".join(_describe_table(table, documents[table.document]) for table in tables)
    if len(tables) <= LISTED_TABLES and len(text) <= LONGEST_LIST:
        return text
    shown = [
        _describe_table(table, documents[table.document], FEW_COLUMNS)
        for table in tables[:LISTED_TABLES]
    ]
    text = "\n".join(shown)[:LONGEST_LIST]
    return f"{text}\n… {len(tables)} tables in all; not everything is listed."


def _describe_table(table: NamedTable, document: Document, columns: int = LISTED_COLUMNS) -> str:
    card = table.card
    place = _name_place(document.name, card.sheet, card.title)
    rows = f"{card.rows} rows, {ROW} {card.first_row} to {card.last_row}"
    pages = "" if card.first_page is None else f", pages {card.first_page} to {card.last_page}"
    lines = [f"{table.name}: {place}: {rows}{pages}"]
    if card.totals:
        numbers = ", ".join(map(str, card.totals))
        lines.append(
            f"  totals in row {numbers} are not in {table.name} but in {table.name}{TOTALS}"
        )
    if card.may_have_header:
        lines.append("  the first row may be a header")
    lines += [f"  {_describe_column(column)}" for column in card.columns[:columns]]
    if len(card.columns) > columns:
        names = ", ".join(column.name for column in card.columns[columns:])
        lines.append(f"  and the columns {names[:1_000]}")
    return "\n".join(lines)


def _describe_column(column: ColumnCard) -> str:
    original = f" {_quote(column.original)}" if column.original not in {"", column.name} else ""
    unit = {"": "", "%": ", fraction", HOURS: ", in hours"}.get(column.unit, f", in {column.unit}")
    samples = ", ".join(column.samples)
    return f"{column.name} {column.type}{unit}{original}, such as {samples}"


def _name_place(document_name: str, sheet: str, title: str) -> str:
    parts = [f"table of {_quote(document_name)}"]
    parts += [f"sheet {_quote(sheet)}"] if sheet else []
    parts += [_quote(title)] if title else []
    return ", ".join(parts)


def _quote(text: str) -> str:
    return f"“{' '.join(text.split())}”"


def show_result(sql: str, result: TableResult, tables: Sequence[CalculatedFrom]) -> str:
    """Show a query with its result and the rows that it was made from."""
    lines = [_describe_source(table) for table in tables]
    lines.append(f"Query: {' '.join(sql.split())}")
    more = "more than " if result.is_more else ""
    lines.append(f"Result, {more}{result.total} rows:")
    lines.append(" | ".join(result.columns))
    left = RESULT_CHARS - sum(map(len, lines))
    for shown, row in enumerate(result.rows):
        line = " | ".join(map(show_value, row))
        left -= len(line)
        if left < 0:
            lines.append(f"… only {shown} rows are shown; group, filter or use LIMIT")
            return "\n".join(lines)
        lines.append(line)
    if result.total > len(result.rows):
        lines.append(f"… only {len(result.rows)} rows are shown; group, filter or use LIMIT")
    return "\n".join(lines)


def _describe_source(table: CalculatedFrom) -> str:
    place = _name_place(table.document_name, table.sheet, table.title)
    pages = f", pages {'–'.join(map(str, sorted({*table.pages})))}" if table.pages else ""
    return f"{place[:1].upper()}{place[1:]}, rows {show_ranges(table.ranges)}{pages}"


def show_ranges(ranges: Sequence[tuple[int, int]]) -> str:
    """Return rows as people name them: `2–10, 14`."""
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in ranges]
    return ", ".join(shown) or "none"


def show_value(value: Value) -> str:
    """Return a value with the digits that a spreadsheet shows."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
