"""The tables of a document live and go with it."""

import re
from math import fsum
from pathlib import Path
from typing import Any

import pytest

from personal_bot.documents import records
from personal_bot.documents.conversion import convert
from personal_bot.documents.reports import READING
from personal_bot.documents.tables import queries
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.uploads import Addition, FileStage, Upload
from personal_bot.storage.models import Document
from tests.documents import make_xlsx
from tests.integration.documents.conftest import Bot

pytestmark = pytest.mark.integration

ROWS = [["City", "Paid"], ["Riga", 1.25], ["Oslo", 2.5]]


class Sheets:
    """Adds workbooks to a bot whose worker is real."""

    def __init__(self, bot: Bot, folder: Path) -> None:
        self.bot = bot
        self.tables = TableFolder(folder / "tables")
        self._folder = folder
        bot.library._convert = convert

    async def add(self, name: str, rows: list[list[object]], message_id: int) -> Addition:
        path = self._folder / "upload"
        path.write_bytes(make_xlsx({"May": rows}))
        upload = Upload(name, path, path.stat().st_size, 7, message_id)
        return await self.bot.library.add(upload, self._ignore)

    def list_files(self) -> list[str]:
        return sorted(path.name for path in (self._folder / "tables").iterdir())

    async def find_version(self) -> str:
        [row] = await self.bot.database.run(lambda: list(Document.select()))
        return str(row.sha256)

    async def _ignore(self, name: str, stage: FileStage) -> None:
        """Ignore the progress."""


@pytest.fixture
def sheets(embedded_bot: Bot) -> Sheets:
    return Sheets(embedded_bot, embedded_bot.settings.store.folder.parent)


async def test_tables_are_replaced_and_deleted_with_their_document(sheets: Sheets) -> None:
    await sheets.add("sales.xlsx", ROWS, 1)
    first = await sheets.find_version()
    assert sheets.list_files() == [f"{first}.sqlite"]

    await sheets.add("sales.xlsx", [*ROWS, ["Bonn", 4]], 2)
    second = await sheets.find_version()
    assert sheets.list_files() == [f"{second}.sqlite"] != [f"{first}.sqlite"]
    path = sheets.tables.find(second)
    assert path is not None
    result = await queries.query([path], "SELECT SUM(paid) FROM t1")
    assert result.rows == ((7.75,),)
    assert path.stat().st_mode & 0o777 == 0o600

    [card] = await sheets.bot.library.list(0, 10)
    await sheets.bot.library.delete(card.document_id)
    assert sheets.list_files() == []

    await sheets.add("sales.xlsx", ROWS, 3)
    await sheets.bot.library.clear()
    assert sheets.list_files() == []


async def test_a_document_read_by_an_earlier_version_gets_its_tables_without_new_embeddings(
    sheets: Sheets,
) -> None:
    await sheets.add("sales.xlsx", ROWS, 1)
    version = await sheets.find_version()
    sheets.tables.remove(version)
    run = sheets.bot.database.run
    await run(Document.update(reading=READING - 1).execute)
    assert await run(records.count_outdated_documents) == 1
    requests = len(sheets.bot.openai.requests)

    await sheets.add("sales.xlsx", ROWS, 1)

    assert sheets.tables.find(version) is not None
    assert await run(records.count_outdated_documents) == 0
    assert len(sheets.bot.openai.requests) == requests


async def test_only_documents_with_tables_are_worth_reading_again(embedded_bot: Bot) -> None:
    await embedded_bot.add("letter.pdf", "The pump has a warranty of two years.")
    run = embedded_bot.database.run
    for reading, outdated in ((READING, 0), (READING - 1, 0), (0, 1)):
        await run(Document.update(reading=reading).execute)
        assert await run(records.count_outdated_documents) == outdated


async def test_a_sum_over_five_thousand_rows_is_cited_with_sheet_and_rows(sheets: Sheets) -> None:
    paid = [round(number * 1.37, 2) for number in range(5_000)]
    rows = [["City", "Paid"], *([f"City {n % 9}", amount] for n, amount in enumerate(paid))]
    await sheets.add("sales.xlsx", rows, 1)
    total = f"{fsum(paid):.2f}"
    sql = "SELECT SUM(paid) AS total FROM t1"
    hostile = [("query_table", {"documents": ["sales"], "sql": "DROP VIEW t1"})]
    asked = [("query_table", {"documents": ["sales"], "sql": sql, "explanation": "All of it"})]
    turns = iter([hostile, asked])
    prompts: list[str] = []

    def play(body: dict[str, Any]) -> Any:
        prompts.append(str(body["messages"][-1]["content"]))
        return next(turns, None) or cite(prompts[-1])

    def cite(prompt: str) -> str:
        number = re.findall(r'<passage number="(\d+)"', prompt)[-1]
        return f"They paid {total} in all [{number}]."

    sheets.bot.openai.script = play
    answer = await sheets.bot.ask("How much was paid in all?")

    assert "Only a SELECT from the tables is possible" in prompts[1]
    assert "sheet “May”, rows 2–5001" in prompts[2]
    assert f"\ntotal\n{float(total):.15g}" in prompts[2]
    assert answer.text == f"They paid {total} in all [1]."
    assert answer.unsupported == 0
    [source] = answer.sources
    assert (source.document_name, source.passage) == ("sales.xlsx", None)
    [calculation] = answer.calculations
    assert (calculation.explanation, calculation.rows) == ("All of it", ((float(total),),))
    assert [(table.sheet, table.ranges) for table in calculation.tables] == [("May", ((2, 5_001),))]
