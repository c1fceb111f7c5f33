"""Reads documents as a bot does."""

from collections.abc import Sequence
from pathlib import Path

from personal_bot.documents.conversion import convert
from personal_bot.documents.splitting import split_pages
from personal_bot.errors import DocumentError
from tests.benchmarks.reading.facts import Passage
from tests.benchmarks.reading.generated import Generated
from tests.benchmarks.reading.tables import Reading


async def read(documents: Sequence[Generated], folder: Path) -> Reading:
    """Return the passages of each document; None for one that is refused."""
    return {document.name: await _read(document, folder / "upload") for document in documents}


async def _read(document: Generated, path: Path) -> list[Passage] | None:
    path.write_bytes(document.content)
    try:
        conversion = await convert(path, document.name)
    except DocumentError:
        return None
    return [
        Passage(passage.content or "", passage.meta["heading"] or "")
        for file in conversion.files
        for passage in split_pages(file.pages, file.name, "1")
    ]
