"""Document stores for passages: Qdrant's engine in this process, or a Qdrant server.

`meta.version` of each passage is the version of the document that it belongs to.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
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
from personal_bot.index.fusion import Fusion, fuse, order
from personal_bot.index.sparse import SparseVector

VERSION_FIELD = "meta.version"
TIMEOUT = 30  # seconds per request to a server
TIED = 200  # further hits to look for if the last candidate and the next hit have equal scores


@dataclass(frozen=True)
class StoreSettings:
    """The location of the index: on a server if `qdrant_url` is set. `folder` has the manifest."""

    folder: Path
    collection: str
    embedding_model: str
    embedding_dim: int
    qdrant_url: str | None = None
    qdrant_api_key: str | None = field(default=None, repr=False)


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
        self,
        embedding: list[float] | None,
        sparse: SparseVector,
        limit: int,
        fusion: Fusion,
        versions: Collection[str] | None = None,
    ) -> list[Document]:
        """Return the passages nearest to a question, best first; `embedding` may be None.

        With `versions`, searches only these document versions. Does not use Qdrant's own fusion,
        whose order of equal scores differs from call to call.
        """
        queries: list[tuple[str, list[float] | rest.SparseVector]] = []
        weights: list[float] = []
        if embedding is not None:
            queries.append((DENSE_VECTORS_NAME, list(embedding)))
            weights.append(fusion.dense_weight)
        if sparse.indices:
            vector = rest.SparseVector(indices=sparse.indices, values=sparse.values)
            queries.append((SPARSE_VECTORS_NAME, vector))
            weights.append(fusion.sparse_weight)
        if not queries or (versions is not None and not versions):
            return []
        chosen = None if versions is None else _any_of(versions)
        depth = max(fusion.prefetch, limit)
        found = await self._search(queries, chosen, depth + 1)
        tied = [number for number, hits in enumerate(found) if _is_cut_in_a_tie(hits, depth)]
        if tied:
            deeper = await self._search([queries[number] for number in tied], chosen, depth + TIED)
            for number, hits in zip(tied, deeper, strict=True):
                found[number] = hits
        candidates = [order(hits)[:depth] for hits in found]
        fused = fuse(zip(weights, candidates, strict=True), limit)
        documents: list[Document] = self._process_query_point_results(fused)
        return documents

    async def _search(
        self,
        queries: Iterable[tuple[str, list[float] | rest.SparseVector]],
        chosen: rest.Filter | None,
        limit: int,
    ) -> list[list[rest.ScoredPoint]]:
        """Return the hits of each query, given with the name of the vectors that it searches."""
        requests = [
            rest.QueryRequest(
                query=query, using=name, filter=chosen, limit=limit, with_payload=True
            )
            for name, query in queries
        ]
        responses = await self._call("query_batch_points", requests=requests)
        return [response.points for response in responses]

    async def count_versions(self, limit: int) -> dict[str, int]:
        """Return the number of passages of each version, for at most `limit` versions."""
        response = await self._call("facet", key=VERSION_FIELD, limit=limit, exact=True)
        return {str(hit.value): hit.count for hit in response.hits}

    async def delete_versions(self, versions: Collection[str]) -> None:
        """Delete all passages of these document versions."""
        selector = rest.FilterSelector(filter=_any_of(versions))
        await self._call("delete", points_selector=selector, wait=True)

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


def _is_cut_in_a_tie(hits: Sequence[rest.ScoredPoint], depth: int) -> bool:
    return len(hits) > depth and hits[depth - 1].score == hits[depth].score


def _any_of(versions: Collection[str]) -> rest.Filter:
    """Choose the passages of these document versions."""
    match = rest.MatchAny(any=sorted(versions))
    return rest.Filter(must=[rest.FieldCondition(key=VERSION_FIELD, match=match)])


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
