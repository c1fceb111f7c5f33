"""The tool that calculates with tables of documents: describes and queries them."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haystack import Document as Passage

from personal_bot.answers.calculations import (
    SHOWN_COLUMNS,
    SHOWN_ROWS,
    CalculatedFrom,
    Calculation,
)
from personal_bot.answers.prompts import neutralize
from personal_bot.answers.tools.table_texts import (
    explain,
    explain_none,
    list_tables,
    show_result,
)
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.tables.queries import (
    QueryError,
    QueryLimits,
    QueryRefusal,
    UsedRows,
    describe,
    query,
)
from personal_bot.documents.tables.statements import find_clauses
from personal_bot.storage.models import Document

DESCRIPTION: Final = """\
Calculate with the tables of documents: sums, counts, averages, filters, sorting and joins are \
computed exactly. `documents` are names of up to 10 documents; their tables are t1, t2, … in this \
order, as outline lists them. Call it without `sql` to see the tables and their columns first. \
`sql` is one SELECT of SQLite. Dates are text such as 2024-05-31: compare them as text, take \
months with substr(d, 1, 7). Percentages are fractions. LIKE, lower and upper know all alphabets; \
sum, avg and median leave out text. Divide whole numbers with * 1.0. The column `row` is the row \
of the sheet. Rows of totals are not in t1 but in t1_totals. `explanation` says in one short \
sentence, in the language of the question, what is calculated."""

LONGEST_EXPLANATION: Final = 200

_IDS: Final = uuid.UUID("f2b4a1de-83d5-4c0f-9f5b-0a2d5c6b7e10")


@dataclass(frozen=True)
class TableAnswer:
    """What a query gives: `passages` to be shown and cited, one for each document; or a `text`.

    `calculation` is what the owner can be shown; None if there is no result.
    """

    text: str = ""
    passages: tuple[Passage, ...] = ()
    calculation: Calculation | None = None


async def describe_tables(folder: TableFolder, documents: Sequence[Document]) -> str:
    """Return the tables of documents with their columns, as data for the model; "" if none."""
    found = await _find_files(folder, documents)
    if not found:
        return ""
    try:
        tables = await describe([path for _, path in found])
    except QueryError as error:
        return explain(error)
    listed = list_tables(tables, [document for document, _ in found])
    missing = [one for one in documents if one not in {document for document, _ in found}]
    return neutralize("\n".join([listed, *map(explain_none, missing)]))


async def query_table(
    folder: TableFolder,
    documents: Sequence[Document],
    sql: str,
    explanation: str = "",
    limits: QueryLimits | None = None,
) -> TableAnswer:
    """Return the result of a query over the tables of documents; raises nothing for a wrong one."""
    limits = limits or QueryLimits()
    if len(documents) > limits.documents:
        return TableAnswer(f"Name at most {limits.documents} documents.")
    found = await _find_files(folder, documents)
    if not found:
        text = "\n".join(map(explain_none, documents))
        return TableAnswer(neutralize(text) or "Name a document.")
    if not sql.strip():
        return TableAnswer(await describe_tables(folder, documents))
    try:
        result = await query([path for _, path in found], sql, limits)
    except QueryError as error:
        text = neutralize(explain(error))
        if error.refusal in {QueryRefusal.WRONG, QueryRefusal.FORBIDDEN}:
            text += f"\n{await describe_tables(folder, documents)}"
        return TableAnswer(text)
    sources = [document for document, _ in found]
    tables = tuple(_read_source(used, sources[used.document]) for used in result.used)
    text = show_result(sql, result, tables)
    clauses = find_clauses(sql)
    calculation = Calculation(
        _shorten(explanation),
        clauses.condition,
        clauses.groups,
        clauses.order,
        tables,
        result.columns[:SHOWN_COLUMNS],
        tuple(row[:SHOWN_COLUMNS] for row in result.rows[:SHOWN_ROWS]),
        result.total,
        result.is_more,
    )
    return TableAnswer(text, tuple(_make_passages(text, tables)), calculation)


async def _find_files(
    folder: TableFolder, documents: Sequence[Document]
) -> list[tuple[Document, Path]]:
    versions = [str(document.sha256) for document in documents]
    paths = await asyncio.to_thread(lambda: [folder.find(version) for version in versions])
    return [(one, path) for one, path in zip(documents, paths, strict=True) if path is not None]


def _read_source(used: UsedRows, document: Document) -> CalculatedFrom:
    return CalculatedFrom(
        str(document.sha256),
        str(document.name),
        used.sheet,
        used.title,
        used.rows,
        used.ranges,
        used.pages,
    )


def _make_passages(text: str, tables: Sequence[CalculatedFrom]) -> Iterator[Passage]:
    """Yield the result as a passage of each document that it was calculated from."""
    for version in dict.fromkeys(table.version for table in tables):
        first = next(table for table in tables if table.version == version)
        yield Passage(
            id=str(uuid.uuid5(_IDS, f"{version}/{text}")),
            content=text,
            meta={
                "version": version,
                "document_name": first.document_name,
                "heading": None,
                "index": None,
                "pages": [[0, first.pages[0] if first.pages else None]],
            },
        )


def _shorten(explanation: str) -> str:
    text = " ".join(explanation.split())
    if len(text) <= LONGEST_EXPLANATION:
        return text
    return f"{text[:LONGEST_EXPLANATION].rpartition(' ')[0]}…"
