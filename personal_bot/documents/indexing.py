"""Embedding passages and writing them into an index."""

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

BATCH = 64  # passages embedded and written at once; the memory of indexing does not grow with files
FLUSHED = 4  # batches: one flush of a whole book would stop everything for a second
CONTEXT_FIELDS = ["document_name", "heading"]  # of `meta`: embedded with the text of a passage
_TURN = 16  # passages: a hundredth of a second


class Indexer:
    """Writes passages into a store; made anew for each file, which takes a third of a ms."""

    def __init__(self, store: HybridStore, connection: Connection) -> None:
        self._store = store
        self._pipeline = _make_pipeline(store, connection)

    async def index(self, passages: Sequence[Document]) -> None:
        """Embed and write passages; those with the same ids are overwritten.

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
        dimensions=models.dimensions,
        batch_size=BATCH,
        progress_bar=False,
        meta_fields_to_embed=CONTEXT_FIELDS,
        raise_on_failure=True,
    )
    embedder.async_client = connection.embeddings(INDEXING)
    pipeline = Pipeline()
    pipeline.add_component("dense", embedder)
    pipeline.add_component("sparse", SparseDocumentEmbedder())
    pipeline.add_component("writer", DocumentWriter(store, DuplicatePolicy.OVERWRITE))
    pipeline.connect("dense.documents", "sparse.documents")
    pipeline.connect("sparse.documents", "writer.documents")
    return pipeline


@component
class SparseDocumentEmbedder:
    """Give each passage its BM25 vector, its document's name and its heading included."""

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
