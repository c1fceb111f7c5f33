"""One client of OpenAI for everything that a bot asks it: one pool, one TLS context."""

import base64
import sys
from array import array
from typing import Any

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from personal_bot.errors import OpenAIUnreachableError
from personal_bot.tls import client_context

TIMEOUT = 90.0  # seconds without a byte: a reasoning model is silent for long before it answers
MAX_RETRIES = 2
QUESTION_TIMEOUT = 10.0  # seconds: a question can be answered without its embedding
QUESTION_RETRIES = 1


def create_client(api_key: str, base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(
        api_key=api_key,
        base_url=base_url,
        timeout=TIMEOUT,
        max_retries=MAX_RETRIES,
        http_client=DefaultAsyncHttpxClient(verify=client_context()),
    )


class PackedEmbeddings:
    """Stands in for the client where embeddings are made, and keeps them as they travel: packed.

    Haystack's embedders insist on numbers, and the client checks each number of an answer by
    itself: 16 s of CPU for 1,000 passages of 1,536 dimensions, against 0.2 s. As numbers of
    Python they would take 60 KB each, packed 6.
    """

    def __init__(self, client: AsyncOpenAI) -> None:
        self.embeddings = self
        self._client = client

    async def create(self, *, encoding_format: str, **options: Any) -> Any:
        """Ask in the encoding of our own choice.

        Raises what the client does, and OpenAIUnreachableError where no embedding comes.
        """
        del encoding_format
        answer = await self._client.embeddings.create(encoding_format="base64", **options)
        try:
            for item in answer.data:
                item.embedding = _pack(item.embedding)  # type: ignore[assignment]  # as good as a list
        except (TypeError, ValueError) as error:
            raise OpenAIUnreachableError("malformed answer") from error
        return answer


def _pack(embedding: str | list[float]) -> "array[float]":
    """Take what OpenAI sends, little-endian, or what services do that know no other encoding."""
    if not isinstance(embedding, str):
        return array("f", embedding)
    packed = array("f", base64.b64decode(embedding))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed
