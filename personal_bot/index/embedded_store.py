"""The document store of Qdrant's engine in this process."""

import asyncio
from pathlib import Path
from typing import Any

from haystack import Document
from haystack_integrations.document_stores.qdrant.converters import (
    DENSE_VECTORS_NAME,
    SPARSE_VECTORS_NAME,
)
from qdrant_client.http import models as rest

from personal_bot.errors import IndexDamagedError
from personal_bot.index.document_stores import HybridStore, StoreSettings
from personal_bot.index.edge import AsyncEdgeClient, EdgeClient
from personal_bot.index.points import VERSION_FIELD, make_point


class EmbeddedStore(HybridStore):
    """Passages with a dense and a sparse vector, in Qdrant's engine within this process."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self._folder = settings.folder

    async def _initialize_async_client(self) -> None:
        if self._async_client is None:
            opening = asyncio.create_task(asyncio.to_thread(self._open_shard))
            try:
                await asyncio.shield(opening)
            except asyncio.CancelledError:  # the thread goes on, and would keep the shard locked
                await asyncio.wait([opening])
                if opening.exception() is None:
                    opening.result().close()
                raise
            client: Any = AsyncEdgeClient(opening.result())
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
        return make_point(
            document, document.embedding or []
        )  # the engine accepts a packed embedding

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


def _disk_usage(folder: Path) -> int:
    """Return the bytes used on disk; file sizes add up to ten times more, as files are sparse."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
