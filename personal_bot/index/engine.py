"""The index of one bot and its OpenAI client: opened on first use, closed when idle."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from haystack import Document as Passage

from personal_bot.errors import StoreError
from personal_bot.index.document_stores import HybridStore, StoreSettings
from personal_bot.index.fusion import Fusion
from personal_bot.index.retrieval import Retriever
from personal_bot.index.sparse import clear_stem_cache
from personal_bot.index.store import open_store, reset_store
from personal_bot.openai.client import Connection, Models
from personal_bot.openai.lessons import Notebook
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EngineSettings:
    """Settings of an engine; `passages` is the number of passages that a search returns.

    Words alone find the right page of a financial report among 12 passages for 64 % of questions,
    among 8 for 54 %; for articles, 12 and 8 differ by at most 0.2 % (`tests.benchmarks.retrieval`).
    """

    store: StoreSettings
    models: Models
    passages: int = 12
    fusion: Fusion = field(default_factory=Fusion)
    notebook: Notebook = field(default_factory=Notebook)


class Index:
    """An open index, and the OpenAI client that embeds its passages and questions."""

    def __init__(self, store: HybridStore, settings: EngineSettings) -> None:
        self.store = store
        self.connection = Connection(settings.models, settings.notebook)
        self._retriever = Retriever(store, self.connection, settings.passages, settings.fusion)

    async def retrieve(
        self,
        questions: str | Sequence[str],
        versions: Collection[str] | None = None,
        limit: int | None = None,
        *,
        grouped: bool = True,
    ) -> list[Passage]:
        """Return the passages nearest to a question, best first. Raises OpenAIError, StoreError.

        `questions` may be several wordings of one question, e.g. in the languages of the documents;
        each is embedded and searched for. With `versions`, searches only these document versions.
        Passages that repeat others or follow them are `grouped`, see `grouping`.
        """
        return await self._retriever.retrieve(questions, versions, limit, grouped=grouped)

    async def close(self) -> None:
        await self.connection.close()
        await self.store.close_async()
        clear_stem_cache()


class Engine:
    """Opens the index on first use; after `close`, the next use opens it again."""

    def __init__(self, settings: EngineSettings, database: Database) -> None:
        self.settings = settings
        self._database = database
        self._index: Index | None = None
        self._changing = asyncio.Lock()
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Index]:
        """Open the index if necessary, and keep it open within the context.

        Raises IndexDamagedError, IndexMismatchError, IndexVersionError, QdrantUnreachableError and
        StoreError.
        """
        async with self._changing:
            if self._index is None:
                expected = await self._database.run(_count_passages)
                self._index = await self._make(await open_store(self.settings.store, expected))
            index = self._index
            self._users += 1
            self._unused.clear()
        try:
            yield index
        finally:
            self._users -= 1
            if self._users == 0:
                self._unused.set()

    async def reset(self) -> None:
        """Replace the index, even a damaged one, with an empty one. Raises StoreError."""
        async with self._changing:
            try:
                await self._close_store()
            except StoreError as error:
                logger.warning("Cannot close the old index: %s", error)
            self._index = await self._make(await reset_store(self.settings.store))

    async def compact(self) -> None:
        """Reduce the memory and disk space of the index if it is open. Raises StoreError."""
        async with self._changing:
            if self._index is not None:
                await self._index.store.compact()

    async def close(self) -> None:
        """Wait until the index is not in use, then free its memory and connections."""
        async with self._changing:
            await self._close_store()

    async def _close_store(self) -> None:
        await self._unused.wait()
        index, self._index = self._index, None
        if index is not None:
            await index.close()

    async def _make(self, store: HybridStore) -> Index:
        """Build an Index in a thread: the first one in a process takes 0.1 s."""
        return await asyncio.to_thread(Index, store, self.settings)


def _count_passages() -> Mapping[str, int]:
    return {document.sha256: document.passages for document in Document.select()}
