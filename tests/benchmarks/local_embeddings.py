"""Measure the server of local embeddings: time and memory.

    python -m tests.benchmarks.local_embeddings [--output build/benchmarks]

Writes `local_embeddings.json`: CPU seconds of a question and of a passage of 120 words, alone; the
seconds that a question takes while three bots embed passages; and the memory as PSS in MB, after
the start and at the end. CPU seconds do not depend on what else the machine does.
"""

import argparse
import asyncio
import json
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from aiohttp import ClientSession

from deploy.embedding_server import MOST_TEXTS, PASSAGE_PREFIX, QUERY_PREFIX
from deploy.environment import ROOT
from deploy.local_embeddings import LocalEmbeddings, find_port
from tests.benchmarks.processes import read_cpu, read_pss

ROUNDS = 30
BOTS = 3
SENTENCES = {
    "English": "The annual report shows that revenue grew by twelve percent in the third quarter, "
    "mainly because of new customers in the northern region. ",
    "Russian": "Годовой отчёт показывает, что выручка в третьем квартале выросла на двенадцать "
    "процентов, главным образом благодаря новым заказчикам на севере. ",
}
QUESTIONS = {
    "English": "When did the revenue of the company grow?",
    "Russian": "Когда выросла выручка компании?",
}

log = logging.getLogger("local embeddings")


class Client:
    def __init__(self, session: ClientSession, server: LocalEmbeddings, pid: int) -> None:
        self._session = session
        self._url = f"{server.url}/embeddings"
        self.pid = pid

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        async with self._session.post(self._url, json={"input": texts}) as response:
            response.raise_for_status()
            return [item["embedding"] for item in (await response.json())["data"]]

    async def measure_cpu(self, text: str) -> float:
        await self.embed([text])
        begun = read_cpu(self.pid)
        for _ in range(ROUNDS):
            await self.embed([text])
        return round((read_cpu(self.pid) - begun) / ROUNDS, 3)


@contextmanager
def start_server() -> Iterator[tuple[LocalEmbeddings, int]]:
    server = LocalEmbeddings(find_port())
    with subprocess.Popen(
        server.program.command, cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()  # written once it listens
        yield server, process.pid
        process.terminate()


async def measure(client: Client) -> dict[str, float]:
    found = {"mb_after_start": read_pss(client.pid)}
    for language, sentence in SENTENCES.items():
        passage = PASSAGE_PREFIX + " ".join((sentence * 20).split()[:120])
        question = QUERY_PREFIX + QUESTIONS[language]
        found[f"question_cpu_{language}"] = await client.measure_cpu(question)
        found[f"passage_cpu_{language}"] = await client.measure_cpu(passage)
    bots = [asyncio.create_task(_index(client, passage)) for _ in range(BOTS)]
    times = []
    while not all(bot.done() for bot in bots):
        begun = time.perf_counter()
        await client.embed([question])
        times.append(time.perf_counter() - begun)
    await asyncio.gather(*bots)
    found["question_while_indexing_median"] = round(statistics.median(times), 3)
    found["question_while_indexing_longest"] = round(max(times), 3)
    found["mb_at_the_end"] = read_pss(client.pid)
    return found


async def _index(client: Client, passage: str) -> None:
    for number in range(3):
        await client.embed([f"{passage} {number} {index}" for index in range(MOST_TEXTS)])


async def run() -> dict[str, float]:
    with start_server() as (server, pid):
        async with ClientSession() as session:
            return await measure(Client(session, server, pid))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    results = asyncio.run(run())
    for name, value in results.items():
        log.info("%-32s %s", name, value)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "local_embeddings.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
