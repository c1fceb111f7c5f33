"""Document stores for passages: Qdrant's engine in this process, or a Qdrant server.

`meta.version` of each passage is the version of the document that it belongs to.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haystack import Document
from haystack.document_stores.errors import DocumentStoreError
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.document_stores.qdrant import QdrantDocumentStore
from haystack_integrations.document_stores.qdrant.converters import (
    DENSE_VECTORS_NAME,
    SPARSE_VECTORS_NAME,
    convert_id,
)
from qdrant_client.http import models as rest

from personal_bot.errors import IndexDamagedError, IndexMismatchError
from personal_bot.index.edge import AsyncEdgeClient, EdgeClient
from personal_bot.index.errors import translated_errors
from personal_bot.index.sparse import SparseVector

VERSION_FIELD = "meta.version"
TIMEOUT = 30  # seconds per request to a server


@dataclass(frozen=True)
class StoreSettings:
    """The location of the index: on a server if `qdrant_url` is set. `folder` has the manifest."""

    folder: Path
    collection: str
    embedding_model: str
    embedding_dim: int
    qdrant_url: str | None = None
    qdrant_api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Fusion:
    """Reciprocal rank fusion of dense and sparse search: each scores `weight / (k + rank)`.

    A weak dense search worsens the result, e.g. an English embedding model over Russian texts; give
    the sparse search more weight then.
    """

    prefetch: int = 50  # candidates from each search
    k: int = 2
    dense_weight: float = 1.0
    sparse_weight: float = 1.0


class HybridStore(QdrantDocumentStore):
    """Passages with a dense and a sparse vector, on a Qdrant server."""

    def __init__(self, settings: StoreSettings, *, recreate: bool = False) -> None:
        key = settings.qdrant_api_key
        super().__init__(
            url=settings.qdrant_url,
            timeout=TIMEOUT,
            index=settings.collection,
            embedding_dim=settings.embedding_dim,
            use_sparse_embeddings=True,
            sparse_idf=True,
            progress_bar=False,
            recreate_index=recreate,
            payload_fields_to_index=[
                {"field_name": VERSION_FIELD, "field_schema": rest.PayloadSchemaType.KEYWORD}
            ],
            client_kwargs={
                # A header, because `api_key` warns about http, which is fine on one machine.
                "headers": {"api-key": key} if key else None,
                # Otherwise the constructor requests the server version and blocks the event loop.
                "check_compatibility": False,
            },
        )

    async def open(self) -> None:
        """Connect, and create the collection if it is missing.

        Raises IndexMismatchError if the collection has vectors of another dimension,
        QdrantUnreachableError and StoreError.
        """
        with translated_errors():
            try:
                await self._initialize_async_client()
            except (ValueError, DocumentStoreError) as error:  # a collection with other vectors
                raise IndexMismatchError(str(error)) from error

    async def write_documents_async(
        self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.OVERWRITE
    ) -> int:
        """Write passages, replacing those with the same ids; return their number.

        Overrides the inherited method, which spends most of its time copying vectors number by
        number. Raises NotImplementedError for any other `policy`.
        """
        if policy is not DuplicatePolicy.OVERWRITE:
            raise NotImplementedError(policy)
        points = await asyncio.to_thread(lambda: [self._point(document) for document in documents])
        await self._call("upsert", points=points, wait=True)
        return len(documents)

    async def find(
        self, embedding: list[float] | None, sparse: SparseVector, limit: int, fusion: Fusion
    ) -> list[Document]:
        """Return the passages nearest to a question, best first; `embedding` may be None.

        Replaces `QdrantHybridRetriever`, which sets no limit for the prefetches: the server's
        default of 10 leaves little to fuse.
        """
        arms: list[rest.Prefetch] = []
        weights: list[float] = []
        depth = max(fusion.prefetch, limit)
        if embedding is not None:
            arms.append(rest.Prefetch(query=list(embedding), using=DENSE_VECTORS_NAME, limit=depth))
            weights.append(fusion.dense_weight)
        if sparse.indices:
            vector = rest.SparseVector(indices=sparse.indices, values=sparse.values)
            arms.append(rest.Prefetch(query=vector, using=SPARSE_VECTORS_NAME, limit=depth))
            weights.append(fusion.sparse_weight)
        if not arms:
            return []
        response = await self._call(
            "query_points",
            prefetch=arms,
            query=rest.RrfQuery(rrf=rest.Rrf(k=fusion.k, weights=weights)),
            limit=limit,
            with_payload=True,
        )
        documents: list[Document] = self._process_query_point_results(response.points)
        return documents

    async def count_versions(self, limit: int) -> dict[str, int]:
        """Return the number of passages of each version, for at most `limit` versions."""
        response = await self._call("facet", key=VERSION_FIELD, limit=limit, exact=True)
        return {str(hit.value): hit.count for hit in response.hits}

    async def delete_versions(self, versions: Collection[str]) -> None:
        """Delete all passages of these document versions."""
        chosen = rest.Filter(
            must=[rest.FieldCondition(key=VERSION_FIELD, match=rest.MatchAny(any=sorted(versions)))]
        )
        await self._call("delete", points_selector=rest.FilterSelector(filter=chosen), wait=True)

    async def flush(self) -> None:
        """Make everything written so far survive a power loss. A server does so by itself."""

    async def compact(self) -> None:
        """Free space of deleted passages and memory of new ones. A server does so by itself."""

    async def measure(self) -> int | None:
        """Return the size of the index on this machine's disk in bytes; None for a server."""
        return None

    def _point(self, document: Document) -> rest.PointStruct:
        return _point(document, list(document.embedding or []))

    async def _call(self, operation: str, **options: Any) -> Any:
        with translated_errors():
            await self._initialize_async_client()
            client: Any = self._async_client
            return await getattr(client, operation)(collection_name=self.index, **options)


class EmbeddedStore(HybridStore):
    """Passages with a dense and a sparse vector, in Qdrant's engine within this process."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self._folder = settings.folder

    async def _initialize_async_client(self) -> None:
        if self._async_client is None:
            client: Any = AsyncEdgeClient(await asyncio.to_thread(self._open_shard))
            self._async_client = client  # it has all methods that the store calls

    def _initialize_client(self) -> None:
        raise NotImplementedError("the index is used only from the event loop")

    def _open_shard(self) -> EdgeClient:
        path = shard_folder(self._folder)
        is_new = not path.exists()
        client = EdgeClient(path, {DENSE_VECTORS_NAME: self.embedding_dim}, [SPARSE_VECTORS_NAME])
        if is_new:
            client.create_payload_index(VERSION_FIELD)
        elif not client.has_payload_index(VERSION_FIELD):
            client.close()  # a shard whose segments are missing opens empty
            raise IndexDamagedError("its segments are missing")
        return client

    def _point(self, document: Document) -> rest.PointStruct:
        return _point(document, document.embedding or [])  # the engine accepts a packed embedding

    async def flush(self) -> None:
        await self._call("flush")

    async def compact(self) -> None:
        if await self._call("optimize"):
            await self.flush()

    async def measure(self) -> int | None:
        return await asyncio.to_thread(_disk_usage, self._folder)


def shard_folder(folder: Path) -> Path:
    """Return the folder of the embedded engine's files."""
    return folder / "shard"


def _point(document: Document, embedding: Sequence[float]) -> rest.PointStruct:
    """Build a point without validation, which would check and copy every number."""
    sparse = document.sparse_embedding
    vector: Any = {
        DENSE_VECTORS_NAME: embedding,
        SPARSE_VECTORS_NAME: rest.SparseVector(
            indices=sparse.indices if sparse else [], values=sparse.values if sparse else []
        ),
    }
    return rest.PointStruct.model_construct(
        id=convert_id(document.id),
        payload={"id": document.id, "content": document.content, "meta": document.meta},
        vector=vector,
    )


def _disk_usage(folder: Path) -> int:
    """Return the bytes used on disk; file sizes add up to ten times more, as files are sparse."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
