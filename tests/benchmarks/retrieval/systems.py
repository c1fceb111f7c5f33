"""What is compared: a bot's own retrieval, plain Haystack, and BM25 alone."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

from haystack import Document
from haystack.components.converters import DOCXToDocument, PyPDFToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.dataclasses import ByteStream
from haystack.document_stores.in_memory import InMemoryDocumentStore
from openai import AsyncOpenAI
from openpyxl import load_workbook

from deploy.embedding_server import DIM, MODEL, PASSAGE_PREFIX, QUERY_PREFIX
from personal_bot.documents.library import DocumentLibrary
from personal_bot.documents.quotas import Quotas
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.uploads import Upload
from personal_bot.index.engine import Engine, EngineSettings
from personal_bot.index.passages import find_page
from personal_bot.index.retrieval import DenseTextEmbedder
from personal_bot.index.store import StoreSettings
from personal_bot.openai.client import Models
from personal_bot.storage.database import Database
from tests.benchmarks.retrieval.sets import File

_KEY = "sk-benchmark"
_QUOTAS = Quotas(10_000, 1_000_000, 10**10)


@dataclass(frozen=True)
class Hit:
    """What stands at one place of the prompt. The same text is in all documents `names`."""

    names: frozenset[str]
    text: str
    pages: Sequence[Sequence[int | None]]

    def find_page(self, offset: int) -> int | None:
        return find_page(self.pages, offset)


class System(Protocol):
    """A way to search one library."""

    async def fill(self, files: Sequence[File]) -> None: ...

    async def search(self, wordings: Sequence[str], limit: int) -> list[Hit]:
        """Return what is found in `limit` passages, best first."""

    async def close(self) -> None: ...


class Bot:
    """A personal bot's library and index; `spent` is the time of each search, in seconds.

    The time of embedding is not counted.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        models = Models(_KEY, url, "chat", MODEL, DIM, url, _KEY, QUERY_PREFIX, PASSAGE_PREFIX)
        store = StoreSettings(folder / "index", "user_1", MODEL, DIM)
        self._database = Database(folder / "bot.db")
        self._engine = Engine(EngineSettings(store, models), self._database)
        tables = TableFolder(folder / "tables")
        self._library = DocumentLibrary(self._database, self._engine, _QUOTAS, tables)
        self.spent: list[float] = []

    async def fill(self, files: Sequence[File]) -> None:
        await self._database.open(self._folder / "index")
        path = self._folder / "upload"
        for number, file in enumerate(files):
            path.write_bytes(file.content)
            upload = Upload(file.name, path, len(file.content), 1, number + 1)
            await self._library.add(upload, _ignore)

    async def search(self, wordings: Sequence[str], limit: int) -> list[Hit]:
        async with self._engine.use() as index:
            begun = time.perf_counter()
            with _time_embedding() as embedding:
                found = await index.retrieve(list(wordings), limit=limit)
            self.spent.append(time.perf_counter() - begun - sum(embedding))
        return [_read_hit(one) for one in found]

    async def close(self) -> None:
        await self._engine.close()
        await self._database.close()


@contextmanager
def _time_embedding() -> Iterator[list[float]]:
    """Yield the seconds within `DenseTextEmbedder` until the context is left."""
    spent: list[float] = []
    embed = DenseTextEmbedder.run_async

    async def run(component: Any, *arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return await embed(component, *arguments, **options)
        finally:
            spent.append(time.perf_counter() - begun)

    with patch.object(DenseTextEmbedder, "run_async", run):
        yield spent


def _read_hit(found: Document) -> Hit:
    meta = found.meta
    places = [meta, *meta.get("places", ())]
    names = frozenset(place["document_name"] for place in places)
    return Hit(names, found.content or "", meta["pages"])


class Plain:
    """Haystack's converters and its splitter as they come; a subclass says how it searches."""

    def __init__(self) -> None:
        self._store = InMemoryDocumentStore()

    async def fill(self, files: Sequence[File]) -> None:
        documents = [_convert(file) for file in files]
        self._store.write_documents(
            await self._prepare(DocumentSplitter().run(documents)["documents"])
        )

    async def _prepare(self, passages: list[Document]) -> list[Document]:
        return passages

    async def search(self, wordings: Sequence[str], limit: int) -> list[Hit]:
        return [
            Hit(frozenset([one.meta["name"]]), one.content or "", [[0, one.meta["page_number"]]])
            for one in await self._find(wordings[0], limit)
        ]

    async def _find(self, question: str, limit: int) -> list[Document]:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is open."""


class PlainWords(Plain):
    """BM25 alone."""

    async def _find(self, question: str, limit: int) -> list[Document]:
        retriever = InMemoryBM25Retriever(self._store, top_k=limit)
        found: list[Document] = retriever.run(query=question)["documents"]
        return found


class PlainEmbeddings(Plain):
    """Embeddings alone."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = AsyncOpenAI(api_key=_KEY, base_url=url, timeout=600)

    async def _prepare(self, passages: list[Document]) -> list[Document]:
        return [
            replace(passage, embedding=await self._embed(f"{PASSAGE_PREFIX}{passage.content}"))
            for passage in passages
        ]

    async def _embed(self, text: str) -> list[float]:
        response = await self._client.embeddings.create(
            input=text, model=MODEL, encoding_format="float"
        )
        return response.data[0].embedding

    async def _find(self, question: str, limit: int) -> list[Document]:
        embedding = await self._embed(QUERY_PREFIX + question)
        retriever = InMemoryEmbeddingRetriever(self._store, top_k=limit)
        found: list[Document] = retriever.run(query_embedding=embedding)["documents"]
        return found

    async def close(self) -> None:
        await self._client.close()


def _convert(file: File) -> Document:
    source = ByteStream(file.content, {"name": file.name})
    if file.name.endswith(".xlsx"):  # as CSV, because Haystack's converter needs pandas
        text = io.StringIO()
        writer = csv.writer(text)
        for sheet in load_workbook(io.BytesIO(file.content)):
            writer.writerows(sheet.iter_rows(values_only=True))
        return Document(content=text.getvalue(), meta={"name": file.name})
    if file.name.endswith(".txt"):
        return Document(content=file.content.decode(), meta={"name": file.name})
    converter = PyPDFToDocument() if file.name.endswith(".pdf") else DOCXToDocument()
    document: Document = converter.run(sources=[source])["documents"][0]
    return document


async def _ignore(*_: object) -> None:
    """Nobody watches."""
