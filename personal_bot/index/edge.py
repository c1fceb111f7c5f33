"""Qdrant's engine in this process, with those methods of a Qdrant client that a store calls.

Requests and responses are those of `qdrant_client.http.models`, so a caller can use the embedded
index like a server. An edge shard has no collections: `collection_name` and similar arguments are
accepted and ignored.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.http import models as rest

from personal_bot.errors import IndexDamagedError, StoreError
from personal_bot.index.edge_errors import translated_errors
from personal_bot.index.edge_models import (
    from_id,
    from_record,
    from_vectors,
    to_filter,
    to_filter_or_none,
    to_id,
    to_query,
    to_vectors,
)
from personal_bot.process.memory import release_pages
from personal_bot.storage.disk_space import require_disk_space

Result = TypeVar("Result")

# Points in the write-ahead log, approximate maximum: opening replays 1,000 points in 0.1 s.
LOGGED = 1_024

# No graph: brute force over 20,000 vectors takes 6.6 ms, while building a graph of them takes
# seconds of CPU and hundreds of megabytes. `optimize` is still useful: it moves the postings of the
# sparse index from the heap to a file (18 MB at 10,000 passages) and frees the space of deleted
# points.
_NO_GRAPH = edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)
_OPTIMIZED_ABOVE = 1_024  # KB of vectors; Qdrant counts four bytes per number


class EdgeClient:
    """One open shard. Not thread-safe."""

    def __init__(self, path: Path, vectors: dict[str, int], sparse_vectors: Sequence[str]) -> None:
        """Open the shard at `path` or create it; `vectors` maps names to dimensions.

        Raises IndexDamagedError if existing files cannot be read, DiskFullError, and StoreError if
        another process has the shard open.
        """
        config = edge.EdgeConfig(
            vectors={
                name: edge.EdgeVectorParams(
                    size=size,
                    distance=edge.Distance.Cosine,
                    datatype=edge.VectorStorageDatatype.Float16,  # half the memory and disk
                )
                for name, size in vectors.items()
            },
            sparse_vectors={
                name: edge.EdgeSparseVectorParams(
                    modifier=edge.Modifier.Idf, memory=edge.Memory.Cold
                )
                for name in sparse_vectors
            },
            hnsw_config=_NO_GRAPH,
            optimizers=edge.EdgeOptimizersConfig(
                indexing_threshold=_OPTIMIZED_ABOVE, default_segment_number=1
            ),
            max_search_threads=1,
            wal_enabled=True,  # otherwise a killed process loses unflushed writes
        )
        self._path = path.resolve()
        self._shard = self._open(config)
        self._logged = 0  # points written since the engine's last flush

    def _open(self, config: edge.EdgeConfig) -> edge.EdgeShard:
        require_disk_space(self._path)
        with translated_errors(IndexDamagedError):
            if self._path.exists():
                return edge.EdgeShard.load(str(self._path), config)
            self._path.mkdir(parents=True, mode=0o700)
            return edge.EdgeShard.create(str(self._path), config)

    def create_payload_index(self, field_name: str) -> None:
        self._update(
            edge.UpdateOperation.create_field_index(field_name, edge.PayloadSchemaType.Keyword)
        )

    def has_payload_index(self, field_name: str) -> bool:
        return field_name in _call(self._shard.info).payload_schema

    def upsert(self, *, points: Sequence[rest.PointStruct], **_: Any) -> None:
        self._logged += len(points)
        self._update(
            edge.UpdateOperation.upsert_points(
                [
                    edge.Point(to_id(point.id), to_vectors(point.vector), point.payload)
                    for point in points
                ]
            )
        )

    def delete(
        self,
        *,
        points_selector: rest.PointIdsList | rest.FilterSelector,
        **_: Any,
    ) -> None:
        if isinstance(points_selector, rest.PointIdsList):
            chosen_ids: list[edge.PointId] = [to_id(point) for point in points_selector.points]
            self._update(edge.UpdateOperation.delete_points(chosen_ids))
        else:
            chosen = to_filter(points_selector.filter)
            self._update(edge.UpdateOperation.delete_points_by_filter(chosen))

    def count(self, *, count_filter: rest.Filter | None = None, **_: Any) -> rest.CountResult:
        request = edge.CountRequest(exact=True, filter=to_filter_or_none(count_filter))
        return rest.CountResult(count=_call(self._shard.count, request))

    def facet(self, *, key: str, limit: int, **_: Any) -> rest.FacetResponse:
        hits = _call(self._shard.facet, edge.FacetRequest(key, limit=limit, exact=True)).hits
        return rest.FacetResponse(
            hits=[rest.FacetValueHit(value=hit.value, count=hit.count) for hit in hits]
        )

    def retrieve(
        self,
        *,
        ids: Sequence[str | int | UUID],
        with_payload: bool = True,
        with_vectors: bool | list[str] = False,
        **_: Any,
    ) -> list[rest.Record]:
        ids = [to_id(point) for point in ids]
        return [
            from_record(record)
            for record in _call(self._shard.retrieve, ids, with_payload, with_vectors)
        ]

    def scroll(
        self,
        *,
        scroll_filter: rest.Filter | None = None,
        limit: int = 10,
        offset: str | int | UUID | None = None,
        with_payload: bool = True,
        with_vectors: bool = False,
        **_: Any,
    ) -> tuple[list[rest.Record], str | int | None]:
        request = edge.ScrollRequest(
            offset=None if offset is None else to_id(offset),
            limit=limit,
            filter=to_filter_or_none(scroll_filter),
            with_payload=with_payload,
            with_vector=with_vectors,
        )
        records, following = _call(self._shard.scroll, request)
        return [from_record(record) for record in records], from_id(following)

    def query_batch_points(
        self, *, requests: Sequence[rest.QueryRequest], **_: Any
    ) -> list[rest.QueryResponse]:
        return [self._query(request) for request in requests]

    def _query(self, request: rest.QueryRequest) -> rest.QueryResponse:
        nearest = edge.QueryRequest(
            limit=request.limit or 10,
            query=to_query(request.query, request.using),
            filter=to_filter_or_none(request.filter),
            with_payload=bool(request.with_payload),
            with_vector=bool(request.with_vector),
        )
        points = [
            rest.ScoredPoint.model_construct(  # validation takes longer than the search
                id=from_id(point.id) or 0,
                version=point.version,
                score=point.score,
                payload=point.payload,
                vector=from_vectors(point.vector),
            )
            for point in _call(self._shard.query, nearest)
        ]
        return rest.QueryResponse(points=points)

    def flush(self, **_: Any) -> None:
        """Make everything written so far survive a power loss: single updates are not synced.

        The engine's own flush blocks all threads while it waits for the disk (0.9.0). Instead, its
        files are synced here, so the disk is in the state that a killed process leaves, and the
        engine recovers from that by its log. The engine's flush runs only once the log has grown to
        `LOGGED` points, and then has little left to wait for.
        """
        _call(_sync, self._path)
        if self._logged >= LOGGED:
            _call(self._shard.flush)
            self._logged = 0

    def optimize(self, **_: Any) -> bool:
        """Free the space of deleted points and the memory of new ones.

        Blocks all threads for 0.5 s at 10,000 passages (0.9.0). Returns whether there was anything
        to do.
        """
        return _call(self._shard.optimize)

    def close(self) -> None:
        _call(self._shard.close)

    def release_pages(self) -> None:
        """Release the memory of the file pages read so far; a search reads every vector."""
        release_pages(self._path)

    def _update(self, operation: edge.UpdateOperation) -> None:
        require_disk_space(self._path)
        _call(self._shard.update, operation)


class AsyncEdgeClient:
    """The methods of `EdgeClient` as coroutines; each runs on one dedicated thread, in order.

    After each call the pages of the index's files are released: 60 MB at 10,000 passages.
    """

    def __init__(self, client: EdgeClient) -> None:
        self._client = client
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        async def call(*arguments: Any, **options: Any) -> Any:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._thread, self._run, partial(method, *arguments, **options)
            )

        return call

    def _run(self, call: Callable[[], Result]) -> Result:
        try:
            return call()
        finally:
            self._client.release_pages()

    async def close(self) -> None:
        await self.__getattr__("close")()
        self._thread.shutdown()


def _sync(folder: Path) -> None:
    """Sync a folder and everything in it to the disk."""
    for path in (folder, *folder.rglob("*")):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # an empty log segment that an engine thread has created and then renamed
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _call(method: Callable[..., Result], *arguments: Any) -> Result:
    with translated_errors(StoreError):
        return method(*arguments)
