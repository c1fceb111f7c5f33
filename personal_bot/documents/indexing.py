"""Embeds passages and writes them to the index."""

from collections.abc import Sequence
from dataclasses import replace

from haystack import Document, Pipeline, component
from haystack.components.embedders import OpenAIDocumentEmbedder
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import SparseEmbedding
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import Secret

from personal_bot.index import sparse
from personal_bot.index.document_stores import HybridStore
from personal_bot.index.errors import translated_errors
from personal_bot.openai.client import INDEXING, Connection
from personal_bot.process.yielding import yield_interpreter

BATCH = 64  # passages embedded and written at once, so that memory does not grow with file size
FLUSHED = 4  # batches per flush: one flush of a whole book would block everything for 1 s
CONTEXT_FIELDS = ["document_name", "heading"]  # of `meta`; embedded with the text of a passage
_TURN = 16  # passages: 0.01 s


class Indexer:
    """Embeds and writes passages; a new one is made for each file, which takes 0.3 ms."""

    def __init__(self, store: HybridStore, connection: Connection) -> None:
        self._store = store
        self._pipeline = _make_pipeline(store, connection)

    async def index(self, passages: Sequence[Document]) -> None:
        """Embed and write passages, overwriting those with the same ids.

        Raises OpenAIError and StoreError.
        """
        with translated_errors():
            for start in range(0, len(passages), BATCH):
                batch = list(passages[start : start + BATCH])
                await self._pipeline.run_async({"dense": {"documents": batch}})
                if (start // BATCH + 1) % FLUSHED == 0:
                    await self._store.flush()


def _make_pipeline(store: HybridStore, connection: Connection) -> Pipeline:
    models = connection.models
    embedder = OpenAIDocumentEmbedder(
        Secret.from_token(models.openai_key),
        model=models.embedding_model,
        prefix=models.passage_prefix,
        batch_size=BATCH,
        progress_bar=False,
        meta_fields_to_embed=CONTEXT_FIELDS,
        raise_on_failure=True,
    )
    embedder.async_client = connection.embeddings(INDEXING, "passage")
    pipeline = Pipeline()
    pipeline.add_component("dense", embedder)
    pipeline.add_component("sparse", SparseDocumentEmbedder())
    pipeline.add_component("writer", DocumentWriter(store, DuplicatePolicy.OVERWRITE))
    pipeline.connect("dense.documents", "sparse.documents")
    pipeline.connect("sparse.documents", "writer.documents")
    return pipeline


@component
class SparseDocumentEmbedder:
    """Adds a BM25 vector of document name, heading and text to each passage."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        embedded: list[Document] = []
        for document in documents:
            if len(embedded) % _TURN == 0:
                yield_interpreter()
            embedded.append(self._embed(document))
        return {"documents": embedded}

    def _embed(self, document: Document) -> Document:
        context = [document.meta[name] for name in CONTEXT_FIELDS if document.meta.get(name)]
        vector = sparse.encode_document("\n".join([*context, document.content or ""]))
        return replace(document, sparse_embedding=SparseEmbedding(vector.indices, vector.values))
