"""One client of OpenAI for everything that a bot asks it."""

import base64
import sys
from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from personal_bot.contract.tls import client_context
from personal_bot.errors import OpenAIUnreachableError


class Patience(NamedTuple):
    """How many seconds OpenAI may be silent, and how often it is asked again at once.

    Whoever waits is told after that, and the whole is tried again later.
    """

    timeout: float
    max_retries: int


INDEXING = Patience(30.0, 2)
SEARCHING = Patience(10.0, 1)  # a question can be answered without its embedding
REWRITING = Patience(20.0, 0)  # and searched for as it was asked
ANSWERING = Patience(90.0, 1)  # a reasoning model is silent for long before it answers


@dataclass(frozen=True)
class Models:
    """Whose OpenAI, and which of its models. `repr` shows no key."""

    openai_key: str = field(repr=False)
    openai_base_url: str
    chat_model: str
    embedding_model: str
    embedding_dim: int

    @property
    def dimensions(self) -> int | None:
        """What to ask an embedding model for; other models refuse the parameter."""
        return self.embedding_dim if self.embedding_model.startswith("text-embedding-3") else None


class Connection:
    """The client of one bot: one pool of connections, one TLS context."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self._client = AsyncOpenAI(
            api_key=models.openai_key,
            base_url=models.openai_base_url,
            http_client=DefaultAsyncHttpxClient(verify=client_context()),
        )

    def with_patience(self, patience: Patience) -> AsyncOpenAI:
        """Return a client over the same connections."""
        return self._client.with_options(timeout=patience.timeout, max_retries=patience.max_retries)

    def embeddings(self, patience: Patience) -> Any:
        """Return what stands in for the client in an embedder: the one call that it makes."""
        return PackedEmbeddings(self.with_patience(patience))

    async def close(self) -> None:
        await self._client.close()


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
