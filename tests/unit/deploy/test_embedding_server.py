"""Local embeddings: the routes of OpenAI's API, questions before passages, one text at a time."""

import asyncio
import base64
import socket
import threading
from array import array

import pytest
from aiohttp.test_utils import TestClient, TestServer

from deploy import embedding_server
from deploy.embedding_server import (
    DIM,
    MOST_CHARACTERS,
    MOST_TEXTS,
    EmbeddingApi,
    EmbeddingQueue,
)


class Model:
    """Records what it embeds; blocks on each passage that is named `slow` until released."""

    def __init__(self) -> None:
        self.embedded: list[tuple[str, bool]] = []
        self.busy = threading.Event()
        self.released = threading.Event()

    def embed(self, text: str, is_query: bool) -> "array[float]":
        if text == "slow":
            self.busy.set()
            self.released.wait(10)
        if text == "broken":
            raise RuntimeError("the engine failed")
        self.embedded.append((text, is_query))
        return array("f", [float(len(text)), *[0.0] * (DIM - 1)])


@pytest.fixture
def model():
    return Model()


@pytest.fixture
async def client(model):
    app = EmbeddingApi(EmbeddingQueue(model.embed)).create_app()
    async with TestClient(TestServer(app)) as client:
        yield client
        model.released.set()


async def post(client: TestClient, **body):
    async with client.post("/v1/embeddings", json=body) as response:
        return response.status, await response.json()


async def test_a_text_and_a_list_of_texts_are_embedded_in_their_order(client):
    assert (await post(client, input="abc"))[1]["data"][0]["embedding"][0] == 3.0
    _, answer = await post(client, input=["abc", "a", "ab"], model="any", dimensions=DIM)
    assert [item["index"] for item in answer["data"]] == [0, 1, 2]
    assert [item["embedding"][0] for item in answer["data"]] == [3.0, 1.0, 2.0]
    assert {len(item["embedding"]) for item in answer["data"]} == {DIM}


async def test_base64_holds_little_endian_floats(client):
    _, answer = await post(client, input="abc", encoding_format="base64")
    packed = base64.b64decode(answer["data"][0]["embedding"])
    assert packed[:4] == b"\x00\x00\x40\x40"  # 3.0
    assert len(packed) == 4 * DIM


async def test_the_prefix_tells_questions_from_passages_and_is_not_embedded_twice(client, model):
    await post(client, input=["passage: a", "b", "query: c"])
    assert sorted(model.embedded) == [("a", False), ("b", False), ("c", True)]


@pytest.mark.parametrize(
    ("body", "status", "parameter"),
    [
        ({}, 400, None),
        ({"input": []}, 400, "input"),
        ({"input": [1]}, 400, "input"),
        ({"input": 5}, 400, None),
        ({"input": "a", "dimensions": 512}, 400, "dimensions"),
        ({"input": ["a"] * (MOST_TEXTS + 1)}, 413, "input"),
        ({"input": "a" * (MOST_CHARACTERS + 1)}, 413, "input"),
    ],
)
async def test_what_cannot_be_embedded_is_refused_like_at_openai(client, body, status, parameter):
    found, answer = await post(client, **body)
    assert (found, answer["error"]["param"]) == (status, parameter)


async def test_text_that_is_no_unicode_is_embedded_all_the_same(client, model):
    assert (await post(client, input="a\ud800"))[0] == 200
    assert model.embedded == [("a?", False)]


async def test_a_question_does_not_wait_for_passages_that_have_not_begun(client, model):
    passages = asyncio.create_task(post(client, input=["slow", "passage: next"]))
    await asyncio.to_thread(model.busy.wait, 10)
    question = asyncio.create_task(post(client, input="query: why"))
    async with client.get("/health") as response:  # answered while the model works
        assert response.status == 200
    model.released.set()
    assert (await question)[0] == (await passages)[0] == 200
    assert [text for text, _ in model.embedded] == ["slow", "why", "next"]


async def test_passages_whose_bot_has_gone_are_not_embedded(model):
    queue = EmbeddingQueue(model.embed)
    running = asyncio.create_task(queue.run())
    gone = asyncio.create_task(queue.embed(["slow", "passage: unwanted"]))
    await asyncio.to_thread(model.busy.wait, 10)
    gone.cancel()
    await asyncio.wait([gone])
    model.released.set()
    await queue.embed(["passage: wanted"])
    running.cancel()
    await asyncio.wait([running])
    assert [text for text, _ in model.embedded] == ["slow", "wanted"]


async def test_a_failure_of_the_model_ends_one_request_and_no_other(client, model):
    async with client.post("/v1/embeddings", json={"input": ["broken", "a"]}) as response:
        assert response.status == 500
    assert (await post(client, input="abc"))[0] == 200


def test_a_model_that_does_not_load_is_one_line(monkeypatch, capsys):
    def fail(_threads: int) -> None:
        raise OSError("wrong kind of machine")

    monkeypatch.setattr(embedding_server, "load_model", fail)
    assert embedding_server.main(["--port", "1"]) == 78
    said = capsys.readouterr().err
    assert said == "embeddings: cannot load the model: wrong kind of machine\n"


def test_a_port_that_is_taken_is_one_line(monkeypatch, capsys, model):
    monkeypatch.setattr(embedding_server, "load_model", lambda threads: model.embed)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert embedding_server.main(["--port", str(port)]) == 78
    said = capsys.readouterr().err
    assert said == f"embeddings: cannot listen on 127.0.0.1:{port}: Address already in use\n"
