"""Embeddings are requested as a service takes them, checked, and stay packed."""

import base64
import struct
from array import array
from typing import Any

import pytest

from personal_bot.errors import (
    EmbeddingLengthError,
    OpenAIError,
    OpenAIKeyInvalidError,
    OpenAINotOfferedError,
    OpenAIOverloadedError,
    OpenAIResponseError,
)
from personal_bot.openai import requests
from personal_bot.openai.embeddings import Embeddings
from tests.unit.personal_bot.openai.conftest import TARGET, Asked, Response, refuse

LENGTH = 3


def vector(text: str) -> list[float]:
    return [float(len(text)), 0.5, -0.25]


def item(text: str, index: int | None, *, packed: bool = False) -> dict[str, Any]:
    numbers: Any = vector(text)
    if packed:
        numbers = base64.b64encode(struct.pack("<3f", *numbers)).decode()
    return {"embedding": numbers} | ({} if index is None else {"index": index})


def respond(body: dict[str, Any], **fields: Any) -> Response:
    packed = body.get("encoding_format") == "base64"
    data = [item(text, index, packed=packed) for index, text in enumerate(body["input"])]
    return Response(200, json={"data": data, **fields})


async def embed(asked: Asked, texts: list[str], retries: int = 0) -> list[Any]:
    embeddings = Embeddings(asked.client, TARGET, LENGTH, asked.notebook, retries=retries)
    response = await embeddings.create(input=texts, model="ignored", encoding_format="float")
    assert dict(response.usage)  # Haystack reads it
    return [item.embedding for item in response.data]


def expected(texts: list[str]) -> list[Any]:
    return [array("f", vector(text)) for text in texts]


TEXTS = ["a" * length for length in range(1, 65)]


@pytest.mark.parametrize("packed", [True, False])
async def test_embeddings_are_packed_whichever_way_a_service_sends_them(ask, packed):
    asked = ask(lambda body: respond(body if packed else {"input": body["input"]}))
    assert await embed(asked, ["word"]) == expected(["word"])
    assert asked.bodies[0]["encoding_format"] == "base64"


@pytest.mark.parametrize("indexes", [[2, 1, 0], [1, 2, None], [None, None, None]])
async def test_each_text_gets_the_embedding_with_its_index(ask, indexes):
    """Some services leave out the index 0, or all of them."""
    texts = ["a", "bb", "ccc"]

    def answer(_body: dict[str, Any]) -> Response:
        places = range(3) if set(indexes) == {None} else [index or 0 for index in indexes]
        data = [item(texts[at], index) for at, index in zip(places, indexes, strict=True)]
        return Response(200, json={"data": data})

    assert await embed(ask(answer), texts) == expected(texts)


async def test_texts_are_embedded_one_by_one_if_their_order_is_unknown(ask):
    def answer(body: dict[str, Any]) -> Response:
        return Response(200, json={"data": [item(text, 0) for text in body["input"]]})

    asked = ask(answer)
    assert await embed(asked, ["a", "bb"]) == expected(["a", "bb"])
    assert asked.notebook.recall(TARGET).batch == 1


@pytest.mark.parametrize(
    "refusal",
    [
        refuse(400, "batch size is invalid, it should not be larger than 10"),
        refuse(413, "Request Entity Too Large"),
        refuse(422, "Input validation error"),
    ],
    ids=["400", "413", "422"],
)
async def test_a_batch_shrinks_to_what_the_service_takes_and_stays_so(ask, refusal):
    asked = ask(lambda body: refusal if len(body["input"]) > 10 else respond(body))
    assert await embed(asked, TEXTS) == expected(TEXTS)
    assert asked.notebook.recall(TARGET).batch == 8

    asked.bodies.clear()
    assert await embed(asked, TEXTS) == expected(TEXTS)
    assert [len(body["input"]) for body in asked.bodies] == [8] * 8


async def test_one_text_that_is_too_long_is_cut_and_does_not_shrink_later_batches(ask):
    long = "x" * 3000

    def answer(body: dict[str, Any]) -> Response:
        if any(len(text) > 1000 for text in body["input"]):
            return refuse(413, "inputs must have less than 512 tokens")
        return respond(body)

    asked = ask(answer)
    assert await embed(asked, [*TEXTS[:7], long]) == expected([*TEXTS[:7], long[:750]])
    assert asked.notebook.recall(TARGET).batch == 64


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("dimensions", "Model does not support matryoshka representation"),
        ("encoding_format", "base64 is not supported"),
    ],
)
async def test_what_is_refused_is_left_out_from_then_on(ask, parameter, message):
    asked = ask(lambda body: refuse(400, message) if parameter in body else respond(body))
    for _time in range(2):
        assert await embed(asked, ["word"]) == expected(["word"])
    assert [parameter in body for body in asked.bodies] == [True, False, False]
    assert asked.notebook.recall(TARGET).refused == {parameter}


async def test_what_is_refused_without_a_reason_is_found_out(ask):
    def answer(body: dict[str, Any]) -> Response:
        return refuse(400, "Bad request") if "encoding_format" in body else respond(body)

    asked = ask(answer)
    assert await embed(asked, ["word"]) == expected(["word"])
    assert "encoding_format" in asked.notebook.recall(TARGET).refused


async def test_a_model_that_wants_to_know_what_a_text_is_for_is_told(ask):
    def answer(body: dict[str, Any]) -> Response:
        if "input_type" in body:
            return respond(body)
        message = "'input_type' parameter is required for asymmetric models"
        return Response(400, json={"error": message})

    asked = ask(answer)
    for _time in range(2):
        assert await embed(asked, ["word"]) == expected(["word"])
    assert [body.get("input_type") for body in asked.bodies] == [None, "passage", "passage"]


async def test_no_embeddings_at_all_mean_that_base64_is_not_known(ask):
    asked = ask(
        lambda body: (
            Response(200, json={"data": []}) if "encoding_format" in body else respond(body)
        )
    )
    assert await embed(asked, ["word"]) == expected(["word"])


async def test_nothing_is_learnt_from_a_request_that_fails_in_every_form(ask):
    asked = ask(lambda _body: refuse(400, "Bad request"))
    with pytest.raises(OpenAIError):
        await embed(asked, ["word"])
    assert asked.notebook.recall(TARGET) == type(asked.notebook.recall(TARGET))()


@pytest.mark.parametrize(
    "data",
    [
        [{"index": 0, "embedding": "not base64 of numbers"}],
        [{"index": 0, "embedding": "YQ=="}],
        [{"index": 0, "embedding": None}],
        [{"index": 0, "embedding": ["a", 1, 2]}],
        [{"index": 0, "embedding": [1e300, 1, 2]}],
        ["word"],
    ],
)
async def test_what_is_no_embedding_is_told_from_one(ask, data):
    with pytest.raises(OpenAIResponseError):
        await embed(ask(lambda _body: Response(200, json={"data": data})), ["word"])


async def test_embeddings_with_nan_are_refused(ask):
    content = b'{"data": [{"index": 0, "embedding": [NaN, 1.0, 2.0]}]}'
    with pytest.raises(OpenAIResponseError, match="not finite"):
        await embed(ask(lambda _body: Response(200, content=content)), ["word"])


async def test_a_wrong_length_is_named_with_the_length_found(ask):
    data = [{"index": 0, "embedding": [1.0, 2.0]}]
    with pytest.raises(EmbeddingLengthError) as raised:
        await embed(ask(lambda _body: Response(200, json={"data": data})), ["word"])
    assert (raised.value.found, raised.value.expected) == (2, LENGTH)
    assert (raised.value.service, raised.value.model) == ("api.example.com", "model")


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Response(200, content=b"<html>Welcome</html>"), OpenAIResponseError),
        (Response(200, json={"hello": "world"}), OpenAIResponseError),
        (Response(200, json={"error": {"message": "overloaded"}}), OpenAIOverloadedError),
        (Response(404, content=b"<html>404</html>"), OpenAINotOfferedError),
        (refuse(401, "no"), OpenAIKeyInvalidError),
    ],
)
async def test_a_response_without_embeddings_says_why(ask, response, error):
    with pytest.raises(error):
        await embed(ask(lambda _body: response), ["word"])


async def test_only_what_may_pass_is_requested_again(ask, monkeypatch):
    monkeypatch.setattr(requests, "FIRST_PAUSE", 0.0)
    answers = [Response(503, json={}), Response(429, json={})]
    asked = ask(lambda body: answers.pop() if answers else respond(body))
    assert await embed(asked, ["word"], retries=2) == expected(["word"])

    asked = ask(lambda _body: refuse(402, "Insufficient Balance"))
    with pytest.raises(OpenAIError):
        await embed(asked, ["word"], retries=2)
    assert len(asked.bodies) == 1
