"""Retrieves the passages nearest to a question."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from haystack import Document, Pipeline, component
from haystack.components.embedders import OpenAITextEmbedder
from haystack.utils import Secret

from personal_bot.index.document_stores import HybridStore
from personal_bot.index.errors import translated_errors
from personal_bot.index.fusion import Candidates, Fusion, fuse
from personal_bot.index.grouping import fold_duplicates, join_neighbours
from personal_bot.index.points import Query
from personal_bot.index.scripts import LibraryScripts, Script, remove
from personal_bot.index.wordings import Wording, read_wording
from personal_bot.openai.client import SEARCHING, Connection, Models
from personal_bot.openai.errors import is_transient, translate

logger = logging.getLogger(__name__)

_SPARE = 12  # further candidates, in place of passages that say the same as a better one


class Retriever:
    """Searches a store by embeddings and by words."""

    def __init__(
        self, store: HybridStore, connection: Connection, limit: int, fusion: Fusion
    ) -> None:
        models = connection.models
        embedder = OpenAITextEmbedder(
            Secret.from_token(models.openai_key),
            model=models.embedding_model,
            prefix=models.query_prefix,
        )
        embedder.async_client = connection.embeddings(SEARCHING, "query")
        self._limit = limit
        self._pipeline = Pipeline()
        self._pipeline.add_component("reader", WordingReader(store))
        self._pipeline.add_component("dense", DenseTextEmbedder(embedder, models))
        self._pipeline.add_component("retriever", HybridRetriever(store, fusion))
        self._pipeline.connect("reader.wordings", "dense.wordings")
        self._pipeline.connect("dense.wordings", "retriever.wordings")

    async def retrieve(
        self,
        questions: str | Sequence[str],
        versions: Collection[str] | None = None,
        limit: int | None = None,
        *,
        grouped: bool = True,
    ) -> list[Document]:
        """Return the passages nearest to a question, best first. Raises OpenAIError, StoreError.

        `questions` may be several wordings of one question, e.g. in the languages of the documents.
        With `versions`, searches only these document versions. `limit` counts passages before they
        are joined, see `grouping`; unless `grouped`, each is returned as it is stored.
        """
        texts = [questions] if isinstance(questions, str) else [*dict.fromkeys(questions)]
        with translated_errors():
            result = await self._pipeline.run_async(
                {
                    "reader": {"texts": texts},
                    "retriever": {
                        "versions": versions,
                        "limit": limit or self._limit,
                        "grouped": grouped,
                    },
                }
            )
        found: list[Document] = result["retriever"]["documents"]
        return found


@component
class WordingReader:
    """Looks up the words of questions, and spells those otherwise that no document has."""

    def __init__(self, store: HybridStore) -> None:
        self._store = store

    @component.output_types(wordings=list[Wording])
    def run(self, texts: list[str]) -> dict[str, list[Wording]]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(wordings=list[Wording])
    async def run_async(self, texts: list[str]) -> dict[str, list[Wording]]:
        return {"wordings": [await read_wording(text, self._store) for text in texts]}


@component
class DenseTextEmbedder:
    """Embeds questions; returns None if that fails temporarily, so that BM25 alone is used.

    Where embeddings are a service of their own, no error of it keeps chat from answering.
    """

    def __init__(self, embedder: OpenAITextEmbedder, models: Models) -> None:
        self._embedder = embedder
        self._apart = models.embedding_base_url != models.openai_base_url

    @component.output_types(wordings=list[Wording])
    def run(self, wordings: list[Wording]) -> dict[str, list[Wording]]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(wordings=list[Wording])
    async def run_async(self, wordings: list[Wording]) -> dict[str, list[Wording]]:
        texts = [wording.text for wording in wordings]
        results = await asyncio.gather(*map(self._embed, texts), return_exceptions=True)
        embedded = []
        for wording, result in zip(wordings, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            embedded.append(replace(wording, embedding=result))
        return {"wordings": embedded}

    async def _embed(self, text: str) -> list[float] | None:
        try:
            embedding: list[float] = (await self._embedder.run_async(text))["embedding"]
        except Exception as error:
            known = translate(error)
            if known is None or not (self._apart or is_transient(known)):
                raise
            logger.warning("Cannot embed the question, searching by words only: %s", known)
            return None
        return embedding


@component
class HybridRetriever:
    """Retrieves passages by both kinds of vectors, or by words alone if there are no embeddings."""

    def __init__(self, store: HybridStore, fusion: Fusion) -> None:
        self._store = store
        self._fusion = fusion
        self._scripts = LibraryScripts(store)

    @component.output_types(documents=list[Document])
    def run(
        self,
        wordings: list[Wording],
        limit: int,
        versions: Collection[str] | None = None,
        grouped: bool = True,
    ) -> dict[str, list[Document]]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        wordings: list[Wording],
        limit: int,
        versions: Collection[str] | None = None,
        grouped: bool = True,
    ) -> dict[str, list[Document]]:
        if versions is not None and not versions:
            return {"documents": []}
        depth = max(self._fusion.prefetch, limit + _SPARE)
        if {wording.script for wording in wordings} >= {*Script}:  # each passage can have its words
            wordings = [replace(wording, script=None) for wording in wordings]
        else:
            wordings = await self._neutralize(wordings)
        candidates = await self._search(wordings, depth, versions)
        found = self._store.make_documents(fuse(candidates, self._fusion, limit + _SPARE))
        if not grouped:
            return {"documents": found[:limit]}
        return {"documents": join_neighbours(fold_duplicates(found)[:limit])}

    async def _neutralize(self, wordings: list[Wording]) -> list[Wording]:
        """Let wordings in one script find passages in the other, too."""
        if all(wording.embedding is None for wording in wordings):
            return wordings
        difference = await self._scripts.find_difference()
        if difference is None:
            return wordings
        return [
            replace(wording, embedding=remove(difference, wording.embedding))
            if wording.embedding is not None
            else wording
            for wording in wordings
        ]

    async def _search(
        self, wordings: Sequence[Wording], depth: int, versions: Collection[str] | None
    ) -> list[Candidates]:
        queries = [
            None if wording.embedding is None else Query.of_embedding(wording.embedding)
            for wording in wordings
        ] + [Query.of_words(wording.words) if wording.words else None for wording in wordings]
        asked = [query for query in queries if query is not None]
        results = iter(await self._store.search(asked, depth, versions) if asked else ())
        found = [next(results) if query is not None else [] for query in queries]
        return [
            Candidates(wording.script, dense, sparse)
            for wording, dense, sparse in zip(
                wordings, found[: len(wordings)], found[len(wordings) :], strict=True
            )
        ]
