"""A library and an answerer on each kind of index, with a stand-in for OpenAI."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer
from qdrant_client import AsyncQdrantClient

from personal_bot.answers.answer import Answer
from personal_bot.answers.answerer import Answerer
from personal_bot.answers.conversations import Remembered
from personal_bot.documents.conversion import Conversion, ConvertedFile
from personal_bot.documents.converters.content import Block, BlockKind, Page
from personal_bot.documents.library import DocumentLibrary
from personal_bot.documents.quotas import MEGABYTE, Quotas
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.uploads import Addition, FileStage, Upload
from personal_bot.errors import DocumentError
from personal_bot.index.engine import Engine, EngineSettings
from personal_bot.index.store import StoreSettings
from personal_bot.openai.client import Models
from personal_bot.storage.database import Database
from tests.integration.documents.openai_standin import KEY, OpenAIStandIn
from tests.integration.documents.qdrant_standin import QdrantStandIn

DIM = 256
QDRANT_KEY = "qdrant-test-key"
QUOTAS = Quotas(100, 10_000, 100 * MEGABYTE)
REAL_URL = os.environ.get("QDRANT_TEST_URL")
REAL_KEY = os.environ.get("QDRANT_TEST_API_KEY")
STORES = ["embedded", "server"]
if REAL_URL:
    STORES.append(pytest.param("real server", marks=pytest.mark.qdrant))


class FakeConverter:
    """Returns the pages that a test has set for a file name, without reading files."""

    def __init__(self) -> None:
        self.files: dict[str, list[ConvertedFile]] = {}
        self.refused: list[DocumentError] = []

    async def __call__(
        self, path: Path, name: str, mime_type: str, encoding: str, /, *, tables: BinaryIO
    ) -> Conversion:
        return Conversion(list(self.files[name]), list(self.refused))


@dataclass
class Bot:
    """The parts of a bot's process; `restart` returns its successor on the same files."""

    database: Database
    engine: Engine
    library: DocumentLibrary
    answerer: Answerer
    converter: FakeConverter
    openai: OpenAIStandIn
    restart: Callable[[], Awaitable["Bot"]]
    settings: EngineSettings
    stages: list[tuple[str, FileStage]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    last_message: int = 100

    async def add(self, name: str, *pages: str, message_id: int | None = None) -> Addition:
        self.converter.files[name] = [as_file(name, *pages)]
        return await self.upload(name, message_id)

    async def upload(self, name: str, message_id: int | None = None) -> Addition:
        self.last_message += 1
        upload = Upload(name, Path("unused"), 1_000, 7, message_id or self.last_message)
        return await self.library.add(upload, self._on_stage)

    async def ask(self, question: str, *history: tuple[str, str]) -> Answer:
        self.texts.clear()
        earlier = [Remembered(asked, answered) for asked, answered in history]
        return await self.answerer.answer(question, earlier, self._on_text)

    async def count_passages(self) -> int:
        async with self.engine.use() as index:
            return sum((await index.store.count_versions(10_000)).values())

    async def _on_stage(self, name: str, stage: FileStage) -> None:
        self.stages.append((name, stage))

    async def _on_text(self, text: str) -> None:
        self.texts.append(text)


def as_file(name: str, *pages: str) -> ConvertedFile:
    """Return a PDF of these pages, in which a line with `# ` is a heading."""
    read = [Page(number, list(read_blocks(text))) for number, text in enumerate(pages, 1)]
    return ConvertedFile(name, "application/pdf", read)


def read_blocks(text: str) -> Iterator[Block]:
    for part in text.split("\n\n"):
        if part.startswith("# "):
            yield Block(part.removeprefix("# "), BlockKind.HEADING, 1)
        else:
            yield Block(part)


def make_settings(
    home: Path, openai_url: str, qdrant_url: str | None, key: str | None = None
) -> EngineSettings:
    model = "text-embedding-3-small"
    collection = f"user_{uuid4().hex}"
    return EngineSettings(
        StoreSettings(home / "index", collection, model, DIM, qdrant_url, key),
        Models(KEY, openai_url, "gpt-5-mini", model, DIM, openai_url, KEY),
    )


async def open_bot(
    home: Path,
    settings: EngineSettings,
    openai: OpenAIStandIn,
    stack: AsyncExitStack,
    quotas: Quotas = QUOTAS,
) -> Bot:
    database = Database(home / "bot.db")
    await database.open(home / "index")
    engine = Engine(settings, database)

    async def end() -> None:
        await engine.close()
        await database.close()

    process = await stack.enter_async_context(AsyncExitStack())
    process.push_async_callback(end)

    async def restart() -> Bot:
        await process.aclose()
        return await open_bot(home, settings, openai, stack, quotas)

    converter = FakeConverter()
    return Bot(
        database,
        engine,
        DocumentLibrary(database, engine, quotas, TableFolder(home / "tables"), converter),
        Answerer(database, engine, table_folder=TableFolder(home / "tables")),
        converter,
        openai,
        restart,
        settings,
    )


@pytest.fixture
async def openai() -> AsyncIterator[tuple[OpenAIStandIn, str]]:
    standin = OpenAIStandIn()
    async with TestServer(standin.app()) as server:
        yield standin, str(server.make_url("/v1"))


@pytest.fixture
async def qdrant() -> AsyncIterator[tuple[QdrantStandIn, str]]:
    standin = QdrantStandIn(QDRANT_KEY)
    async with TestServer(standin.app()) as server:
        yield standin, str(server.make_url(""))
    await standin.close()


@pytest.fixture(params=STORES)
async def bot(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    openai: tuple[OpenAIStandIn, str],
    qdrant: tuple[QdrantStandIn, str],
) -> AsyncIterator[Bot]:
    standin, url = openai
    if request.param == "embedded":
        settings = make_settings(tmp_path, url, None)
    elif request.param == "server":
        settings = make_settings(tmp_path, url, qdrant[1], QDRANT_KEY)
    else:
        settings = make_settings(tmp_path, url, REAL_URL, REAL_KEY)
    async with AsyncExitStack() as stack:
        yield await open_bot(tmp_path, settings, standin, stack)
    if request.param == "real server":
        client = AsyncQdrantClient(REAL_URL, api_key=REAL_KEY)
        await client.delete_collection(settings.store.collection)
        await client.close()


@pytest.fixture
async def embedded_bot(tmp_path: Path, openai: tuple[OpenAIStandIn, str]) -> AsyncIterator[Bot]:
    standin, url = openai
    async with AsyncExitStack() as stack:
        yield await open_bot(tmp_path, make_settings(tmp_path, url, None), standin, stack)
