"""The OpenAI client that a bot uses for all its requests."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from personal_bot.contract.tls import client_context
from personal_bot.openai.completions import Completions
from personal_bot.openai.embeddings import Embeddings, TextKind
from personal_bot.openai.errors import Target
from personal_bot.openai.lessons import Lessons, Notebook


class RetryPolicy(NamedTuple):
    """The timeout of a request in seconds, and how often it is repeated at once.

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
    def chat(self) -> Target:
        return Target(self.openai_base_url, self.chat_model)

    @property
    def embedding(self) -> Target:
        operators = self.embedding_key != self.openai_key
        return Target(self.embedding_base_url, self.embedding_model, operators)


class Connection:
    """The clients of one bot for chat and embeddings, with one pool and one TLS context.

    `notebook` knows, and learns, how each service has to be asked.
    """

    def __init__(self, models: Models, notebook: Notebook | None = None) -> None:
        self.models = models
        self.notebook = notebook or Notebook()
        self._client = AsyncOpenAI(
            api_key=models.openai_key,
            base_url=models.openai_base_url,
            max_retries=0,  # `requests.send` repeats what is worth repeating
            http_client=DefaultAsyncHttpxClient(verify=client_context()),
        )

    @property
    def chat_lessons(self) -> Lessons:
        return self.notebook.recall(self.models.chat)

    async def learn_about_chat(self, **changes: Any) -> None:
        """Remember what a request to the chat model has shown, see `Lessons`."""
        await self.notebook.learn(self.models.chat, **changes)

    async def refuse_in_chat(self, parameter: str) -> None:
        """Remember that the chat model refuses a parameter."""
        await self.notebook.refuse(self.models.chat, parameter)

    def completions(self, policy: RetryPolicy) -> Any:
        """Return a replacement for the client of a chat generator."""
        client = self._client.with_options(timeout=policy.timeout)
        return Completions(client, self.models.chat, self.notebook, policy.max_retries)

    def embeddings(self, policy: RetryPolicy, kind: TextKind) -> Any:
        """Return a replacement for the client of an embedder."""
        models = self.models
        client = self._client.with_options(
            api_key=models.embedding_key,
            base_url=models.embedding_base_url,
            timeout=policy.timeout,
        )
        return Embeddings(
            client,
            models.embedding,
            models.embedding_dim,
            self.notebook,
            retries=policy.max_retries,
            kind=kind,
        )

    async def close(self) -> None:
        await self._client.close()
