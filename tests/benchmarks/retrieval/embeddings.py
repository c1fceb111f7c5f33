"""A server of real embeddings that remembers them in a file, so that only new texts take time."""

import asyncio
import hashlib
import logging
import os
import sqlite3
import threading
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer

from deploy.embedding_server import Embed, EmbeddingApi, EmbeddingQueue, load_model

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "tg-bot-rag"
_REPORTED = 50

log = logging.getLogger("retrieval")


class Cache:
    """Embeddings by text. The model is loaded for the first text that is not there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, v BLOB)")
        self._lock = threading.Lock()
        self._model: Embed | None = None
        self.made = 0

    def embed(self, text: str, is_query: bool) -> "array[float]":
        key = hashlib.sha256(f"{is_query}\0{text}".encode()).digest()
        with self._lock:
            row = self._database.execute("SELECT v FROM vectors WHERE key = ?", [key]).fetchone()
            if row:
                return array("f", row[0])
            self._model = self._model or load_model(1)
            vector = self._model(text, is_query)
            self._database.execute("INSERT INTO vectors VALUES (?, ?)", [key, vector.tobytes()])
            self.made += 1
            if self.made % _REPORTED == 0:
                log.info("embedded %d texts", self.made)
            return vector

    def close(self) -> None:
        self._database.close()


@asynccontextmanager
async def serve(path: Path) -> AsyncIterator[str]:
    """Serve OpenAI's API on a free port; yield its URL."""
    cache = await asyncio.to_thread(Cache, path)
    async with TestServer(EmbeddingApi(EmbeddingQueue(cache.embed)).create_app()) as server:
        yield str(server.make_url("/v1"))
    cache.close()
