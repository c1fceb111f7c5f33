"""Retrieves the passages nearest to a question."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.embedders import OpenAITextEmbedder
from haystack.utils import Secret

from personal_bot.index import sparse
from personal_bot.index.document_stores import HybridStore, Wording
from personal_bot.index.errors import translated_errors
from personal_bot.index.fusion import Fusion
from personal_bot.openai.client import SEARCHING, Connection, Models
from personal_bot.openai.errors import is_transient, translate

logger = logging.getLogger(__name__)


class Retriever:
    """Searches a store by embeddings and by words; returns at most `limit` passages."""

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
        self._pipeline.add_component("dense", DenseTextEmbedder(embedder, models))
        self._pipeline.add_component("sparse", SparseTextEmbedder())
        self._pipeline.add_component("retriever", HybridRetriever(store, fusion))
        self._pipeline.connect("dense.embeddings", "retriever.embeddings")
        self._pipeline.connect("sparse.vectors", "retriever.vectors")

    async def retrieve(
        self,
        questions: str | Sequence[str],
        versions: Collection[str] | None = None,
        limit: int | None = None,
    ) -> list[Document]:
        """Return the passages nearest to a question, best first. Raises OpenAIError, StoreError.

        `questions` may be several wordings of one question, e.g. in the languages of the documents.
        With `versions`, searches only these document versions.
        """
        texts = [questions] if isinstance(questions, str) else [*dict.fromkeys(questions)]
        with translated_errors():
            result = await self._pipeline.run_async(
                {
                    "dense": {"texts": texts},
                    "sparse": {"texts": texts},
                    "retriever": {"versions": versions, "limit": limit or self._limit},
                }
            )
        found: list[Document] = result["retriever"]["documents"]
        return found


@component
class SparseTextEmbedder:
    @component.output_types(vectors=list[sparse.SparseVector])
    def run(self, texts: list[str]) -> dict[str, list[sparse.SparseVector]]:
        return {"vectors": [sparse.encode_query(text) for text in texts]}


@component
class DenseTextEmbedder:
    """Embeds questions; returns None if that fails temporarily, so that BM25 alone is used.

    Where embeddings are a service of their own, no error of it keeps chat from answering.
    """

    def __init__(self, embedder: OpenAITextEmbedder, models: Models) -> None:
        self._embedder = embedder
        self._apart = models.embedding_base_url != models.openai_base_url

    @component.output_types(embeddings=list[list[float] | None])
    def run(self, texts: list[str]) -> dict[str, Any]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(embeddings=list[list[float] | None])
    async def run_async(self, texts: list[str]) -> dict[str, Any]:
        results = await asyncio.gather(*map(self._embed, texts), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return {"embeddings": results}

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

    @component.output_types(documents=list[Document])
    def run(
        self,
        embeddings: list[list[float] | None],
        vectors: list[sparse.SparseVector],
        limit: int,
        versions: Collection[str] | None = None,
    ) -> dict[str, list[Document]]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        embeddings: list[list[float] | None],
        vectors: list[sparse.SparseVector],
        limit: int,
        versions: Collection[str] | None = None,
    ) -> dict[str, list[Document]]:
        wordings = [*map(Wording, embeddings, vectors)]
        found = await self._store.find(wordings, limit, self._fusion, versions)
        return {"documents": found}
