from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from personal_bot.answers.tools.documents import (
    UnknownDocumentError,
    describe_documents,
    find_named,
)
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

NAMES = ["Lease 2024.pdf", "Lease 2025.pdf", "archive.zip/notes.txt", "Договор аренды.docx"]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "bot.db")
    await database.open(tmp_path / "index")

    def fill() -> None:
        for number, name in enumerate(NAMES):
            Document.create(
                name=name, sha256=f"v{number}", size=1, pages=number, passages=5, chat_id=1,
                message_id=1, indexed_at=0.0,
            )  # fmt: skip

    await database.run(fill)
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Lease 2024.pdf", "Lease 2024.pdf"),
        ("lease 2024", "Lease 2024.pdf"),
        ("“LEASE 2025.PDF”", "Lease 2025.pdf"),
        ("notes", "archive.zip/notes.txt"),
        ("договор аренды", "Договор аренды.docx"),
        ("2025", "Lease 2025.pdf"),
    ],
)
async def test_a_document_is_found_by_any_name_that_is_unambiguous(
    database: Database, name: str, found: str
) -> None:
    assert (await database.run(find_named, name, None)).name == found


@pytest.mark.parametrize(
    ("name", "near"),
    [("lease", ["Lease 2024.pdf", "Lease 2025.pdf"]), ("leese 2024.pdf", ["Lease 2024.pdf"])],
)
async def test_names_that_are_near_are_suggested(
    database: Database, name: str, near: list[str]
) -> None:
    with pytest.raises(UnknownDocumentError) as raised:
        await database.run(find_named, name, None)
    assert list(raised.value.near)[: len(near)] == near


async def test_nothing_outside_of_the_chosen_documents_exists(database: Database) -> None:
    assert (await database.run(find_named, "lease", {"v0"})).name == "Lease 2024.pdf"
    with pytest.raises(UnknownDocumentError):
        await database.run(find_named, "notes", {"v0"})
    assert await database.run(describe_documents, {"v0"}, "") == (
        "Lease 2024.pdf: 5 passages, received 1970-01-01"
    )


async def test_documents_are_listed_by_a_part_of_their_names(database: Database) -> None:
    assert (await database.run(describe_documents, None, "LEASE")).count("\n") == 1
    assert await database.run(describe_documents, None, "zebra") == "There are no such documents."
