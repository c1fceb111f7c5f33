"""The engine of one bot, there when it is used and gone when it is not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from personal_bot.errors import StoreError
from personal_bot.index.document_stores import Fusion, HybridStore, StoreSettings
from personal_bot.index.pipelines import Engine, Models
from personal_bot.index.store import open_store, reset_store
from personal_bot.storage.models import Database, Document

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnowledgeSettings:
    """`passages` is how many of them an answer is made from."""

    store: StoreSettings
    models: Models
    passages: int = 8
    fusion: Fusion = field(default_factory=Fusion)


class Knowledge:
    """Opens index and connections at first use; `close` lets them go until the next one."""

    def __init__(self, settings: KnowledgeSettings, database: Database) -> None:
        self.settings = settings
        self._database = database
        self._engine: Engine | None = None
        self._changing = asyncio.Lock()
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Engine]:
        """Lend the engine; nobody closes it meanwhile.

        Raises IndexDamagedError, IndexMismatchError, QdrantUnreachableError and StoreError.
        """
        async with self._changing:
            if self._engine is None:
                expected = await self._database.run(_count_chunks)
                self._engine = await self._make(await open_store(self.settings.store, expected))
            engine = self._engine
            self._users += 1
            self._unused.clear()
        try:
            yield engine
        finally:
            self._users -= 1
            if self._users == 0:
                self._unused.set()

    async def reset(self) -> None:
        """Begin with an empty index, whatever state the old one is in. Raises StoreError."""
        async with self._changing:
            try:
                await self._let_go()
            except StoreError as error:
                logger.warning("The old index does not even close: %s", error)
            self._engine = await self._make(await reset_store(self.settings.store))

    async def compact(self) -> None:
        """Make the index small, in memory and on disk, if it is open. Raises StoreError."""
        async with self._changing:
            if self._engine is not None:
                await self._engine.store.compact()

    async def close(self) -> None:
        """Give memory and connections back, once whoever uses them has finished."""
        async with self._changing:
            await self._let_go()

    async def _let_go(self) -> None:
        await self._unused.wait()
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()

    async def _make(self, store: HybridStore) -> Engine:
        """Make the rest in a thread: pipelines and a TLS context take a tenth of a second."""
        return await asyncio.to_thread(
            Engine,
            store,
            self.settings.models,
            limit=self.settings.passages,
            fusion=self.settings.fusion,
        )


def _count_chunks() -> Mapping[str, int]:
    return {document.sha256: document.chunks for document in Document.select()}
