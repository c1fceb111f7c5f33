"""Components of the pipelines that Haystack does not have, or has in another way than is needed."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from haystack import Document, component
from haystack.components.embedders import OpenAITextEmbedder
from haystack.dataclasses import ChatMessage, SparseEmbedding

from personal_bot.answers import prompts
from personal_bot.index import sparse
from personal_bot.index.document_stores import Fusion, HybridStore
from personal_bot.openai.errors import is_passing, translate
from personal_bot.process.yielding import give_way

logger = logging.getLogger(__name__)

CONTEXT_FIELDS = ["document_name", "heading"]  # of `meta`: embedded with the text of a passage
_TURN = 16  # passages: a hundredth of a second


@component
class SparseDocumentEmbedder:
    """Give each passage its BM25 vector, its document's name and its heading included."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        embedded: list[Document] = []
        for document in documents:
            if len(embedded) % _TURN == 0:
                give_way()
            embedded.append(self._embed(document))
        return {"documents": embedded}

    def _embed(self, document: Document) -> Document:
        context = [document.meta[name] for name in CONTEXT_FIELDS if document.meta.get(name)]
        vector = sparse.encode_document("\n".join([*context, document.content or ""]))
        return replace(document, sparse_embedding=SparseEmbedding(vector.indices, vector.values))


@component
class SparseTextEmbedder:
    @component.output_types(vector=sparse.SparseVector)
    def run(self, text: str) -> dict[str, sparse.SparseVector]:
        return {"vector": sparse.encode_query(text)}


@component
class DenseTextEmbedder:
    """Embed a question; where OpenAI is away for a while, go on without: BM25 alone answers."""

    def __init__(self, embedder: OpenAITextEmbedder) -> None:
        self._embedder = embedder

    @component.output_types(embedding=list[float] | None)
    def run(self, text: str) -> dict[str, Any]:
        raise NotImplementedError("questions are answered on the event loop")

    @component.output_types(embedding=list[float] | None)
    async def run_async(self, text: str) -> dict[str, Any]:
        try:
            return {"embedding": (await self._embedder.run_async(text))["embedding"]}
        except Exception as error:
            known = translate(error)
            if known is None or not is_passing(known):
                raise
            logger.warning("The question was not embedded, words alone are searched: %s", known)
            return {"embedding": None}


@component
class HybridRetriever:
    """Find passages by both vectors, or by the sparse one where there is no other."""

    def __init__(self, store: HybridStore, limit: int, fusion: Fusion) -> None:
        self._store = store
        self._limit = limit
        self._fusion = fusion

    @component.output_types(documents=list[Document])
    def run(
        self, embedding: list[float] | None, vector: sparse.SparseVector
    ) -> dict[str, list[Document]]:
        raise NotImplementedError("questions are answered on the event loop")

    @component.output_types(documents=list[Document])
    async def run_async(
        self, embedding: list[float] | None, vector: sparse.SparseVector
    ) -> dict[str, list[Document]]:
        found = await self._store.find(embedding, vector, self._limit, self._fusion)
        return {"documents": found}


@component
class AnswerPrompt:
    """Passages, remembered exchanges and the question → messages for the model."""

    @component.output_types(messages=list[ChatMessage])
    def run(
        self,
        passages: list[prompts.Passage],
        history: list[tuple[str, str]],
        question: str,
        question_in_full: str,
    ) -> dict[str, list[ChatMessage]]:
        turns: Sequence[ChatMessage] = [
            message
            for asked, answered in history
            for message in (ChatMessage.from_user(asked), ChatMessage.from_assistant(answered))
        ]
        return {
            "messages": [
                ChatMessage.from_system(prompts.ANSWER_INSTRUCTIONS),
                *turns,
                ChatMessage.from_user(prompts.ask(passages, question, question_in_full)),
            ]
        }
