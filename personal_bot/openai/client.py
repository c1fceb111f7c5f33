"""The OpenAI client that a bot uses for all its requests."""

import base64
import sys
from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from personal_bot.contract.tls import client_context
from personal_bot.errors import OpenAIUnreachableError


class RetryPolicy(NamedTuple):
    """The timeout of a request in seconds, and how often the client retries it at once.

    If that fails too and the job cannot go on without it, the owner is told and the job is retried
    later.
    """

    timeout: float
    max_retries: int


INDEXING = RetryPolicy(30.0, 2)
SEARCHING = RetryPolicy(10.0, 1)  # a question can be answered without its embedding
REWRITING = RetryPolicy(20.0, 0)  # without a rewrite, the search uses the question as asked
# A reasoning model may be silent for a long time first. Never retried at once: a document in the
# prompt may be deleted meanwhile.
ANSWERING = RetryPolicy(90.0, 0)


@dataclass(frozen=True)
class Models:
    """The services, keys and models of a bot, for chat and for embeddings. `repr` omits the keys.

    The prefixes are put before each question and each passage that is embedded.
    """

    openai_key: str = field(repr=False)
    openai_base_url: str
    chat_model: str
    embedding_model: str
    embedding_dim: int
    embedding_base_url: str
    embedding_key: str = field(repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""

    @property
    def dimensions(self) -> int | None:
        """The `dimensions` parameter, or None for models that reject the parameter."""
        return self.embedding_dim if self.embedding_model.startswith("text-embedding-3") else None


class Connection:
    """The OpenAI client of one bot, with one connection pool and one TLS context."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self._client = AsyncOpenAI(
            api_key=models.openai_key,
            base_url=models.openai_base_url,
            http_client=DefaultAsyncHttpxClient(verify=client_context()),
        )

    def with_policy(self, policy: RetryPolicy) -> AsyncOpenAI:
        """Return a client with this timeout and retries that shares the connection pool."""
        return self._client.with_options(timeout=policy.timeout, max_retries=policy.max_retries)

    def embeddings(self, policy: RetryPolicy) -> Any:
        """Return a replacement for the client of an embedder, with the only call that it makes."""
        return PackedEmbeddings(self.with_policy(policy))

    async def close(self) -> None:
        await self._client.close()


class PackedEmbeddings:
    """Replaces the client in Haystack's embedders and keeps embeddings packed, as they arrive.

    Haystack's embedders request lists of numbers, and the client validates each number of such a
    response: 16 s of CPU for 1,000 passages of 1,536 dimensions, against 0.2 s packed. As Python
    numbers an embedding takes 60 KB, packed 6 KB.
    """

    def __init__(self, client: AsyncOpenAI) -> None:
        self.embeddings = self
        self._client = client

    async def create(self, *, encoding_format: str, **options: Any) -> Any:
        """Request embeddings as base64, whatever `encoding_format` is.

        Raises what the client raises, and OpenAIUnreachableError for a malformed embedding.
        """
        del encoding_format
        answer = await self._client.embeddings.create(encoding_format="base64", **options)
        try:
            for item in answer.data:
                item.embedding = _pack(item.embedding)  # type: ignore[assignment]  # works like a list
        except (TypeError, ValueError) as error:
            raise OpenAIUnreachableError("malformed answer") from error
        return answer


def _pack(embedding: str | list[float]) -> "array[float]":
    """Pack base64 of little-endian floats, or the list that services without base64 send."""
    if not isinstance(embedding, str):
        return array("f", embedding)
    packed = array("f", base64.b64decode(embedding))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed
