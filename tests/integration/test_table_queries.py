"""Queries run in a process of their own, which is confined and ends within its limits."""

import asyncio
from pathlib import Path

import pytest

from personal_bot.answers.tools.tables import LONGEST_EXPLANATION, describe_tables, query_table
from personal_bot.documents.conversion import convert
from personal_bot.documents.reports import READING
from personal_bot.documents.tables import queries
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.tables.queries import QueryError, QueryLimits, QueryRefusal
from personal_bot.storage.models import Document
from tests.documents import make_zip

pytestmark = pytest.mark.integration

FIRST, SECOND = "a" * 64, "b" * 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> TableFolder:
    """Return the tables of two files of an archive, read by a worker."""
    home = tmp_path_factory.mktemp("bot")
    lines = "".join(f"{number};{number % 7};word {number}\n" for number in range(3_000))
    archive = {"a.csv": f"id;day;note\n{lines}", "b.csv": "day;name\n1;Monday\n2;Tuesday\n"}
    (home / "upload").write_bytes(make_zip(archive))
    tables = TableFolder(home / "tables")
    with (home / "written").open("w+b") as written:
        conversion = asyncio.run(convert(home / "upload", "a.zip", tables=written))
        for version, file in zip((FIRST, SECOND), conversion.files, strict=True):
            assert file.tables is not None
            tables.keep(version, written, file.tables)
    return tables


def find(folder: TableFolder, *versions: str) -> list[Path]:
    return [path for version in versions if (path := folder.find(version))]


async def test_a_query_joins_files_of_an_archive(folder: TableFolder) -> None:
    sql = "SELECT name, COUNT(*), SUM(id) FROM t1 JOIN t2 USING (day) GROUP BY name ORDER BY name"
    result = await queries.query(find(folder, FIRST, SECOND), sql)
    sums = [sum(number for number in range(3_000) if number % 7 == day) for day in (1, 2)]
    assert result.rows == (("Monday", 429, sums[0]), ("Tuesday", 429, sums[1]))
    assert [(used.document, used.rows) for used in result.used] == [(0, 858), (1, 2)]


async def test_tables_are_described_with_samples(folder: TableFolder) -> None:
    first, second = await queries.describe(find(folder, FIRST, SECOND))
    assert (first.name, first.card.rows, first.card.first_row) == ("t1", 3_000, 2)
    assert [column.name for column in second.card.columns] == ["day", "name"]
    assert second.card.columns[1].samples == ("Monday", "Tuesday")


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        (f"{ENDLESS} SELECT COUNT(*) FROM c", QueryRefusal.TIME),
        ("SELECT COUNT(*) FROM t1 a, t1 b, t1 c, t1 d", QueryRefusal.TIME),
        (
            "SELECT a.note || b.note AS x, COUNT(*) FROM t1 a, t1 b, t1 c GROUP BY x",
            {QueryRefusal.TIME, QueryRefusal.MEMORY},
        ),
        (
            "SELECT group_concat(printf('%900000s', a.note)) FROM t1 a, t1 b",
            {QueryRefusal.WRONG, QueryRefusal.MEMORY, QueryRefusal.TIME},
        ),
        ("ATTACH '/etc/passwd' AS x", QueryRefusal.FORBIDDEN),
        ("SELECT '\ud800'", QueryRefusal.EMPTY),
        ("SELECT 1\0", QueryRefusal.EMPTY),
        ("SELECT " + "1 + " * 5_000 + "1", QueryRefusal.LONG),
    ],
)
async def test_a_hostile_query_ends_well(
    sql: str, refusal: QueryRefusal | set[QueryRefusal], folder: TableFolder
) -> None:
    with pytest.raises(QueryError) as refused:
        await queries.query(find(folder, FIRST), sql, QueryLimits(seconds=0.5))
    assert refused.value.refusal in (refusal if isinstance(refusal, set) else {refusal})
    assert (await queries.query(find(folder, FIRST), "SELECT 1")).rows == ((1,),)


async def test_a_damaged_file_is_a_refusal(tmp_path: Path, folder: TableFolder) -> None:
    [path] = find(folder, FIRST)
    content = bytearray(path.read_bytes())
    content[200:4_000] = b"\xff" * 3_800
    for number, damaged in enumerate((b"no database", bytes(content), content[:1_000])):
        broken = tmp_path / f"{number}.sqlite"
        broken.write_bytes(damaged)
        with pytest.raises(QueryError) as refused:
            await queries.query([broken], "SELECT * FROM t1")
        assert refused.value.refusal in {QueryRefusal.DAMAGED, QueryRefusal.WRONG}


async def test_leftovers_are_removed_and_the_rest_stays(
    folder: TableFolder, tmp_path: Path
) -> None:
    [path] = find(folder, FIRST)
    own = TableFolder(tmp_path)
    for version in (FIRST, SECOND):
        (tmp_path / f"{version}.sqlite").write_bytes(path.read_bytes())
    (tmp_path / f"{FIRST}.new").write_bytes(b"half")
    own.remove_others({FIRST})
    assert [found.name for found in tmp_path.iterdir()] == [f"{FIRST}.sqlite"]
    own.remove(FIRST)
    assert own.find(FIRST) is None
    own.remove(FIRST)


def named(name: str, version: str, reading: int = READING) -> Document:
    return Document(name=name, sha256=version, reading=reading)


async def test_the_model_gets_a_result_that_it_can_cite(folder: TableFolder) -> None:
    documents = [named("a.csv", FIRST), named("b.csv", SECOND)]
    sql = "SELECT name, SUM(id) AS total FROM t1 JOIN t2 USING (day) WHERE id < 10 GROUP BY name"
    answer = await query_table(folder, documents, sql, "Sums  by\nday " + "very " * 80)
    first, second = answer.passages
    assert [first.meta["version"], second.meta["version"]] == [FIRST, SECOND]
    assert str(first.content).split("\n") == [
        "Table of “a.csv”, rows 3–4, 10–11",
        "Table of “b.csv”, rows 2–3",
        f"Query: {sql}",
        "Result, 2 rows:",
        "name | total",
        "Monday | 9",
        "Tuesday | 11",
    ]
    assert answer.calculation is not None
    assert len(answer.calculation.explanation) <= LONGEST_EXPLANATION + 1
    assert (answer.calculation.conditions, answer.calculation.groups) == ("id < 10", "name")
    assert answer.calculation.rows == (("Monday", 9.0), ("Tuesday", 11.0))


async def test_a_wrong_query_is_answered_with_what_is_right(folder: TableFolder) -> None:
    answer = await query_table(folder, [named("b.csv", SECOND)], "SELECT nam FROM t1")
    assert answer.passages == ()
    assert answer.text.split("\n") == [
        "SQLite cannot run this: no such column: nam.",
        "t1: table of “b.csv”: 2 rows, row 2 to 3",
        "  day REAL, such as 1, 2",
        "  name TEXT, such as Monday, Tuesday",
    ]


async def test_documents_without_tables_are_named_with_the_reason(folder: TableFolder) -> None:
    documents = [named("letter.docx", "c" * 64), named("old.xlsx", "d" * 64, reading=1)]
    answer = await query_table(folder, documents, "SELECT 1 FROM t1")
    letter, old = answer.text.split("\n")
    assert letter.startswith("“letter.docx” has no tables to calculate with.")
    assert "read anew" in old
    listed = await query_table(folder, [*documents, named("b.csv", SECOND)], "")
    assert listed.text.startswith("t1: table of “b.csv”")
    assert listed.text.endswith(answer.text)
    assert await describe_tables(folder, documents) == ""
