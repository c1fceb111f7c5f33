"""Measure how long a bot's event loop is blocked while files are indexed.

    python -m tests.benchmarks.responsiveness [--documents FOLDER] [--only WORD] [--repeat 1]

Every file of `tests/hostile`, a few large harmless ones and those of a given folder go through the
bot's own code: conversion in a worker, splitting, embeddings by a stand-in in another process,
index and database. A watcher on the same event loop checks the clock every few milliseconds. "Late"
is its longest delay; "ours" is the longest delay without the time in which its thread was runnable
but waited for a CPU. What remains is work on the event loop, or a thread that held the interpreter
lock; on a busy machine such a thread waits for a CPU as well, so outliers are retried. Memory is
the worker's. Takes a quarter of an hour.
"""

import argparse
import asyncio
import base64
import gc
import multiprocessing
import random
import socket
import sys
import tempfile
import time
from array import array
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from personal_bot.documents.conversion import DEFAULT
from personal_bot.documents.library import DocumentLibrary, FileStage, Upload
from personal_bot.documents.quotas import Quotas
from personal_bot.documents.tables.files import TableFolder
from personal_bot.errors import DocumentError, PersonalBotError
from personal_bot.index.engine import Engine, EngineSettings
from personal_bot.index.store import StoreSettings
from personal_bot.openai.client import Models
from personal_bot.storage.database import Database
from tests.benchmarks.large import list_large
from tests.hostile.case import Hostile
from tests.hostile.every import list_hostile
from tests.workers import PeakMemory

DIMENSIONS = 1_536
QUOTAS = Quotas(documents=1_000, passages=1_000_000, size=10**10)  # too high to matter here
BOUND = 100  # milliseconds
LOOK = 0.005  # seconds between checks of the clock
MB = 1_000_000

_SCHEDULING = Path("/proc/thread-self/schedstat")


def read_queued() -> float:
    """Return the seconds in which this thread was runnable but waited for a CPU."""
    return int(_SCHEDULING.read_text().split()[1]) / 1e9


class Watcher:
    """Records the event loop's longest delay and the stage at which it occurred.

    `late` and `ours` are in seconds, `ours` without the time spent waiting for a CPU.
    """

    def __init__(self) -> None:
        self.late = self.ours = 0.0
        self.stage = self.at = FileStage.STORED

    async def run(self) -> None:
        while True:
            clock, queued = time.perf_counter(), read_queued()
            await asyncio.sleep(LOOK)
            late = time.perf_counter() - clock - LOOK
            self.late = max(self.late, late)
            ours = late - (read_queued() - queued)
            if ours > self.ours:
                self.ours, self.at = ours, self.stage

    @asynccontextmanager
    async def watching(self) -> AsyncIterator["Watcher"]:
        task = asyncio.create_task(self.run())
        await asyncio.sleep(2 * LOOK)
        try:
            yield self
        finally:
            await asyncio.sleep(2 * LOOK)
            task.cancel()


@dataclass(frozen=True)
class Finding:
    name: str
    size: int  # bytes
    outcome: str
    seconds: float
    late: float  # milliseconds
    ours: float  # milliseconds
    at: FileStage  # the last stage reached before the delay
    resident: int  # bytes, of the worker; so is `reserved`
    reserved: int


def serve_embeddings(listening: socket.socket) -> None:
    """Answer every request for embeddings, until killed."""
    packed = [
        base64.b64encode(
            array("f", random.Random(n).choices((-1.0, 1.0), k=DIMENSIONS)).tobytes()
        ).decode()
        for n in range(16)
    ]

    async def answer(request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        data = [
            {"object": "embedding", "index": index, "embedding": packed[len(text) % len(packed)]}
            for index, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response({"object": "list", "data": data, "model": "m", "usage": usage})

    app = web.Application(client_max_size=100 * MB)
    app.router.add_post("/v1/embeddings", answer)
    web.run_app(app, sock=listening, print=None)


@asynccontextmanager
async def open_library(folder: Path, url: str) -> AsyncIterator[DocumentLibrary]:
    model = "text-embedding-3-small"
    settings = EngineSettings(
        StoreSettings(folder / "index", "user_1", model, DIMENSIONS),
        Models("sk-benchmark", url, "gpt-5-mini", model, DIMENSIONS, url, "sk-benchmark"),
    )
    database = Database(folder / "bot.db")
    await database.open(settings.store.folder)
    knowledge = Engine(settings, database)

    try:
        yield DocumentLibrary(database, knowledge, QUOTAS, TableFolder(folder / "tables"))
    finally:
        await knowledge.close()
        await database.close()


async def add(library: DocumentLibrary, folder: Path, file: Hostile, number: int) -> Finding:
    content = await asyncio.to_thread(file.make)
    path = folder / "upload"
    path.write_bytes(content)
    size = len(content)
    del content
    gc.collect()
    watcher = Watcher()

    async def on_stage(name: str, stage: FileStage) -> None:
        watcher.stage = stage

    async with watcher.watching():
        with PeakMemory() as memory:
            begun = time.monotonic()
            try:
                upload = Upload(file.name, path, size, 1, number)
                addition = await library.add(upload, on_stage)
                outcome = f"{sum(card.passages for card in addition.documents)} passages"
            except DocumentError as error:
                outcome = f"{type(error).__name__.removesuffix('Error')} {error.detail}".strip()
            except PersonalBotError as error:
                outcome = f"!{type(error).__name__}: {error}"
            seconds = time.monotonic() - begun
    late, ours = 1000 * watcher.late, 1000 * watcher.ours
    return Finding(
        file.name, size, outcome, seconds, late, ours, watcher.at, memory.resident, memory.reserved
    )


async def measure(files: list[Hostile], url: str, repeat: int) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="responsive-") as name:
        folder = Path(name)
        async with open_library(folder, url) as library:
            await library.verify()
            gc.freeze()  # as a forked bot does, and `services` on first use
            found: list[Finding] = []
            show_header()
            for number, file in enumerate(files):
                finding = await add(library, folder, file, number)
                for again in range(repeat):
                    if finding.ours < BOUND:
                        break
                    show(finding)
                    await library.clear()
                    finding = min(
                        finding,
                        await add(library, folder, file, number + 10_000 * (again + 1)),
                        key=lambda one: one.ours,
                    )
                show(finding)
                found.append(finding)
            return iter(found)


def show_header() -> None:
    title = (
        "File",
        "KB",
        "Outcome",
        "s",
        "late ms",
        "ours ms",
        "after",
        "worker MB",
        "reserved",
        "limit",
    )
    print("{:28} {:>7} {:34} {:>6} {:>8} {:>8} {:8} {:>9} {:>8} {:>6}".format(*title))


def show(found: Finding) -> None:
    print(
        f"{found.name[:28]:28} {found.size // 1000:7} {found.outcome[:34]:34} {found.seconds:6.1f} "
        f"{found.late:8.0f} {found.ours:8.0f} {found.at:8} {found.resident / MB:9.0f} {found.reserved / MB:8.0f} "
        f"{DEFAULT.memory_bytes / MB:6.0f}",
        flush=True,
    )


def list_documents(folder: Path) -> Iterator[Hostile]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield Hostile(path.name, path.read_bytes)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.responsiveness",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--documents", type=Path, help="folder of further files")
    parser.add_argument("--only", default="", help="files with this in their name")
    parser.add_argument(
        "--repeat", type=int, default=1, help="times that an outlier is tried again"
    )
    options = parser.parse_args()
    files = [
        *list_large(),
        *(list_documents(options.documents) if options.documents else ()),
        *list_hostile(),
    ]
    files = [file for file in files if options.only in file.name]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        server = multiprocessing.get_context("fork").Process(
            target=serve_embeddings, args=(listening,), daemon=True
        )
        server.start()
        try:
            found = list(asyncio.run(measure(files, url, options.repeat)))
        finally:
            server.terminate()
    slow = [one for one in found if one.ours >= BOUND]
    large = [one for one in found if one.reserved > DEFAULT.memory_bytes]
    print(
        f"{len(found)} files; longest block {max((one.ours for one in found), default=0):.0f} ms, "
        f"{len(slow)} above {BOUND} ms; highest peak of a worker "
        f"{max((one.resident for one in found), default=0) / MB:.0f} MB, {len(large)} above the limit"
    )
    sys.exit(bool(slow or large))


if __name__ == "__main__":
    main()
