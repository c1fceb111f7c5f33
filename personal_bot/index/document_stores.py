"""Where passages are kept: Qdrant's engine in this process, or a Qdrant server.

Each passage carries in `meta.version` the version of the document that it is of.
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
TIMEOUT = 30  # seconds, of a request to a server


@dataclass(frozen=True)
class StoreSettings:
    """Where the index is. `folder` holds the manifest in both cases."""

    folder: Path
    collection: str
    embedding_model: str
    embedding_dim: int
    qdrant_url: str | None = None
    qdrant_api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Fusion:
    """How the two arms of a search are joined: reciprocal ranks, `1 / (k + rank)` times weight.

    A weak dense arm hurts, e.g. an English embedding model over Russian texts: give the sparse one
    more weight then.
    """

    prefetch: int = 50  # candidates of each arm
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
                # As a header, because `api_key` warns of http, which is right on one machine.
                "headers": {"api-key": key} if key else None,
                # It would ask the server for its version in the constructor and block the loop.
                "check_compatibility": False,
            },
        )

    async def open(self) -> None:
        """Connect, and create the collection where it is missing.

        Raises IndexMismatchError where it is there with vectors of another dimension.
        """
        with translated_errors():
            try:
                await self._initialize_async_client()
            except (ValueError, DocumentStoreError) as error:  # of another shape than ours
                raise IndexMismatchError(str(error)) from error

    async def write_documents_async(
        self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.OVERWRITE
    ) -> int:
        """Write passages, over those with the same ids.

        The inherited method copies vectors number by number, which takes most of the time.
        """
        if policy is not DuplicatePolicy.OVERWRITE:
            raise NotImplementedError(policy)
        points = await asyncio.to_thread(lambda: [self._point(document) for document in documents])
        await self._call("upsert", points=points, wait=True)
        return len(documents)

    async def find(
        self, embedding: list[float] | None, sparse: SparseVector, limit: int, fusion: Fusion
    ) -> list[Document]:
        """Return the passages nearest to a question, best first, by both arms or the one there is.

        `QdrantHybridRetriever` sets no limit for its arms, and the server's default of 10 leaves
        little to fuse.
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
        """Count the passages of each version of a document; at most `limit` versions."""
        response = await self._call("facet", key=VERSION_FIELD, limit=limit, exact=True)
        return {str(hit.value): hit.count for hit in response.hits}

    async def delete_versions(self, versions: Collection[str]) -> None:
        """Remove every passage of these versions of documents."""
        chosen = rest.Filter(
            must=[rest.FieldCondition(key=VERSION_FIELD, match=rest.MatchAny(any=sorted(versions)))]
        )
        await self._call("delete", points_selector=rest.FilterSelector(filter=chosen), wait=True)

    async def flush(self) -> None:
        """Make what was written outlive a power loss. A server does so before it answers."""

    async def compact(self) -> None:
        """Give back the space of removed passages and the memory of new ones, as a server does."""

    async def measure(self) -> int | None:
        """Return the bytes that the index takes on this machine's disk; None for a server."""
        return None

    def _point(self, document: Document) -> rest.PointStruct:
        return _point(document, list(document.embedding or []))

    async def _call(self, operation: str, **options: Any) -> Any:
        with translated_errors():
            await self._initialize_async_client()
            client: Any = self._async_client
            return await getattr(client, operation)(collection_name=self.index, **options)


class EmbeddedStore(HybridStore):
    """The same, in this process: nothing to install, nothing to run."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self._folder = settings.folder

    async def _initialize_async_client(self) -> None:
        if self._async_client is None:
            client: Any = AsyncEdgeClient(await asyncio.to_thread(self._open_shard))
            self._async_client = client  # it has the calls that a store makes of a client

    def _initialize_client(self) -> None:
        raise NotImplementedError("the index is used from the event loop alone")

    def _open_shard(self) -> EdgeClient:
        path = shard_folder(self._folder)
        is_new = not path.exists()
        client = EdgeClient(path, {DENSE_VECTORS_NAME: self.embedding_dim}, [SPARSE_VECTORS_NAME])
        if is_new:
            client.create_payload_index(VERSION_FIELD)
        elif not client.has_payload_index(VERSION_FIELD):
            client.close()  # a shard whose segments were lost opens as an empty one
            raise IndexDamagedError("its segments are missing")
        return client

    def _point(self, document: Document) -> rest.PointStruct:
        return _point(document, document.embedding or [])  # the engine takes it packed

    async def flush(self) -> None:
        await self._call("flush")

    async def compact(self) -> None:
        if await self._call("optimize"):
            await self.flush()

    async def measure(self) -> int | None:
        return await asyncio.to_thread(_disk_usage, self._folder)


def shard_folder(folder: Path) -> Path:
    """Return where the embedded engine keeps its files."""
    return folder / "shard"


def _point(document: Document, embedding: Sequence[float]) -> rest.PointStruct:
    """Put a point together unchecked: every number would be looked at, and copied."""
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
    """Return bytes taken on disk: the engine's files are sparse, their sizes say ten times more."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
