"""The pipelines of indexing, retrieval and answering, over one store and one OpenAI client.

An `Engine` is all that costs memory: index, connections, pipelines. `knowledge.Knowledge` makes it
at first use and lets it go.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from haystack import Document, Pipeline
from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import Secret

from personal_bot.answers.prompts import Passage
from personal_bot.errors import OpenAIUnreachableError
from personal_bot.index.components import (
    CONTEXT_FIELDS,
    AnswerPrompt,
    DenseTextEmbedder,
    HybridRetriever,
    SparseDocumentEmbedder,
    SparseTextEmbedder,
)
from personal_bot.index.document_stores import Fusion, HybridStore
from personal_bot.index.errors import translated_errors
from personal_bot.index.sparse import forget_stems
from personal_bot.openai.client import (
    ANSWERING,
    INDEXING,
    REWRITING,
    SEARCHING,
    PackedEmbeddings,
    Patience,
    be_patient,
    create_client,
)

BATCH = 64  # passages embedded and written at once; the memory of indexing does not grow with files

FLUSHED = 4  # batches: one flush of a whole book would stop everything for a second

OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Models:
    """Whose OpenAI, and which models of it."""

    openai_key: str = field(repr=False)
    openai_base_url: str
    chat_model: str
    embedding_model: str
    embedding_dim: int


@dataclass(frozen=True)
class Reply:
    """What a model said. `finish_reason` is OpenAI's word: "stop" where it came to its end."""

    text: str
    finish_reason: str


class Engine:
    """An open index and the pipelines over it. Every method raises OpenAIError and StoreError."""

    def __init__(self, store: HybridStore, models: Models, *, limit: int, fusion: Fusion) -> None:
        self.store = store
        self._models = models
        self._client = create_client(models.openai_key, models.openai_base_url)
        self._rewriter = self._make_generator(REWRITING)
        self._indexing = self._make_indexing()
        self._retrieval = self._make_retrieval(limit, fusion)
        self._answering = self._make_answering()

    async def index(self, passages: Sequence[Document]) -> None:
        """Embed and write passages; those with the same ids are overwritten."""
        with translated_errors():
            for start in range(0, len(passages), BATCH):
                batch = list(passages[start : start + BATCH])
                await self._indexing.run_async({"dense": {"documents": batch}})
                if (start // BATCH + 1) % FLUSHED == 0:
                    await self.store.flush()

    async def retrieve(self, question: str) -> list[Document]:
        """Return the passages nearest to a question, best first."""
        with translated_errors():
            result = await self._retrieval.run_async(
                {"dense": {"text": question}, "sparse": {"text": question}}
            )
        found: list[Document] = result["retriever"]["documents"]
        return found

    async def answer(
        self,
        passages: Sequence[Passage],
        history: Sequence[tuple[str, str]],
        question: str,
        question_in_full: str,
        on_text: OnText,
    ) -> Reply:
        """Let the model answer from passages; `on_text` gets the text so far, as it grows."""
        stream = _Stream()

        # A function, because a pipeline copies its inputs, and with a method what it belongs to.
        async def receive(chunk: StreamingChunk) -> None:
            if stream.take(chunk):
                await on_text(stream.text)

        prompt = {
            "passages": list(passages),
            "history": list(history),
            "question": question,
            "question_in_full": question_in_full,
        }
        with translated_errors():
            await self._answering.run_async(
                {"prompt": prompt, "generator": {"streaming_callback": receive}}
            )
        if stream.finish_reason is None:
            # A stream that was cut ends like any other, but for its missing last word.
            raise OpenAIUnreachableError("cut")
        return Reply(stream.text, stream.finish_reason)

    async def complete(self, instructions: str, message: str) -> str:
        """Let the model answer one message, without streaming."""
        messages = [ChatMessage.from_system(instructions), ChatMessage.from_user(message)]
        with translated_errors():
            result = await self._rewriter.run_async(messages)
        return result["replies"][0].text or ""

    async def close(self) -> None:
        await self._client.close()
        await self.store.close_async()
        forget_stems()

    def _make_generator(self, patience: Patience) -> OpenAIChatGenerator:
        # No parameters beyond the model: newer ones refuse `temperature` and `max_tokens`.
        generator = OpenAIChatGenerator(self._key(), model=self._models.chat_model)
        generator.async_client = be_patient(self._client, patience)
        return generator

    def _make_indexing(self) -> Pipeline:
        embedder = OpenAIDocumentEmbedder(
            self._key(),
            model=self._models.embedding_model,
            dimensions=self._dimensions(),
            batch_size=BATCH,
            progress_bar=False,
            meta_fields_to_embed=CONTEXT_FIELDS,
            raise_on_failure=True,
        )
        embedder.async_client = self._embeddings(INDEXING)
        pipeline = Pipeline()
        pipeline.add_component("dense", embedder)
        pipeline.add_component("sparse", SparseDocumentEmbedder())
        pipeline.add_component("writer", DocumentWriter(self.store, DuplicatePolicy.OVERWRITE))
        pipeline.connect("dense.documents", "sparse.documents")
        pipeline.connect("sparse.documents", "writer.documents")
        return pipeline

    def _make_retrieval(self, limit: int, fusion: Fusion) -> Pipeline:
        embedder = OpenAITextEmbedder(
            self._key(), model=self._models.embedding_model, dimensions=self._dimensions()
        )
        embedder.async_client = self._embeddings(SEARCHING)
        pipeline = Pipeline()
        pipeline.add_component("dense", DenseTextEmbedder(embedder))
        pipeline.add_component("sparse", SparseTextEmbedder())
        pipeline.add_component("retriever", HybridRetriever(self.store, limit, fusion))
        pipeline.connect("dense.embedding", "retriever.embedding")
        pipeline.connect("sparse.vector", "retriever.vector")
        return pipeline

    def _make_answering(self) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("prompt", AnswerPrompt())
        pipeline.add_component("generator", self._make_generator(ANSWERING))
        pipeline.connect("prompt.messages", "generator.messages")
        return pipeline

    def _embeddings(self, patience: Patience) -> Any:
        # It has the one call that an embedder makes.
        return PackedEmbeddings(be_patient(self._client, patience))

    def _key(self) -> Secret:
        return Secret.from_token(self._models.openai_key)

    def _dimensions(self) -> int | None:
        """Only these models can be asked for a dimension; others refuse the parameter."""
        model = self._models.embedding_model
        return self._models.embedding_dim if model.startswith("text-embedding-3") else None


@dataclass
class _Stream:
    """Collects the pieces of one answer."""

    text: str = ""
    finish_reason: str | None = None

    def take(self, chunk: StreamingChunk) -> bool:
        """Tell whether the text has grown."""
        self.finish_reason = chunk.meta.get("finish_reason") or self.finish_reason
        self.text += chunk.content
        return bool(chunk.content)
