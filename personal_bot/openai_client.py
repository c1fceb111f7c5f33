"""One client of OpenAI for everything that a bot asks it: one pool, one TLS context."""

from typing import Any

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

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
    """Stands in for the client where embeddings are made, and asks for them in base64.

    Haystack's embedders insist on numbers, and the client checks each number of an answer by
    itself: 16 s of CPU for 1,000 passages of 1,536 dimensions, against 0.2 s.
    """

    def __init__(self, client: AsyncOpenAI) -> None:
        self.embeddings = self
        self._client = client

    async def create(self, *, encoding_format: str, **options: Any) -> Any:
        """Leave the encoding to the client, whose own choice is base64."""
        del encoding_format
        return await self._client.embeddings.create(**options)
