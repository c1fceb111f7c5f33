"""Retrieves the passages nearest to a question."""

import logging
from collections.abc import Collection
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.embedders import OpenAITextEmbedder
from haystack.utils import Secret

from personal_bot.index import sparse
from personal_bot.index.document_stores import HybridStore
from personal_bot.index.errors import translated_errors
from personal_bot.index.fusion import Fusion
from personal_bot.openai.client import SEARCHING, Connection, Models
from personal_bot.openai.errors import is_transient, translate

logger = logging.getLogger(__name__)


class Retriever:
    """Searches a store by embedding and by words; returns at most `limit` passages."""

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
        self._pipeline = Pipeline()
        self._pipeline.add_component("dense", DenseTextEmbedder(embedder, models))
        self._pipeline.add_component("sparse", SparseTextEmbedder())
        self._pipeline.add_component("retriever", HybridRetriever(store, limit, fusion))
        self._pipeline.connect("dense.embedding", "retriever.embedding")
        self._pipeline.connect("sparse.vector", "retriever.vector")

    async def retrieve(
        self, question: str, versions: Collection[str] | None = None
    ) -> list[Document]:
        """Return the passages nearest to a question, best first. Raises OpenAIError, StoreError.

        With `versions`, searches only these document versions.
        """
        with translated_errors():
            result = await self._pipeline.run_async(
                {
                    "dense": {"text": question},
                    "sparse": {"text": question},
                    "retriever": {"versions": versions},
                }
            )
        found: list[Document] = result["retriever"]["documents"]
        return found


@component
class SparseTextEmbedder:
    @component.output_types(vector=sparse.SparseVector)
    def run(self, text: str) -> dict[str, sparse.SparseVector]:
        return {"vector": sparse.encode_query(text)}


@component
class DenseTextEmbedder:
    """Embeds a question; returns None if that fails temporarily, so that BM25 alone is used.

    Where embeddings are a service of their own, no error of it keeps chat from answering.
    """

    def __init__(self, embedder: OpenAITextEmbedder, models: Models) -> None:
        self._embedder = embedder
        self._apart = models.embedding_base_url != models.openai_base_url

    @component.output_types(embedding=list[float] | None)
    def run(self, text: str) -> dict[str, Any]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(embedding=list[float] | None)
    async def run_async(self, text: str) -> dict[str, Any]:
        try:
            return {"embedding": (await self._embedder.run_async(text))["embedding"]}
        except Exception as error:
            known = translate(error)
            if known is None or not (self._apart or is_transient(known)):
                raise
            logger.warning("Cannot embed the question, searching by words only: %s", known)
            return {"embedding": None}


@component
class HybridRetriever:
    """Retrieves passages by both vectors, or by the sparse one if there is no embedding."""

    def __init__(self, store: HybridStore, limit: int, fusion: Fusion) -> None:
        self._store = store
        self._limit = limit
        self._fusion = fusion

    @component.output_types(documents=list[Document])
    def run(
        self,
        embedding: list[float] | None,
        vector: sparse.SparseVector,
        versions: Collection[str] | None = None,
    ) -> dict[str, list[Document]]:
        raise NotImplementedError("questions are answered only on the event loop")

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        embedding: list[float] | None,
        vector: sparse.SparseVector,
        versions: Collection[str] | None = None,
    ) -> dict[str, list[Document]]:
        found = await self._store.find(embedding, vector, self._limit, self._fusion, versions)
        return {"documents": found}
