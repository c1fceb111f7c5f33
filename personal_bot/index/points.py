"""Points of an index: one a passage, with its vectors, and its text and `meta` as payload."""

from collections.abc import Collection, Sequence
from typing import Any

from haystack import Document
from haystack_integrations.document_stores.qdrant.converters import (
    DENSE_VECTORS_NAME,
    SPARSE_VECTORS_NAME,
    convert_id,
)
from qdrant_client.http import models as rest

VERSION_FIELD = "meta.version"


def choose_versions(versions: Collection[str]) -> rest.Filter:
    """Choose the passages of these document versions."""
    match = rest.MatchAny(any=sorted(versions))
    return rest.Filter(must=[rest.FieldCondition(key=VERSION_FIELD, match=match)])


def make_point(document: Document, embedding: Sequence[float]) -> rest.PointStruct:
    """Build a point without validation, which would check and copy every number."""
    sparse = document.sparse_embedding
    vector: Any = {
        DENSE_VECTORS_NAME: embedding,
        SPARSE_VECTORS_NAME: rest.SparseVector(
            indices=sparse.indices if sparse else [], values=sparse.values if sparse else []
        ),
    }
    return rest.PointStruct.model_construct(
        id=convert_id(document.id),
        payload={"id": document.id, "content": document.content, "meta": document.meta},
        vector=vector,
    )
