"""Points of an index: one a passage, with its vectors, and its text and `meta` as payload."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from haystack import Document
from haystack_integrations.document_stores.qdrant.converters import (
    DENSE_VECTORS_NAME,
    SPARSE_VECTORS_NAME,
    convert_id,
)
from qdrant_client.http import models as rest

VERSION_FIELD = "meta.version"


class Query(NamedTuple):
    """A vector to search for, and the name of the vectors that it is compared with."""

    name: str
    vector: list[float] | rest.SparseVector

    @classmethod
    def of_embedding(cls, embedding: Sequence[float]) -> Self:
        return cls(DENSE_VECTORS_NAME, list(embedding))

    @classmethod
    def of_words(cls, weights: Mapping[int, float]) -> Self:
        """`weights` are those of stem ids."""
        indices = sorted(weights)
        values = [weights[index] for index in indices]
        return cls(SPARSE_VECTORS_NAME, rest.SparseVector(indices=indices, values=values))


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


def order(hits: Iterable[rest.ScoredPoint]) -> list[rest.ScoredPoint]:
    """Return hits from best to worst; those with equal scores by document name and position."""
    return sorted(hits, key=lambda hit: (-hit.score, *place(hit)))


def place(point: rest.ScoredPoint | rest.Record) -> tuple[str, int, str]:
    """Return what orders points with equal scores: document name, position, version."""
    meta = (point.payload or {})["meta"]
    return meta["document_name"], meta["index"], meta["version"]
