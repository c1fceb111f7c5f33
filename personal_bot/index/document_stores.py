"""The document store of a Qdrant server; `embedded_store` has that of the embedded engine.

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
    convert_id,
)
from qdrant_client.http import models as rest

from personal_bot.errors import IndexMismatchError
from personal_bot.index.errors import translated_errors
from personal_bot.index.passages import PASSAGES, passage_id
from personal_bot.index.phrases import Phrase
from personal_bot.index.points import (
    VERSION_FIELD,
    Query,
    choose_versions,
    make_point,
    order,
    place,
)

TIMEOUT = 30  # seconds per request to a server
SCROLLED = 256  # passages read at once
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

        self.changes = 0  # counts what was written and deleted

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
        self.changes += 1
        points = await asyncio.to_thread(lambda: [self._point(document) for document in documents])
        await self._call("upsert", points=points, wait=True)
        return len(documents)

    async def search(
        self, queries: Sequence[Query], limit: int, versions: Collection[str] | None = None
    ) -> list[list[rest.ScoredPoint]]:
        """Return the best `limit` points of each query, in the same order every time.

        With `versions`, searches only these document versions.
        """
        found = await self._search(queries, limit + 1, versions)
        tied = [number for number, hits in enumerate(found) if _is_cut_in_a_tie(hits, limit)]
        if tied:
            some = [queries[number] for number in tied]
            for number, hits in zip(
                tied, await self._search(some, limit + TIED, versions), strict=True
            ):
                found[number] = hits
        return [order(hits)[:limit] for hits in found]

    async def have_words(self, groups: Sequence[Collection[int]]) -> list[bool]:
        """Tell for each group of stem ids whether any passage has a word with one of them."""
        queries = [Query.of_words(dict.fromkeys(group, 1.0)) for group in groups if group]
        found = iter(await self._search(queries, 1, None, payload=False) if queries else ())
        return [bool(next(found)) if group else False for group in groups]

    async def _search(
        self,
        queries: Sequence[Query],
        limit: int,
        versions: Collection[str] | None,
        *,
        payload: bool = True,
    ) -> list[list[rest.ScoredPoint]]:
        chosen = None if versions is None else choose_versions(versions)
        requests = [
            rest.QueryRequest(
                query=vector, using=name, filter=chosen, limit=limit, with_payload=payload
            )
            for name, vector in queries
        ]
        responses = await self._call("query_batch_points", requests=requests)
        return [response.points for response in responses]

    async def load(
        self, places: Sequence[tuple[str, int]], *, embeddings: bool = False
    ) -> list[Document]:
        """Return the passages at (document version, position); those that are missing are left out.

        Only with `embeddings`, each passage has its own.
        """
        records = await self._call(
            "retrieve",
            ids=[convert_id(passage_id(version, index)) for version, index in places],
            with_payload=True,
            with_vectors=[DENSE_VECTORS_NAME] if embeddings else False,
        )
        return self.make_documents(records)

    def make_documents(self, points: Sequence[rest.ScoredPoint | rest.Record]) -> list[Document]:
        """Return the passages that points stand for."""
        either: list[Any] = [*points]
        documents: list[Document] = self._process_query_point_results(either)
        return documents

    async def read(self, version: str, first: int, last: int) -> list[Document]:
        """Return the passages of a document version from `first` to `last`, both included.

        Positions that the document does not have are left out.
        """
        positions = range(max(0, first), min(last, first + PASSAGES) + 1)
        documents: list[Document] = []
        for start in range(0, len(positions), SCROLLED):
            places = [(version, index) for index in positions[start : start + SCROLLED]]
            documents += (loaded := await self.load(places))
            if not loaded:
                break
        return sorted(documents, key=lambda document: int(document.meta["index"]))

    async def find_text(
        self, text: str, versions: Collection[str] | None = None, limit: int = 20
    ) -> list[Document]:
        """Return the passages with exactly these words, numbers or codes, see `phrases`.

        Whole words come before words that go on; then by document name and position. With
        `versions`, searches only these document versions. Reads every passage.
        """
        if versions is not None and not versions:
            return []
        phrase = Phrase(text)
        chosen = None if versions is None else choose_versions(versions)
        best: list[tuple[int, rest.Record]] = []
        offset: Any = None
        while True:
            records, offset = await self._call(
                "scroll", scroll_filter=chosen, limit=SCROLLED, offset=offset, with_payload=True
            )
            best += await asyncio.to_thread(_rank, phrase, records)
            best = sorted(best, key=lambda ranked: (ranked[0], *place(ranked[1])))[:limit]
            if offset is None:
                break
        return self.make_documents([record for _, record in best])

    async def count_versions(self, limit: int) -> dict[str, int]:
        """Return the number of passages of each version, for at most `limit` versions."""
        response = await self._call("facet", key=VERSION_FIELD, limit=limit, exact=True)
        return {str(hit.value): hit.count for hit in response.hits}

    async def delete_versions(self, versions: Collection[str]) -> None:
        """Delete all passages of these document versions."""
        self.changes += 1
        selector = rest.FilterSelector(filter=choose_versions(versions))
        await self._call("delete", points_selector=selector, wait=True)

    async def flush(self) -> None:
        """Make everything written so far survive a power loss. A server does so by itself."""

    async def compact(self) -> None:
        """Free space of deleted passages and memory of new ones. A server does so by itself."""

    async def measure(self) -> int | None:
        """Return the size of the index on this machine's disk in bytes; None for a server."""
        return None

    def _point(self, document: Document) -> rest.PointStruct:
        return make_point(document, list(document.embedding or []))

    async def _call(self, operation: str, **options: Any) -> Any:
        with translated_errors():
            await self._initialize_async_client()
            client: Any = self._async_client
            return await getattr(client, operation)(collection_name=self.index, **options)


def _is_cut_in_a_tie(hits: Sequence[rest.ScoredPoint], depth: int) -> bool:
    return len(hits) > depth and hits[depth - 1].score == hits[depth].score


def _rank(phrase: Phrase, records: Iterable[rest.Record]) -> list[tuple[int, rest.Record]]:
    """Return the records that have the phrase, each with the rank of its match."""
    ranked = []
    for record in records:
        rank = phrase.rank((record.payload or {})["content"] or "")
        if rank is not None:
            ranked.append((rank, record))
    return ranked
