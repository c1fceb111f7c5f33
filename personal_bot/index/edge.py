"""Qdrant's engine inside this process, behind the few calls of a Qdrant client that a store makes.

Requests and answers are those of `qdrant_client.http.models`, so that whoever calls cannot tell the
embedded index from a server. An edge shard has no collections: `collection_name` and the
like are accepted and not used.
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

# Points in the log, at most about: an opening replays a thousand in a tenth of a second.
LOGGED = 1_024

# No graph: brute force over 20,000 vectors takes 6.6 ms, and a graph of them seconds of CPU and
# hundreds of megabytes to build. What `optimize` still does is worth it: words' postings go from
# the heap to a file, 18 MB at 10,000 passages, and what was deleted gives its space back.
_NO_GRAPH = edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)
_OPTIMIZED_ABOVE = 1_024  # KB of vectors as Qdrant counts them, four bytes a number


class EdgeClient:
    """One shard, opened or created. Not for use from two threads at once."""

    def __init__(self, path: Path, vectors: dict[str, int], sparse_vectors: Sequence[str]) -> None:
        """Open the shard at `path` or create it. `vectors` gives the dimension of each.

        Raises IndexDamagedError where files are there and cannot be read, DiskFullError, and
        StoreError where another process holds them.
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
            wal_enabled=True,  # without it a killed process loses what was not flushed
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
        with_vectors: bool = False,
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

    def query_points(
        self,
        *,
        query: Any,
        using: str | None = None,
        prefetch: Sequence[rest.Prefetch] | None = None,
        query_filter: rest.Filter | None = None,
        limit: int = 10,
        with_payload: bool = True,
        with_vectors: bool = False,
        **_: Any,
    ) -> rest.QueryResponse:
        request = edge.QueryRequest(
            limit=limit,
            query=to_query(query, using),
            prefetches=[
                edge.Prefetch(
                    limit=part.limit or limit,
                    query=to_query(part.query, part.using),
                    filter=to_filter_or_none(part.filter),
                )
                for part in prefetch or []
            ],
            filter=to_filter_or_none(query_filter),
            with_payload=with_payload,
            with_vector=with_vectors,
        )
        points = [
            rest.ScoredPoint(
                id=from_id(point.id) or 0,
                version=point.version,
                score=point.score,
                payload=point.payload,
                vector=from_vectors(point.vector),
            )
            for point in _call(self._shard.query, request)
        ]
        return rest.QueryResponse(points=points)

    def flush(self, **_: Any) -> None:
        """Make everything written so far outlive a power loss: updates are not synced singly.

        The engine's own flush waits for the disk and lets no other thread run meanwhile (0.9.0). So
        its files are synced here, which leaves on the disk what a killed process leaves: the engine
        recovers that from its log. Its own flush comes once the log has grown, and finds little
        left to wait for.
        """
        _call(_sync, self._path)
        if self._logged >= LOGGED:
            _call(self._shard.flush)
            self._logged = 0

    def optimize(self, **_: Any) -> bool:
        """Give back the space of deleted points and the memory of new ones.

        Takes half a second at 10,000 passages, in which no other thread runs (0.9.0). Returns
        whether there was anything to do.
        """
        return _call(self._shard.optimize)

    def close(self) -> None:
        _call(self._shard.close)

    def release_pages(self) -> None:
        """Give back the memory of what the last call has read: a search reads every vector."""
        release_pages(self._path)

    def _update(self, operation: edge.UpdateOperation) -> None:
        require_disk_space(self._path)
        _call(self._shard.update, operation)


class AsyncEdgeClient:
    """The same calls, awaited: each runs on a thread of this client's own, one after another.

    Between them a bot keeps nothing of the index's files in its memory: 60 MB at 10,000 passages.
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
    """Have a folder and all that is in it written to the disk."""
    for path in (folder, *folder.rglob("*")):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # an empty log to come, which the engine makes on a thread and then renames
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _call(method: Callable[..., Result], *arguments: Any) -> Result:
    with translated_errors(StoreError):
        return method(*arguments)
