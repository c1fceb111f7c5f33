"""Requests embeddings in the way that a service understands, and checks what it sends."""

import base64
import logging
import math
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
from openai import AsyncOpenAI
from openai.types import CreateEmbeddingResponse, Embedding
from openai.types.create_embedding_response import Usage

from personal_bot.errors import (
    EmbeddingLengthError,
    OpenAIError,
    OpenAIParameterError,
    OpenAIResponseError,
    OpenAITooLongError,
)
from personal_bot.openai.errors import Target, explain_body
from personal_bot.openai.lessons import Notebook
from personal_bot.openai.requests import adapt, send

logger = logging.getLogger(__name__)

SHORTEST = 200  # characters of a text that is too long for the model; it is not cut further
_OPTIONAL = ("encoding_format", "dimensions")  # the one that changes less comes first


TextKind = Literal["query", "passage"]  # NVIDIA's values of `input_type`


class _UnorderedError(OpenAIResponseError):
    """The embeddings of several texts came without usable numbers of their order."""


@dataclass
class _Batches:
    """What became of one batch: the largest request that succeeded, and whether a text was cut."""

    largest: int = 0
    cut: bool = False


class Embeddings:
    """Replaces the client in Haystack's embedders, with the only call that they make.

    Haystack's embedders request lists of numbers, and the client validates each number of such a
    response: 16 s of CPU for 1,000 passages of 1,536 dimensions, against 0.2 s packed. As Python
    numbers an embedding takes 60 KB, packed 6 KB.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        target: Target,
        length: int,
        notebook: Notebook,
        *,
        retries: int,
        kind: TextKind = "passage",
    ) -> None:
        self.embeddings = self
        self._client = client
        self._target = target
        self._length = length
        self._notebook = notebook
        self._retries = retries
        self._kind = kind

    async def create(self, *, input: str | list[str], **_options: Any) -> CreateEmbeddingResponse:  # noqa: A002 - OpenAI's name
        """Return one packed embedding for each text, in the order of the texts.

        A text that is too long for the model is embedded by its beginning. Raises OpenAIError;
        EmbeddingLengthError if the embeddings have not EMBEDDING_DIM numbers.
        """
        texts = [input] if isinstance(input, str) else input
        vectors: list[array[float]] = []
        while len(vectors) < len(texts):
            size = self._notebook.recall(self._target).batch
            vectors += await self._embed(texts[len(vectors) : len(vectors) + size])
        data = [
            Embedding.construct(embedding=vector, index=index, object="embedding")
            for index, vector in enumerate(vectors)
        ]
        usage = Usage(prompt_tokens=0, total_tokens=0)  # Haystack reads it; not all services count
        return CreateEmbeddingResponse.construct(data=data, model=self._target.model, usage=usage)

    async def _embed(self, texts: Sequence[str]) -> list["array[float]"]:
        """Embed one batch, and learn the size of batches that the service takes."""
        batches = _Batches()
        vectors = await self._divide(texts, batches)
        if batches.largest < len(texts) and not batches.cut:
            await self._notebook.learn(self._target, batch=batches.largest)
        return vectors

    async def _divide(self, texts: Sequence[str], batches: _Batches) -> list["array[float]"]:
        """Embed texts in one request, or in halves if the service takes fewer at once."""
        try:
            vectors = await self._request(texts)
        except OpenAIError as error:
            too_long = isinstance(error, OpenAITooLongError)
            if len(texts) > 1 and (too_long or type(error) in {OpenAIError, _UnorderedError}):
                middle = len(texts) // 2
                first = await self._divide(texts[:middle], batches)
                return first + await self._divide(texts[middle:], batches)
            if not too_long or len(texts[0]) <= SHORTEST:
                raise
            logger.info("Embedding only the beginning of a text of %d characters", len(texts[0]))
            batches.cut = True
            return await self._divide([texts[0][: len(texts[0]) // 2]], batches)
        batches.largest = max(batches.largest, len(texts))
        return vectors

    async def _request(self, texts: Sequence[str]) -> list["array[float]"]:
        async def request(refused: frozenset[str]) -> list["array[float]"]:
            options = {"dimensions": self._length, "encoding_format": "base64"}
            sent = {name: value for name, value in options.items() if name not in refused}
            if self._notebook.recall(self._target).input_type:
                sent["input_type"] = self._kind
            body = {"model": self._target.model, "input": texts, **sent}
            response = await self._client.post("/embeddings", cast_to=httpx2.Response, body=body)
            return self._read(response, len(texts))

        async def attempt() -> list["array[float]"]:
            return await adapt(
                lambda refused: send(lambda: request(refused), self._target, self._retries),
                _OPTIONAL,
                self._target,
                self._notebook,
            )

        try:
            return await attempt()
        except OpenAIParameterError as error:
            known = self._notebook.recall(self._target)
            if error.parameter != "input_type" or known.input_type:
                raise
        await self._notebook.learn(self._target, input_type=True)
        return await attempt()

    def _read(self, response: httpx2.Response, count: int) -> list["array[float]"]:
        try:
            body = response.json()
        except ValueError:
            raise OpenAIResponseError("no JSON") from None
        if not isinstance(body, Mapping) or not isinstance(body.get("data"), list):
            raise explain_body(body)
        data = body["data"]
        if not data:  # OpenRouter, if a model knows no base64
            raise OpenAIError("no embeddings")
        if len(data) != count:
            raise OpenAIResponseError(f"{len(data)} embeddings of {count} texts")
        try:
            vectors = [_unpack(item["embedding"]) for item in _order(data)]
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            raise OpenAIResponseError("malformed embeddings") from None
        for vector in vectors:
            if len(vector) != self._length:
                raise EmbeddingLengthError(len(vector), self._length)
            if not math.isfinite(sum(vector)):
                raise OpenAIResponseError("embeddings with numbers that are not finite")
        return vectors


def _order(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return embeddings in the order of their texts.

    Services may send them in any order, and some leave out the index 0, or all. Raises
    _UnorderedError if the order remains unknown.
    """
    indexes = [item.get("index") for item in data]
    if all(index is None for index in indexes):
        return data
    placed = {index or 0: item for index, item in zip(indexes, data, strict=True)}
    if placed.keys() != set(range(len(data))):
        raise _UnorderedError("embeddings without usable indexes")
    return [placed[index] for index in range(len(data))]


def _unpack(embedding: str | list[float]) -> "array[float]":
    """Pack base64 of little-endian floats, or the list that services without base64 send."""
    if not isinstance(embedding, str):
        return array("f", embedding)
    packed = array("f", base64.b64decode(embedding, validate=True))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed
