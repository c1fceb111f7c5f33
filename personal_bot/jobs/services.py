"""Library and answerer, created on first use and closed when idle, to save memory."""

import asyncio
import gc
import importlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from personal_bot.documents.quotas import MEGABYTE, Quotas, Usage, measure_usage
from personal_bot.documents.records import DocumentCard, find_card, list_versions
from personal_bot.errors import StoreError
from personal_bot.process.memory import return_memory
from personal_bot.settings import Configuration
from personal_bot.storage.database import Database

if TYPE_CHECKING:
    # These import Haystack: hundreds of megabytes and seconds that an idle bot does not need.
    from personal_bot.answers.answerer import Answerer
    from personal_bot.answers.summaries.summarizer import Summarizer
    from personal_bot.documents.library import DocumentLibrary
    from personal_bot.index.engine import Engine, Index

logger = logging.getLogger(__name__)

IDLE_TIME = 300.0  # seconds after which index and connections are closed


class _Made(NamedTuple):
    engine: "Engine"
    library: "DocumentLibrary"
    answerer: "Answerer"
    summarizer: "Summarizer"


class Services:
    """The services of one bot that work with documents and answer questions."""

    def __init__(
        self, configuration: Configuration, database: Database, idle_time: float = IDLE_TIME
    ) -> None:
        self._configuration = configuration
        self._database = database
        self._idle_time = idle_time
        settings = configuration.settings
        self.quotas = Quotas(
            settings.max_documents, settings.max_passages, settings.max_documents_mb * MEGABYTE
        )
        self._made: _Made | None = None
        self._making = asyncio.Lock()
        self._used_at = time.monotonic()
        self._users = 0

    @asynccontextmanager
    async def use_library(self) -> AsyncIterator["DocumentLibrary"]:
        async with self._use() as made:
            yield made.library

    @asynccontextmanager
    async def use_answerer(self) -> AsyncIterator["Answerer"]:
        async with self._use() as made:
            yield made.answerer

    @asynccontextmanager
    async def use_index(self) -> AsyncIterator["Index"]:
        """Open the index. Raises StoreError."""
        async with self._use() as made, made.engine.use() as index:
            yield index

    @asynccontextmanager
    async def use_summarizer(self) -> AsyncIterator["Summarizer"]:
        async with self._use() as made:
            yield made.summarizer

    async def count(self) -> Usage:
        """Return the usage, without opening the index."""
        return await measure_usage(self._database)

    async def check_quotas(self, name: str, size: int) -> None:
        """Raise QuotaError if a file or archive of `size` bytes would exceed a quota.

        Documents that it would replace, because of its `name`, are not counted.
        """
        used = await measure_usage(self._database, replaced=name)
        self.quotas.check(name, used, Usage(documents=1, passages=0, size=size))

    async def find_card(self, document_id: int) -> DocumentCard | None:
        """Return the card of a document, or None if it does not exist."""
        return await self._database.run(find_card, document_id)

    async def run_idle_closing(self, on_closed: Callable[[], Awaitable[None]]) -> None:
        """Free unused memory after each use, and close index and connections when idle.

        Runs until cancelled. `on_closed` is called after the index was closed.
        """
        relieved = closed = 0.0  # `_used_at` when it was last done
        while True:
            await asyncio.sleep(self._idle_time / 5)
            used_at = self._used_at
            if self._made is None or self._users:
                continue
            if time.monotonic() - used_at >= self._idle_time and closed != used_at:
                await _compact_and_close(self._made.engine)
                await asyncio.to_thread(return_memory)
                closed = used_at
                await on_closed()
            elif relieved != used_at:
                await asyncio.to_thread(return_memory)
                relieved = used_at

    async def close(self) -> None:
        if self._made is not None:
            await self._made.engine.close()

    @asynccontextmanager
    async def _use(self) -> AsyncIterator[_Made]:
        async with self._making:
            if self._made is None:
                self._made = await self._make()
        self._users += 1
        try:
            yield self._made
        finally:
            self._users -= 1
            self._used_at = time.monotonic()

    async def _make(self) -> _Made:
        """Import in a thread, which takes seconds: the bot keeps polling meanwhile."""
        for module in ("documents.library", "answers.answerer", "answers.summaries.summarizer"):
            await asyncio.to_thread(importlib.import_module, f"personal_bot.{module}")
        from personal_bot.answers.answerer import Answerer  # noqa: PLC0415 - see above
        from personal_bot.answers.summaries.summarizer import Summarizer  # noqa: PLC0415
        from personal_bot.answers.tools.budget import Limits  # noqa: PLC0415
        from personal_bot.documents.library import DocumentLibrary  # noqa: PLC0415
        from personal_bot.documents.tables.files import TableFolder  # noqa: PLC0415
        from personal_bot.index.engine import Engine, EngineSettings  # noqa: PLC0415
        from personal_bot.index.store import StoreSettings  # noqa: PLC0415
        from personal_bot.openai.client import Models  # noqa: PLC0415
        from personal_bot.openai.lessons import Notebook  # noqa: PLC0415
        from personal_bot.openai.prefixes import choose_prefixes  # noqa: PLC0415

        configuration, settings = self._configuration, self._configuration.settings
        store = StoreSettings(
            folder=configuration.files.index,
            collection=configuration.collection,
            embedding_model=settings.embedding_model,
            embedding_dim=settings.embedding_dim,
            qdrant_url=configuration.qdrant_url,
            qdrant_api_key=configuration.credentials.qdrant_api_key,
        )
        embedding = configuration.embedding_service
        prefixes = choose_prefixes(
            settings.embedding_model,
            settings.embedding_query_prefix,
            settings.embedding_passage_prefix,
        )
        models = Models(
            openai_key=configuration.credentials.openai_key,
            openai_base_url=settings.openai_base_url,
            chat_model=settings.chat_model,
            embedding_model=settings.embedding_model,
            embedding_dim=settings.embedding_dim,
            embedding_base_url=embedding.base_url,
            embedding_key=embedding.key,
            query_prefix=prefixes.query,
            passage_prefix=prefixes.passage,
        )
        # Exclude the permanent objects from garbage collection: in a bot that was not forked, each
        # full collection would stop all threads for 0.1 s.
        gc.freeze()
        limits = Limits(
            settings.answer_rounds, settings.answer_tokens, float(settings.answer_seconds)
        )
        notebook = await asyncio.to_thread(Notebook, configuration.files.lessons)
        tables = TableFolder(configuration.files.tables)
        versions = await self._database.run(list_versions)
        await asyncio.to_thread(tables.remove_others, versions)
        engine = Engine(EngineSettings(store, models, notebook=notebook), self._database)
        return _Made(
            engine,
            DocumentLibrary(self._database, engine, self.quotas, tables),
            Answerer(self._database, engine, limits, tables),
            Summarizer(self._database, engine, settings.summary_window),
        )


async def _compact_and_close(engine: "Engine") -> None:
    """Compact and close the index. Only for an idle bot: compacting blocks all other threads."""
    for step in (engine.compact, engine.close):
        try:
            await step()
        except StoreError as error:  # e.g. a full disk; the next opening checks the index
            logger.warning("Cannot close the idle index: %s", error)
