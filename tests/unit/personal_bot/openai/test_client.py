"""Embeddings stay packed arrays from the HTTP response to the index."""

import base64
import struct
from array import array
from types import SimpleNamespace
from typing import Any

import pytest

from personal_bot.errors import OpenAIUnreachableError
from personal_bot.openai.client import PackedEmbeddings

NUMBERS = [0.5, -0.25, 2.0]
PACKED = base64.b64encode(struct.pack("<3f", *NUMBERS)).decode()


class Client:
    def __init__(self, embedding: str | list[float]) -> None:
        self.embeddings = self
        self.asked: dict[str, Any] = {}
        self._embedding = embedding

    async def create(self, **options: Any) -> Any:
        self.asked = options
        return SimpleNamespace(data=[SimpleNamespace(embedding=self._embedding)])


@pytest.mark.parametrize("embedding", [PACKED, NUMBERS])
async def test_an_embedding_is_packed_whichever_way_a_service_sends_it(embedding):
    client: Any = Client(embedding)
    answer = await PackedEmbeddings(client).create(encoding_format="float", input=["word"])
    assert answer.data[0].embedding == array("f", NUMBERS)
    assert client.asked == {"encoding_format": "base64", "input": ["word"]}


@pytest.mark.parametrize("embedding", ["not base64 of numbers", "YQ==", None, ["a"]])
async def test_what_is_no_embedding_is_told_from_one(embedding):
    client: Any = Client(embedding)
    with pytest.raises(OpenAIUnreachableError):
        await PackedEmbeddings(client).create(encoding_format="float", input=["word"])
